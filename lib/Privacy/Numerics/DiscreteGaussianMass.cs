namespace Federated.Privacy.Numerics;

/// <summary>The discrete Gaussian distribution: mass of x proportional to exp(−x²/(2σ²)) on the integers.</summary>
/// <remarks>Canonne, Kamath, Steinke 2020, arXiv:2004.00010, definition 1.</remarks>
public static class DiscreteGaussianMass
{
    /// <summary>Sum of exp(−x²/(2σ²)) over all integers, to full precision.</summary>
    /// <param name="sigmaSquared">Above 0.</param>
    public static double Normalizer(double sigmaSquared)
    {
        if (sigmaSquared > 1)
        {
            // Poisson summation: the same sum over the dual lattice, whose terms fall faster the wider the distribution.
            var dual = 2 * Math.PI * Math.PI * sigmaSquared;
            return Math.Sqrt(2 * Math.PI * sigmaSquared) * (1 + (2 * (Math.Exp(-dual) + Math.Exp(-4 * dual))));
        }

        var sum = 0.0;
        for (var x = (long)Math.Ceiling(Math.Sqrt(sigmaSquared) * 40); x >= 1; x--)
        {
            sum += Math.Exp(-(double)x * x / (2 * sigmaSquared));
        }

        return 1 + (2 * sum);
    }

    /// <summary>Probability of x.</summary>
    public static double Of(long x, double sigmaSquared) => Math.Exp(-(double)x * x / (2 * sigmaSquared)) / Normalizer(sigmaSquared);

    /// <summary>An r with P[X &gt; r] ≤ <paramref name="tail"/>: exp(−r²/(2σ²)), as for the continuous one (arXiv:2004.00010, proposition 25).</summary>
    internal static long Reach(double sigmaSquared, double tail) => (long)Math.Ceiling(Math.Sqrt(-2 * sigmaSquared * Math.Log(tail))) + 1;
}
