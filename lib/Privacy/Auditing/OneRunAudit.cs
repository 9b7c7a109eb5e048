namespace Federated.Privacy.Auditing;

/// <summary>
/// What an attacker made of a single run: of many canaries, each in or out by a fair coin of its own, some were guessed, and so many guesses were right.
/// </summary>
/// <remarks>
/// Steinke, Nasr, Jagielski 2023, arXiv:2305.08846, theorem 5.2: under (ε, δ)-differential privacy for one canary more or less, the number of right guesses among r is
/// hardly larger than Binomial(r, e^ε/(1 + e^ε)):
/// <c>P[right ≥ v] ≤ f(v) + 2mδ·max over i ≥ 1 of (f(v − i) − f(v))/i</c> with f(v) = P[Binomial ≥ v]. How many are guessed must be fixed before the run is seen.
/// Pure; thread-safe.
/// </remarks>
public sealed record OneRunAudit
{
    /// <summary>ε beyond this is not told apart: it is no privacy.</summary>
    public const double MostEpsilon = 40;

    /// <summary>Width of the cells in which ε is searched.</summary>
    private const double Cell = 0.25;

    private const int Halvings = 40;

    /// <param name="canaries">m, at least 1.</param>
    /// <param name="guesses">r, 0 to m; of the others the attacker said nothing.</param>
    /// <param name="correct">v, 0 to r.</param>
    /// <exception cref="ArgumentException">Outside these ranges.</exception>
    public OneRunAudit(int canaries, int guesses, int correct)
    {
        Require.InRange(canaries, 1, int.MaxValue - 1, "The number of canaries");
        Require.InRange(guesses, 0, canaries, "The number of guesses");
        Require.InRange(correct, 0, guesses, "The number of right guesses");
        (Canaries, Guesses, Correct) = (canaries, guesses, correct);
    }

    /// <summary>m.</summary>
    public int Canaries { get; }

    /// <summary>r.</summary>
    public int Guesses { get; }

    /// <summary>v.</summary>
    public int Correct { get; }

    /// <summary>The most with which so many right guesses have any probability under (ε, δ): at most 1.</summary>
    public double PValue(Epsilon epsilon, Delta delta) => PValue(epsilon.Value, delta.Value);

    /// <summary>An ε that the run surely exceeds: above the true one with probability at most 1 − <paramref name="confidence"/>.</summary>
    /// <param name="delta">δ of the guarantee that is tested.</param>
    /// <param name="confidence">Above 0, below 1.</param>
    /// <remarks>
    /// The search goes up from 0 and stops at the first ε that is not refuted, so that it needs no p-value that rises with ε everywhere: inside one narrow cell is enough.
    /// </remarks>
    public Epsilon LowerBound(Delta delta, double confidence)
    {
        Require.InRange(confidence, double.Epsilon, Math.BitDecrement(1), "The confidence");
        bool IsRefuted(double epsilon) => PValue(epsilon, delta.Value) <= 1 - confidence;

        var (low, high) = (0.0, 0.0);
        while (IsRefuted(high))
        {
            if (high >= MostEpsilon)
            {
                return new Epsilon(MostEpsilon);
            }

            (low, high) = (high, high + Cell);
        }

        for (var i = 0; i < Halvings && low < high; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = IsRefuted(middle) ? (middle, high) : (low, middle);
        }

        return new Epsilon(low);
    }

    private double PValue(double epsilon, double delta)
    {
        var masses = BinomialTail.Masses(Guesses, Math.Exp(Math.Min(epsilon, 2 * MostEpsilon)));
        var tail = BinomialTail.SumFrom(masses, Correct);
        var (between, steepest) = (0.0, 0.0);
        for (var i = 1; i <= Correct; i++) // beyond i = v nothing is added, and the quotient falls
        {
            between += masses[Correct - i];
            steepest = Math.Max(steepest, between / i);
        }

        return Math.Min(1, tail + (2 * Canaries * delta * steepest));
    }
}
