using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Federated.SecureAggregation.Primitives;

/// <summary>Opens secrets that were shared among holders at given points. The weights are computed once for all secrets of the same holders.</summary>
/// <remarks>
/// f(0) = Σ_j f(x_j) · Π_{m≠j} x_m / (x_m − x_j), exact for degree below the number of points. Points are public. Immutable and thread-safe.
/// </remarks>
public sealed class LagrangeBasis
{
    private readonly ulong[] _weights;

    /// <param name="points">Holders' x, distinct, in [1, 65 535]: exactly as many as the threshold.</param>
    /// <exception cref="ArgumentException">None, out of range, or a point twice.</exception>
    public LagrangeBasis(ReadOnlySpan<int> points)
    {
        if (points.IsEmpty)
        {
            throw new ArgumentException("No points.", nameof(points));
        }

        foreach (var point in points)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(point, 1, nameof(points));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(point, SecretSharing.MaxHolders, nameof(points));
        }

        _weights = new ulong[points.Length];
        for (var j = 0; j < points.Length; j++)
        {
            _weights[j] = Weight(points, j);
        }
    }

    /// <summary>Points, and so shares that a secret takes.</summary>
    public int Count => _weights.Length;

    /// <summary>Opens one secret.</summary>
    /// <param name="shares">40 bytes for each point, in the order of the points.</param>
    /// <param name="secret">Exactly 32 bytes, overwritten; zeros if the result is false.</param>
    /// <returns>False if a share has a limb of p or more, or the value at 0 is no secret: some share is not what the dealer should have sent.
    /// True does not exclude that: compare with what the dealer committed to.</returns>
    public bool TryCombine(ReadOnlySpan<byte> shares, Span<byte> secret)
    {
        SecretSharing.CheckLength(shares.Length, Count * SecretSharing.ShareLength, nameof(shares));
        SecretSharing.CheckLength(secret.Length, SecretSharing.SecretLength, nameof(secret));
        Span<ulong> limbs = stackalloc ulong[SecretSharing.Limbs];
        limbs.Clear();
        var faults = 0UL;
        for (var j = 0; j < _weights.Length; j++)
        {
            var share = shares.Slice(j * SecretSharing.ShareLength, SecretSharing.ShareLength);
            for (var limb = 0; limb < limbs.Length; limb++)
            {
                var element = SecretSharing.Element(share, limb);
                faults |= Mersenne61.IsNotElement(element);
                limbs[limb] = Mersenne61.Add(limbs[limb], Mersenne61.Multiply(element & Mersenne61.Modulus, _weights[j]));
            }
        }

        faults |= SecretLimbs.Excess(limbs);
        SecretLimbs.Write(limbs, secret);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(limbs));
        if (faults != 0)
        {
            secret.Clear();
        }

        return faults == 0;
    }

    private static ulong Weight(ReadOnlySpan<int> points, int j)
    {
        var (numerator, denominator) = (1UL, 1UL);
        for (var m = 0; m < points.Length; m++)
        {
            if (m == j)
            {
                continue;
            }

            if (points[m] == points[j])
            {
                throw new ArgumentException($"Point {points[j]} stands there twice.", nameof(points));
            }

            numerator = Mersenne61.Multiply(numerator, (ulong)points[m]);
            denominator = Mersenne61.Multiply(denominator, Mersenne61.Subtract((ulong)points[m], (ulong)points[j]));
        }

        return Mersenne61.Multiply(numerator, Mersenne61.Invert(denominator));
    }
}
