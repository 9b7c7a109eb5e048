using System.Numerics;

namespace Federated.SecureAggregation.Messages;

/// <summary>A set of cohort indices. Travels as a bitmap, least significant bit first. Immutable.</summary>
public sealed class SiteSet : IEquatable<SiteSet>
{
    private readonly byte[] _bits;

    private SiteSet(byte[] bits, int size)
    {
        _bits = bits;
        Size = size;
        Count = bits.Sum(b => BitOperations.PopCount(b));
    }

    /// <summary>Indices that there are: 0 to this, exclusive.</summary>
    public int Size { get; }

    /// <summary>Indices in the set.</summary>
    public int Count { get; }

    /// <summary>The indices in the set, ascending.</summary>
    public IEnumerable<int> Members => Enumerable.Range(0, Size).Where(Contains);

    /// <summary>True if an index is in the set; false also outside the range.</summary>
    public bool Contains(int index) => index >= 0 && index < Size && (_bits[index / 8] >> (index % 8) & 1) == 1;

    /// <summary>True if every member is one of <paramref name="other"/> too.</summary>
    public bool IsWithin(SiteSet other) => Size == other.Size && Members.All(other.Contains);

    /// <summary>The set of these indices.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the range.</exception>
    public static SiteSet Of(int size, IEnumerable<int> members)
    {
        var bits = new byte[BytesOf(size)];
        foreach (var index in members)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
            bits[index / 8] |= (byte)(1 << (index % 8));
        }

        return new SiteSet(bits, size);
    }

    /// <summary>Bytes of a bitmap.</summary>
    internal static int BytesOf(int size) => (size + 7) / 8;

    /// <summary>Reads a bitmap; null if bits beyond the range are set, since the same set would then have two forms.</summary>
    internal static SiteSet? From(ReadOnlyMemory<byte> bitmap, int size)
    {
        if (bitmap.Length != BytesOf(size))
        {
            return null;
        }

        var bits = bitmap.ToArray();
        return size % 8 != 0 && bits[^1] >> (size % 8) != 0 ? null : new SiteSet(bits, size);
    }

    /// <summary>The bitmap.</summary>
    internal ReadOnlySpan<byte> Bitmap => _bits;

    /// <inheritdoc/>
    public bool Equals(SiteSet? other) => other is not null && Size == other.Size && _bits.AsSpan().SequenceEqual(other._bits);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SiteSet);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Size, Count);

    /// <inheritdoc/>
    public override string ToString() => string.Join(',', Members);
}
