using Federated.Federation;

namespace Federated.Data.Synthetic;

/// <summary>Values of the distributions that synthetic patients need, from a stated stream.</summary>
/// <remarks>
/// Only IEEE 754 operations that every platform rounds alike are used (+, -, ×, ÷, √): the system's own logarithm differs between platforms in the
/// last place, and one such bit would change every patient after it. Not for noise: see <see cref="KeyedRandom"/>.
/// </remarks>
internal static class Distributions
{
    private const double Ln2 = 0.6931471805599453;
    private const double Sqrt2 = 1.4142135623730951;

    /// <summary>True with this probability: at 0 or below never, at 1 or above always.</summary>
    public static bool NextBool(this KeyedRandom random, double probability) => random.NextDouble() < probability;

    /// <summary>Standard normal: mean 0, variance 1.</summary>
    /// <remarks>Marsaglia and Bray's polar method (1964); the second value of each pair goes unused, so that no call depends on the one before.</remarks>
    public static double NextNormal(this KeyedRandom random)
    {
        double x,
            squared;
        do
        {
            x = (2 * random.NextDouble()) - 1;
            var y = (2 * random.NextDouble()) - 1;
            squared = (x * x) + (y * y);
        } while (squared is >= 1 or 0);
        return x * Math.Sqrt(-2 * Log(squared) / squared);
    }

    /// <summary>Standard logistic: P(value &lt; x) = 1 / (1 + e⁻ˣ), so comparing one with log-odds draws an outcome of that probability.</summary>
    public static double NextLogistic(this KeyedRandom random)
    {
        double u;
        do
        {
            u = random.NextDouble();
        } while (u == 0);
        return Log(u) - Log(1 - u);
    }

    /// <summary>Natural logarithm of a positive, normal, finite number, to about 1e-15.</summary>
    /// <remarks>With x = m·2ᵉ and m in [√½, √2): ln x = e·ln 2 + 2·artanh((m - 1) / (m + 1)), the latter by its power series.</remarks>
    internal static double Log(double x)
    {
        var bits = BitConverter.DoubleToUInt64Bits(x);
        var exponent = (int)(bits >> 52) - 1023;
        var m = BitConverter.UInt64BitsToDouble((bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (m > Sqrt2)
        {
            (m, exponent) = (m / 2, exponent + 1);
        }

        var f = (m - 1) / (m + 1); // at most 0.172 in size, so the first term left out, f²⁵, is below 1e-19
        var square = f * f;
        var sum = 0.0;
        for (var k = 23; k >= 1; k -= 2)
        {
            sum = (sum * square) + (1.0 / k);
        }

        return (exponent * Ln2) + (2 * f * sum);
    }
}
