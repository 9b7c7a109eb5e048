using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Federated.Federation;

namespace Federated.SecureAggregation.Primitives;

/// <summary>Shamir's sharing of a 32-byte secret: any t holders can open it, fewer learn nothing.</summary>
/// <remarks>
/// Shamir, "How to share a secret", CACM 1979, over p = 2⁶¹ − 1. A secret is five limbs of 52, 52, 52, 52 and 48 bits, little-endian, with a
/// polynomial of degree t−1 for each: its value at 0 is the limb, the other coefficients are uniform. The holder at x gets the five values at x as
/// 5 × u64 little-endian. The time taken depends on t and n alone. To open, see <see cref="LagrangeBasis"/>.
/// </remarks>
public static class SecretSharing
{
    /// <summary>Bytes of a secret.</summary>
    public const int SecretLength = 32;

    /// <summary>Bytes of a share.</summary>
    public const int ShareLength = Limbs * sizeof(ulong);

    /// <summary>Most holders of one secret; their points are 1 to 65 535.</summary>
    public const int MaxHolders = ushort.MaxValue;

    /// <summary>Elements of the field that a secret, or a share, consists of.</summary>
    internal const int Limbs = 5;

    /// <summary>Makes a share for each of n holders.</summary>
    /// <param name="secret">Exactly 32 bytes.</param>
    /// <param name="threshold">t, in [1, n].</param>
    /// <param name="holders">n, in [1, 65 535].</param>
    /// <param name="random">Source of the coefficients.</param>
    /// <param name="shares">Exactly n·40 bytes, overwritten: the shares of x = 1, 2, …, n in that order. Secret; the caller wipes them.</param>
    public static void Split(ReadOnlySpan<byte> secret, int threshold, int holders, RandomSource random, Span<byte> shares)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(threshold, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threshold, holders);
        var coefficients = GC.AllocateArray<ulong>((threshold - 1) * Limbs, pinned: true);
        try
        {
            DrawElements(coefficients, random);
            Split(secret, coefficients, holders, shares);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(coefficients.AsSpan()));
        }
    }

    /// <summary>Makes shares with given coefficients.</summary>
    /// <param name="secret">Exactly 32 bytes.</param>
    /// <param name="coefficients">In [0, p): those of x for the five limbs, then those of x², up to x^(t−1).</param>
    /// <param name="holders">n, in [1, 65 535].</param>
    /// <param name="shares">Exactly n·40 bytes, overwritten.</param>
    internal static void Split(ReadOnlySpan<byte> secret, ReadOnlySpan<ulong> coefficients, int holders, Span<byte> shares)
    {
        CheckLength(secret.Length, SecretLength, nameof(secret));
        ArgumentOutOfRangeException.ThrowIfLessThan(holders, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(holders, MaxHolders);
        CheckLength(shares.Length, holders * ShareLength, nameof(shares));

        Span<ulong> limbs = stackalloc ulong[Limbs];
        SecretLimbs.Read(secret, limbs);
        for (var x = 1; x <= holders; x++)
        {
            Evaluate(limbs, coefficients, (ulong)x, shares.Slice((x - 1) * ShareLength, ShareLength));
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(limbs));
    }

    /// <summary>True if these are 40 bytes with five elements of the field. A share that is not was made up.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> share)
    {
        if (share.Length != ShareLength)
        {
            return false;
        }

        var faults = 0UL;
        for (var limb = 0; limb < Limbs; limb++)
        {
            faults |= Mersenne61.IsNotElement(Element(share, limb));
        }

        return faults == 0;
    }

    internal static ulong Element(ReadOnlySpan<byte> share, int limb) =>
        BinaryPrimitives.ReadUInt64LittleEndian(share[(limb * sizeof(ulong))..]);

    /// <summary>Horner's rule for five polynomials at once: their steps do not wait for each other.</summary>
    private static void Evaluate(ReadOnlySpan<ulong> limbs, ReadOnlySpan<ulong> coefficients, ulong x, Span<byte> share)
    {
        var (v0, v1, v2, v3, v4) = (0UL, 0UL, 0UL, 0UL, 0UL);
        for (var at = coefficients.Length - Limbs; at >= 0; at -= Limbs)
        {
            var power = coefficients.Slice(at, Limbs);
            v0 = Mersenne61.Multiply(Mersenne61.Add(v0, power[0]), x);
            v1 = Mersenne61.Multiply(Mersenne61.Add(v1, power[1]), x);
            v2 = Mersenne61.Multiply(Mersenne61.Add(v2, power[2]), x);
            v3 = Mersenne61.Multiply(Mersenne61.Add(v3, power[3]), x);
            v4 = Mersenne61.Multiply(Mersenne61.Add(v4, power[4]), x);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(share, Mersenne61.Add(v0, limbs[0]));
        BinaryPrimitives.WriteUInt64LittleEndian(share[8..], Mersenne61.Add(v1, limbs[1]));
        BinaryPrimitives.WriteUInt64LittleEndian(share[16..], Mersenne61.Add(v2, limbs[2]));
        BinaryPrimitives.WriteUInt64LittleEndian(share[24..], Mersenne61.Add(v3, limbs[3]));
        BinaryPrimitives.WriteUInt64LittleEndian(share[32..], Mersenne61.Add(v4, limbs[4]));
    }

    /// <summary>Uniform elements: the low 61 bits of each word drawn; the one value that is no element is drawn again.</summary>
    private static void DrawElements(Span<ulong> elements, RandomSource random)
    {
        random(MemoryMarshal.AsBytes(elements));
        foreach (ref var element in elements)
        {
            while ((element &= Mersenne61.Modulus) == Mersenne61.Modulus)
            {
                random(MemoryMarshal.AsBytes(new Span<ulong>(ref element)));
            }
        }
    }

    internal static void CheckLength(int actual, int expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{expected} bytes are needed here; got {actual}.", name);
        }
    }
}
