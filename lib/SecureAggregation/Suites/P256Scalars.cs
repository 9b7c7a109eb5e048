using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Federated.SecureAggregation.Primitives;

namespace Federated.SecureAggregation.Suites;

/// <summary>Private keys of P-256, and its group order N (SP 800-186 §3.2.1.3).</summary>
internal static class P256Scalars
{
    /// <summary>Random bytes for a scalar: 128 bits more than it has, so that the remainder is uniform but for 2⁻¹²⁸.</summary>
    public const int MaterialLength = 48;

    private const int Length = 32;

    /// <summary>N, big-endian.</summary>
    // csharpier-ignore
    private static ReadOnlySpan<byte> Order =>
        [
            0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
        ];

    /// <summary>(N − 1)/2, big-endian.</summary>
    // csharpier-ignore
    private static ReadOnlySpan<byte> HalfOrder =>
        [
            0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
            0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
        ];

    /// <summary>1 + (material mod (N − 1)), in [1, N) (FIPS 186-5 §A.2.1).</summary>
    /// <param name="material">48 bytes, big-endian.</param>
    /// <remarks>Bit by bit, every step the same whatever the bits: a few microseconds, once for each key.</remarks>
    public static Secret32 From(ReadOnlySpan<byte> material)
    {
        Span<ulong> scalar = stackalloc ulong[4]; // little-endian words
        Span<ulong> modulus = stackalloc ulong[4];
        for (var i = 0; i < modulus.Length; i++)
        {
            modulus[i] = BinaryPrimitives.ReadUInt64BigEndian(Order[(Length - ((i + 1) * sizeof(ulong)))..]);
        }

        modulus[0]--; // N − 1: N is odd
        scalar.Clear();
        foreach (var bits in material)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                DoubleAdd(scalar, (ulong)((bits >> bit) & 1), modulus);
            }
        }

        Increment(scalar);
        Span<byte> bytes = stackalloc byte[Length];
        for (var i = 0; i < scalar.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes[(Length - ((i + 1) * sizeof(ulong)))..], scalar[i]);
        }

        var secret = new Secret32(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(scalar));
        return secret;
    }

    /// <summary>True if s is at most (N − 1)/2. Of each pair of signatures (r, s) and (r, N − s) both are valid, and one is low.</summary>
    /// <param name="s">32 bytes, big-endian. Public.</param>
    public static bool IsLow(ReadOnlySpan<byte> s) => s.SequenceCompareTo(HalfOrder) <= 0;

    /// <summary>s becomes N − s.</summary>
    /// <param name="s">32 bytes, big-endian, below N. Public.</param>
    public static void Negate(Span<byte> s)
    {
        var borrow = 0;
        for (var i = Length - 1; i >= 0; i--)
        {
            var difference = Order[i] - s[i] - borrow;
            s[i] = unchecked((byte)difference);
            borrow = difference < 0 ? 1 : 0;
        }
    }

    /// <summary>value becomes (2·value + bit) mod modulus.</summary>
    private static void DoubleAdd(Span<ulong> value, ulong bit, ReadOnlySpan<ulong> modulus)
    {
        Span<ulong> reduced = stackalloc ulong[4];
        var borrow = 0UL;
        for (var i = 0; i < value.Length; i++)
        {
            (value[i], bit) = ((value[i] << 1) | bit, value[i] >> 63);
            var difference = value[i] - modulus[i];
            var borrows = LessThan(value[i], modulus[i]) | (IsZero(difference) & borrow);
            reduced[i] = difference - borrow;
            borrow = borrows;
        }

        var keep = 0 - (borrow & (bit ^ 1)); // all ones if 2·value + bit was below the modulus already
        for (var i = 0; i < value.Length; i++)
        {
            value[i] = (value[i] & keep) | (reduced[i] & ~keep);
        }
    }

    private static void Increment(Span<ulong> value)
    {
        var carry = 1UL;
        for (var i = 0; i < value.Length; i++)
        {
            value[i] += carry;
            carry &= IsZero(value[i]);
        }
    }

    /// <summary>1 or 0, without a branch.</summary>
    private static ulong LessThan(ulong left, ulong right) => ((~left & right) | (~(left ^ right) & (left - right))) >> 63;

    /// <summary>1 or 0, without a branch.</summary>
    private static ulong IsZero(ulong word) => 1 ^ ((word | (0 - word)) >> 63);
}
