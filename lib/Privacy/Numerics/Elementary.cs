namespace Federated.Privacy.Numerics;

/// <summary>Elementary functions that keep their digits where the obvious expression cancels.</summary>
internal static class Elementary
{
    /// <summary>ln(1 + x) for x &gt; −1, with a relative error of a few units in the last place.</summary>
    /// <remarks>The rounding of 1 + x is undone by the quotient (Kahan; Higham, Accuracy and Stability of Numerical Algorithms, §1.14.1).</remarks>
    internal static double LogOnePlus(double x)
    {
        var sum = 1 + x;
        return sum == 1 || double.IsPositiveInfinity(sum) ? (sum == 1 ? x : sum) : Math.Log(sum) * (x / (sum - 1));
    }

    /// <summary>1 − e^(−t) for t ≥ 0.</summary>
    internal static double OneMinusExpMinus(double t) =>
        t > 0.01 ? 1 - Math.Exp(-t) : t * (1 - (t / 2 * (1 - (t / 3 * (1 - (t / 4 * (1 - (t / 5 * (1 - (t / 6))))))))));

    /// <summary>ln(e^a + e^b).</summary>
    internal static double LogAdd(double a, double b)
    {
        var (small, large) = a < b ? (a, b) : (b, a);
        return double.IsNegativeInfinity(small) ? large : large + LogOnePlus(Math.Exp(small - large));
    }

    /// <summary>ln of n over k.</summary>
    internal static double LogBinomial(double n, double k) => LogGamma(n + 1) - LogGamma(k + 1) - LogGamma(n - k + 1);

    /// <summary>ln Γ(x) for x ≥ 1: Stirling's series above 20 (Abramowitz and Stegun 6.1.41), reached by the recurrence.</summary>
    internal static double LogGamma(double x)
    {
        var product = 1.0;
        while (x < 20)
        {
            product *= x;
            x++;
        }

        var inverse = 1 / x;
        var square = inverse * inverse;
        var series =
            inverse
            * ((1.0 / 12) - (square * ((1.0 / 360) - (square * ((1.0 / 1260) - (square * ((1.0 / 1680) - (square * (1.0 / 1188)))))))));
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + series - Math.Log(product);
    }
}
