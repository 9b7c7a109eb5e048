namespace Federated.Privacy.Auditing;

/// <summary>One-sided exact confidence bounds of a probability, from how often something happened. Pure; thread-safe.</summary>
/// <remarks>Clopper, Pearson 1934, Biometrika 26, 404–413. Two bounds of error a/2 each make the interval of confidence 1 − a.</remarks>
public static class ClopperPearson
{
    private const int Halvings = 60;

    /// <summary>A bound that lies below the true probability with probability at most <paramref name="error"/>.</summary>
    /// <param name="successes">0 to <paramref name="trials"/>.</param>
    /// <param name="trials">At least 1.</param>
    /// <param name="error">Above 0, below 1.</param>
    /// <exception cref="ArgumentException">Outside these ranges.</exception>
    public static double Upper(int successes, int trials, double error)
    {
        Require.InRange(trials, 1, int.MaxValue - 1, "The number of trials");
        Require.InRange(successes, 0, trials, "The number of successes");
        Require.InRange(error, double.Epsilon, Math.BitDecrement(1), "The probability of error");
        if (successes == trials)
        {
            return 1;
        }

        // The largest p at which so few successes still have probability of at least the error: it falls as p rises.
        var (low, high) = ((double)successes / trials, 1.0);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = BinomialTail.AtMost(successes, trials, middle) >= error ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>A bound that lies above the true probability with probability at most <paramref name="error"/>.</summary>
    /// <inheritdoc cref="Upper"/>
    public static double Lower(int successes, int trials, double error) => 1 - Upper(trials - successes, trials, error);
}
