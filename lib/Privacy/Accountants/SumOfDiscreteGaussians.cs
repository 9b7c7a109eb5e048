namespace Federated.Privacy.Accountants;

/// <summary>Privacy of the sum of n independent discrete Gaussians per coordinate, all in grid units.</summary>
/// <remarks>Kairouz, Liu, Steinke 2021, arXiv:2102.06387, theorem 1 and proposition 14; σ ≥ 1/2.</remarks>
public static class SumOfDiscreteGaussians
{
    /// <summary>
    /// τ = 10·Σ exp(−2π²σ²·k/(k+1)), k = 1 … n−1: bound of |ln| of the ratio between the sum's masses and those of the discrete Gaussian with n·σ², in one coordinate.
    /// </summary>
    /// <param name="shares">n, at least 1.</param>
    /// <param name="sigmaSquared">σ² of each, at least 1/4.</param>
    public static double Tau(int shares, double sigmaSquared)
    {
        Require.InRange(shares, 1, 1_000_000, "The number of honest noise shares");
        Require.InRange(sigmaSquared, 0.25, double.MaxValue, "Sigma squared of a share");
        var sum = 0.0;
        for (var k = 1; k < shares; k++)
        {
            sum += Math.Exp(-2 * Math.PI * Math.PI * sigmaSquared * k / (k + 1.0));
        }

        return 10 * sum;
    }

    /// <summary>The three bounds of proposition 14, each an ε for which the sum is ε²/2-concentrated.</summary>
    /// <param name="shares">n.</param>
    /// <param name="sigmaSquared">σ² of each.</param>
    /// <param name="l2">L2 sensitivity.</param>
    /// <param name="l1">L1 sensitivity.</param>
    /// <param name="dimension">Coordinates d.</param>
    public static (double Root, double L1, double Linear) Terms(int shares, double sigmaSquared, double l2, double l1, int dimension)
    {
        var tau = Tau(shares, sigmaSquared);
        var ratio = l2 / Math.Sqrt(shares * sigmaSquared);
        return (
            Math.Sqrt((ratio * ratio) + (tau * dimension / 2)),
            Math.Sqrt((ratio * ratio) + (2 * l1 * tau / Math.Sqrt(shares * sigmaSquared)) + (tau * tau * dimension)),
            ratio + (tau * Math.Sqrt(dimension))
        );
    }

    /// <summary>ρ of zero-concentrated privacy: half the square of the least of <see cref="Terms"/>.</summary>
    public static double Rho(int shares, double sigmaSquared, double l2, double l1, int dimension)
    {
        var (root, linear1, linear) = Terms(shares, sigmaSquared, l2, l1, dimension);
        var least = Math.Min(root, Math.Min(linear1, linear));
        return least * least / 2;
    }

    /// <summary>Rényi divergence of an order, without sampling.</summary>
    public static double Rdp(double order, int shares, double sigmaSquared, double l2, double l1, int dimension)
    {
        var (_, second, third) = Terms(shares, sigmaSquared, l2, l1, dimension);
        var ratio = l2 / Math.Sqrt(shares * sigmaSquared);
        var first = (order * ratio * ratio / 2) + (Tau(shares, sigmaSquared) * dimension);
        return Math.Min(first, order / 2 * Math.Min(second * second, third * third));
    }

    /// <summary>L2 norm after rounding a vector of norm at most <paramref name="clippingNorm"/> to a grid, the smaller of both bounds.</summary>
    /// <param name="clippingNorm">C, in real units.</param>
    /// <param name="granularity">Grid step γ, in real units.</param>
    /// <param name="dimension">Coordinates d.</param>
    /// <param name="beta">Least rejection probability bound β of conditional rounding, 0 to 1; 0 rounds unconditionally.</param>
    /// <remarks>The same paper, theorem 1 and proposition 22.</remarks>
    public static (double WorstCase, double? Conditional) RoundedNorm(double clippingNorm, double granularity, int dimension, double beta)
    {
        Require.InRange(beta, 0, 1, "The bound of conditional rounding");
        var root = granularity * Math.Sqrt(dimension);
        var worst = clippingNorm + root;
        double? conditional =
            beta == 0
                ? null
                : Math.Sqrt(
                    (clippingNorm * clippingNorm)
                        + (root * root / 4)
                        + (Math.Sqrt(-2 * Math.Log(beta)) * granularity * (clippingNorm + (root / 2)))
                );
        return (worst, conditional);
    }
}
