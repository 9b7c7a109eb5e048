using Federated.Privacy.Numerics;

namespace Federated.Privacy.Accountants;

/// <summary>Exact privacy of Gaussian noise without sampling, for any number of releases.</summary>
/// <remarks>
/// δ(ε) = Φ(μ/2 − ε/μ) − e^ε·Φ(−μ/2 − ε/μ), μ = sensitivity over noise (Balle and Wang 2018, arXiv:1805.06530, theorem 8). Several releases are one
/// with μ² = Σ 1/σ².
/// </remarks>
public static class AnalyticGaussian
{
    /// <summary>By how much results are moved to the safe side, relative: far above the error of the functions used, far below anybody's notice.</summary>
    private const double Slack = 1e-12;

    /// <summary>ln δ at ε.</summary>
    /// <param name="mu">√(Σ 1/σ²), above 0 and finite.</param>
    /// <param name="epsilon">Where.</param>
    public static double LogDelta(double mu, Epsilon epsilon)
    {
        Require.InRange(mu, 1e-12, 1e12, "The ratio of sensitivity and noise");
        var a = (epsilon.Value / mu) - (mu / 2);
        var b = a + mu;
        if (double.IsPositiveInfinity(a))
        {
            return double.NegativeInfinity;
        }

        // e^ε·φ(b) = φ(a), so that both terms share a factor.
        return a >= 0
            ? NormalDistribution.LogDensity(a) + Math.Log(NormalDistribution.MillsDifference(a, b))
            : Math.Log(NormalDistribution.UpperTail(a) - (Math.Exp(NormalDistribution.LogDensity(a)) * NormalDistribution.MillsRatio(b)));
    }

    /// <summary>The smallest ε for a δ, never below the true one.</summary>
    /// <param name="mu">√(Σ 1/σ²), above 0 and finite.</param>
    /// <param name="delta">Probability of failure.</param>
    public static Epsilon Epsilon(double mu, Delta delta)
    {
        var target = Math.Log(delta.Value);
        if (LogDelta(mu, Privacy.Epsilon.Zero) <= target)
        {
            return Privacy.Epsilon.Zero;
        }

        // ε ≤ μ²/2 + μ·√(2·ln(1/δ)) for any Gaussian; doubled, so that rounding cannot exclude the solution.
        var (low, high) = (0.0, (mu * mu) + (2 * mu * Math.Sqrt(-2 * target)) + mu);
        for (var i = 0; i < 200 && high - low > 1e-15 * high; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = LogDelta(mu, new Epsilon(middle)) > target ? (middle, high) : (low, middle);
        }

        return new Epsilon(high * (1 + Slack));
    }

    /// <summary>The smallest noise multiplier of one release within (ε, δ), never below the true one.</summary>
    public static double Sigma(Epsilon epsilon, Delta delta)
    {
        var target = Math.Log(delta.Value);
        var (low, high) = (-20.0, 20.0); // ln σ
        for (var i = 0; i < 100 && high - low > 1e-15; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = LogDelta(Math.Exp(-middle), epsilon) > target ? (middle, high) : (low, middle);
        }

        return Math.Exp(high) * (1 + Slack);
    }
}
