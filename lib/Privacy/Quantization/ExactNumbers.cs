using System.Numerics;

namespace Federated.Privacy.Quantization;

/// <summary>Arithmetic on doubles as the rational numbers that they are, so that a bound is a bound.</summary>
internal static class ExactNumbers
{
    /// <summary>A finite double as numerator · 2^−<paramref name="shift"/>, exactly, shift at least 0.</summary>
    internal static BigInteger Numerator(double value, out int shift)
    {
        var bits = BitConverter.DoubleToInt64Bits(Math.Abs(value));
        var exponent = (int)(bits >> 52);
        var fraction = bits & ((1L << 52) - 1);
        var mantissa = new BigInteger(exponent == 0 ? fraction : fraction | (1L << 52));
        shift = 1074 - Math.Max(0, exponent - 1);
        if (shift < 0)
        {
            (mantissa, shift) = (mantissa << -shift, 0);
        }

        return value < 0 ? -mantissa : mantissa;
    }

    /// <summary>⌈value · 2^scaleBits⌉ for a value of at least 0.</summary>
    internal static BigInteger CeilingScaled(double value, int scaleBits)
    {
        var numerator = Numerator(value, out var shift);
        var net = shift - scaleBits;
        return net <= 0 ? numerator << -net : (numerator + (BigInteger.One << net) - 1) >> net;
    }

    /// <summary>⌈√n⌉ for n of at least 0.</summary>
    internal static BigInteger CeilingRoot(BigInteger n)
    {
        if (n.IsZero)
        {
            return BigInteger.Zero;
        }

        // Newton from above falls to ⌊√n⌋ (Brent and Zimmermann, Modern Computer Arithmetic, algorithm 1.13).
        var root = BigInteger.One << (int)((n.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (root + (n / root)) >> 1;
            if (next >= root)
            {
                return root * root == n ? root : root + 1;
            }

            root = next;
        }
    }

    /// <summary>⌈numerator / denominator⌉ for positive numbers.</summary>
    internal static BigInteger CeilingRatio(BigInteger numerator, BigInteger denominator) => (numerator + denominator - 1) / denominator;
}
