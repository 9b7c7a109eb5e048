namespace Federated.SecureAggregation.Primitives;

/// <summary>Arithmetic in the field of p = 2⁶¹ − 1 elements. No branch and no division on a value: it may be a secret.</summary>
/// <remarks>Since 2⁶¹ ≡ 1, a number is reduced by adding what lies above bit 61 to what lies below. Elements are in [0, p).</remarks>
internal static class Mersenne61
{
    /// <summary>p.</summary>
    public const ulong Modulus = (1UL << Bits) - 1;

    private const int Bits = 61;

    /// <param name="left">In [0, p).</param>
    /// <param name="right">In [0, p).</param>
    public static ulong Add(ulong left, ulong right) => Reduce(left + right);

    /// <param name="left">In [0, p).</param>
    /// <param name="right">In [0, p).</param>
    public static ulong Subtract(ulong left, ulong right) => Reduce(left + Modulus - right);

    /// <param name="left">In [0, p).</param>
    /// <param name="right">In [0, p).</param>
    public static ulong Multiply(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low); // below 2^122
        return Reduce((low & Modulus) + ((high << (64 - Bits)) | (low >> Bits)));
    }

    /// <summary>1/<paramref name="value"/> as value^(p−2), by Fermat; 0 for 0.</summary>
    public static ulong Invert(ulong value)
    {
        var result = value;
        for (var bit = Bits - 2; bit >= 0; bit--)
        {
            result = Multiply(result, result);
            if (((Modulus - 2) >> bit & 1) == 1) // the exponent is public
            {
                result = Multiply(result, value);
            }
        }

        return result;
    }

    /// <summary>1 if a word is p or more, else 0.</summary>
    public static ulong IsNotElement(ulong word) => ((Modulus - 1 - (word & (ulong.MaxValue >> 1))) >> 63) | (word >> 63);

    /// <param name="value">Below 2p.</param>
    private static ulong Reduce(ulong value)
    {
        var reduced = value - Modulus;
        return reduced + (Modulus & (0 - (reduced >> 63))); // borrowed: add p again
    }
}
