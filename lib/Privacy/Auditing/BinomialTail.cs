namespace Federated.Privacy.Auditing;

/// <summary>Exact tails of the binomial distribution: sums of its masses, no approximation. Pure; thread-safe.</summary>
/// <remarks>
/// Masses are products of ratios of neighbours, outward from the mode, divided by their sum: no logarithm of a factorial cancels, and a tail of 1e−200 has as many
/// digits as one of a half (about n·2⁻⁵² relative error). O(n) in time and memory.
/// </remarks>
public static class BinomialTail
{
    /// <summary>P[Binomial(n, p) ≥ k].</summary>
    /// <param name="k">Any whole number.</param>
    /// <param name="n">Trials, at least 0.</param>
    /// <param name="p">Probability of success, 0 to 1.</param>
    /// <exception cref="ArgumentException">Outside these ranges.</exception>
    public static double AtLeast(int k, int n, double p)
    {
        Require.InRange(n, 0, int.MaxValue - 1, "The number of trials");
        Require.InRange(p, 0, 1, "The probability of success");
        return k <= 0 ? 1
            : k > n || p == 0 ? 0
            : p == 1 ? 1
            : SumFrom(Masses(n, p / (1 - p)), k);
    }

    /// <summary>P[Binomial(n, p) ≤ k].</summary>
    /// <inheritdoc cref="AtLeast"/>
    public static double AtMost(int k, int n, double p)
    {
        Require.InRange(n, 0, int.MaxValue - 1, "The number of trials");
        Require.InRange(p, 0, 1, "The probability of success");
        return k < 0 ? 0
            : k >= n || p == 0 ? 1
            : p == 1 ? 0
            : SumTo(Masses(n, p / (1 - p)), k);
    }

    /// <summary>The masses of 0 … n successes, shape [n + 1].</summary>
    /// <param name="n">Trials.</param>
    /// <param name="odds">p/(1 − p), above 0 and finite: next to p = 1 it has digits that p has lost.</param>
    internal static double[] Masses(int n, double odds)
    {
        var masses = new double[n + 1];
        var mode = (int)Math.Clamp(Math.Floor((n + 1) * (odds / (1 + odds))), 0, n);
        masses[mode] = 1;
        for (var k = mode; k < n && masses[k] > 0; k++)
        {
            masses[k + 1] = masses[k] * odds * (n - k) / (k + 1);
        }

        for (var k = mode; k > 0 && masses[k] > 0; k--)
        {
            masses[k - 1] = masses[k] / odds * k / (n - k + 1);
        }

        var total = masses.Sum();
        for (var k = 0; k <= n; k++)
        {
            masses[k] /= total;
        }

        return masses;
    }

    /// <summary>Σ masses from k upward, the smallest first as far as k is above the mode.</summary>
    internal static double SumFrom(double[] masses, int k)
    {
        var sum = 0.0;
        for (var i = masses.Length - 1; i >= k; i--)
        {
            sum += masses[i];
        }

        return Math.Min(1, sum);
    }

    private static double SumTo(double[] masses, int k)
    {
        var sum = 0.0;
        for (var i = 0; i <= k; i++)
        {
            sum += masses[i];
        }

        return Math.Min(1, sum);
    }
}
