using Federated.Privacy.Numerics;

namespace Federated.Privacy.Tests.Sampling;

/// <summary>Pearson's test of counts against expected probabilities.</summary>
internal static class ChiSquare
{
    /// <summary>Probability that counts deviate at least as much; cells are pooled from the tails until each expects 20.</summary>
    internal static double PValue(IReadOnlyList<(double Expected, double Observed)> cells)
    {
        var pooled = new List<(double Expected, double Observed)>();
        var open = (Expected: 0.0, Observed: 0.0);
        foreach (var (expected, observed) in cells)
        {
            open = (open.Expected + expected, open.Observed + observed);
            if (open.Expected >= 20)
            {
                pooled.Add(open);
                open = default;
            }
        }

        pooled[^1] = (pooled[^1].Expected + open.Expected, pooled[^1].Observed + open.Observed);
        var statistic = pooled.Sum(cell => (cell.Observed - cell.Expected) * (cell.Observed - cell.Expected) / cell.Expected);
        return UpperGamma((pooled.Count - 1) / 2.0, statistic / 2);
    }

    /// <summary>Regularized upper incomplete gamma function: the series below a + 1, the continued fraction above (Abramowitz and Stegun 6.5.29, 6.5.31).</summary>
    internal static double UpperGamma(double a, double x)
    {
        var scale = Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
        if (x < a + 1)
        {
            var (sum, term) = (1 / a, 1 / a);
            for (var n = 1; term > 1e-17 * sum; n++)
            {
                term *= x / (a + n);
                sum += term;
            }

            return 1 - (scale * sum);
        }

        var fraction = 0.0;
        for (var n = 2000; n >= 1; n--)
        {
            fraction = n * (a - n) / ((x + (2 * n) + 1 - a) + fraction);
        }

        return scale / (x + 1 - a + fraction);
    }

    private static double LogGamma(double a) => a >= 1 ? Elementary.LogGamma(a) : Elementary.LogGamma(a + 1) - Math.Log(a);
}
