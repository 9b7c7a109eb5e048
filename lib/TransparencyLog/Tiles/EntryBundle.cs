using System.Buffers.Binary;

namespace Federated.TransparencyLog.Tiles;

/// <summary>Up to 256 entries in one file: each is its length, 16 bits, big-endian, and its bytes.</summary>
/// <remarks>C2SP tlog-tiles, "Log entries". Reading gives slices of the file's bytes and allocates nothing.</remarks>
/// <param name="bytes">The file's bytes, from their beginning or from any entry on.</param>
public ref struct EntryBundle(ReadOnlySpan<byte> bytes)
{
    /// <summary>Longest entry, in bytes.</summary>
    public const int MostEntryBytes = ushort.MaxValue;

    /// <summary>Most bytes of a bundle.</summary>
    public const int MostBytes = TilePath.FullWidth * (LengthBytes + MostEntryBytes);

    private const int LengthBytes = sizeof(ushort);

    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>True if all bytes have been read.</summary>
    public readonly bool IsAtEnd => _rest.IsEmpty;

    /// <summary>Reads the next entry; false at the end, or if what follows is cut short.</summary>
    public bool TryNext(out ReadOnlySpan<byte> entry)
    {
        entry = default;
        if (_rest.Length < LengthBytes)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(_rest);
        if (_rest.Length < LengthBytes + length)
        {
            return false;
        }

        entry = _rest.Slice(LengthBytes, length);
        _rest = _rest[(LengthBytes + length)..];
        return true;
    }

    /// <summary>Places of the entries of a bundle of exactly that many; null if it is cut short or goes on.</summary>
    /// <param name="bytes">The file's bytes.</param>
    /// <param name="width">Entries, 1 to 256.</param>
    public static Range[]? Split(ReadOnlySpan<byte> bytes, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, TilePath.FullWidth);
        var places = new Range[width];
        var bundle = new EntryBundle(bytes);
        var at = 0;
        for (var i = 0; i < width; i++)
        {
            if (!bundle.TryNext(out var entry))
            {
                return null;
            }

            places[i] = (at + LengthBytes)..(at + LengthBytes + entry.Length);
            at += LengthBytes + entry.Length;
        }

        return bundle.IsAtEnd ? places : null;
    }

    /// <summary>Bytes that an entry takes in a bundle.</summary>
    internal static int SizeOf(ReadOnlySpan<byte> entry) => LengthBytes + entry.Length;

    /// <summary>Writes an entry as it stands in a bundle.</summary>
    /// <param name="entry">At most <see cref="MostEntryBytes"/>.</param>
    /// <param name="destination">Room for <see cref="SizeOf"/>.</param>
    internal static void Write(ReadOnlySpan<byte> entry, Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, checked((ushort)entry.Length));
        entry.CopyTo(destination[LengthBytes..]);
    }
}
