namespace Federated.Privacy.Numerics;

/// <summary>The standard normal distribution, with small relative errors far into its tails.</summary>
internal static class NormalDistribution
{
    private const double LogSqrtTwoPi = 0.91893853320467274178;
    private const double SqrtHalfPi = 1.25331413731550025121;
    private const double InverseSqrtPi = 0.56418958354775628695;

    // Minimax rational approximations of erf and of e^(x²)·erfc(x) (Cody 1969, Mathematics of Computation 23, tables II to IV).
    private static readonly double[] SmallNumerator =
    [
        3.16112374387056560e00,
        1.13864154151050156e02,
        3.77485237685302021e02,
        3.20937758913846947e03,
        1.85777706184603153e-1,
    ];
    private static readonly double[] SmallDenominator =
    [
        2.36012909523441209e01,
        2.44024637934444173e02,
        1.28261652607737228e03,
        2.84423683343917062e03,
    ];
    private static readonly double[] MiddleNumerator =
    [
        5.64188496988670089e-1,
        8.88314979438837594e00,
        6.61191906371416295e01,
        2.98635138197400131e02,
        8.81952221241769090e02,
        1.71204761263407058e03,
        2.05107837782607147e03,
        1.23033935479799725e03,
        2.15311535474403846e-8,
    ];
    private static readonly double[] MiddleDenominator =
    [
        1.57449261107098347e01,
        1.17693950891312499e02,
        5.37181101862009858e02,
        1.62138957456669019e03,
        3.29079923573345963e03,
        4.36261909014324716e03,
        3.43936767414372164e03,
        1.23033935480374942e03,
    ];
    private static readonly double[] LargeNumerator =
    [
        3.05326634961232344e-1,
        3.60344899949804439e-1,
        1.25781726111229246e-1,
        1.60837851487422766e-2,
        6.58749161529837803e-4,
        1.63153871373020978e-2,
    ];
    private static readonly double[] LargeDenominator =
    [
        2.56852019228982242e00,
        1.87295284992346725e00,
        5.27905102951428412e-1,
        6.05183413124413191e-2,
        2.33520497626869185e-3,
    ];

    /// <summary>ln φ(x), the density.</summary>
    internal static double LogDensity(double x) => (-0.5 * x * x) - LogSqrtTwoPi;

    /// <summary>P[X &gt; x].</summary>
    internal static double UpperTail(double x) => x < 0 ? 1 - UpperTail(-x) : Math.Exp(LogDensity(x)) * MillsRatio(x);

    /// <summary>ln P[X &gt; x], without underflow.</summary>
    internal static double LogUpperTail(double x) =>
        x < 0 ? Elementary.LogOnePlus(-UpperTail(-x)) : LogDensity(x) + Math.Log(MillsRatio(x));

    /// <summary>P[X &gt; x] / φ(x) for x ≥ 0.</summary>
    internal static double MillsRatio(double x) => SqrtHalfPi * ScaledErrorFunction(x / Math.Sqrt(2));

    /// <summary>Mills ratio of a less that of b, 0 ≤ a ≤ b, with a small relative error even where both are nearly equal.</summary>
    internal static double MillsDifference(double a, double b)
    {
        if (b - a > 0.1)
        {
            return MillsRatio(a) - MillsRatio(b);
        }

        // The ratio's derivative is x·m(x) − 1: smooth, and integrated over so short a piece to full precision by five points.
        var (middle, half) = ((a + b) / 2, (b - a) / 2);
        var sum = 0.0;
        for (var k = 0; k < GaussLegendre.Five.Nodes.Length; k++)
        {
            sum += GaussLegendre.Five.Weights[k] * Slope(middle + (half * GaussLegendre.Five.Nodes[k]));
        }

        return sum * half;

        // Above 20 the terms of 1 − x·m(x) cancel, and its asymptotic series has its full accuracy.
        static double Slope(double x)
        {
            if (x < 20)
            {
                return 1 - (x * MillsRatio(x));
            }

            var r = 1 / (x * x);
            return r * (1 - (3 * r * (1 - (5 * r * (1 - (7 * r * (1 - (9 * r * (1 - (11 * r))))))))));
        }
    }

    /// <summary>The x with P[X &gt; x] = e^<paramref name="logTail"/>, rounded up: for ln tail of at most ln ½.</summary>
    internal static double UpperQuantile(double logTail)
    {
        var (low, high) = (0.0, Math.Sqrt(-2 * logTail) + 1);
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = LogUpperTail(middle) > logTail ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <summary>e^(x²)·erfc(x) for x ≥ 0.</summary>
    private static double ScaledErrorFunction(double x)
    {
        if (x <= 0.46875)
        {
            var square = x * x;
            var erf = x * Ratio(square, SmallNumerator, SmallDenominator);
            return Math.Exp(square) * (1 - erf);
        }

        if (x <= 4)
        {
            return Ratio(x, MiddleNumerator, MiddleDenominator);
        }

        var inverse = 1 / (x * x);
        return (InverseSqrtPi - (inverse * Ratio(inverse, LargeNumerator, LargeDenominator))) / x;
    }

    /// <summary>Cody's layout: the numerator's leading coefficient stands last, the denominator's is 1.</summary>
    private static double Ratio(double x, double[] numerator, double[] denominator)
    {
        var (above, below) = (numerator[^1] * x, x);
        for (var i = 0; i < denominator.Length - 1; i++)
        {
            above = (above + numerator[i]) * x;
            below = (below + denominator[i]) * x;
        }

        return (above + numerator[^2]) / (below + denominator[^1]);
    }
}
