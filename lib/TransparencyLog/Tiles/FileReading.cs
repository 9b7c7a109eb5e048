using Federated.Federation;

namespace Federated.TransparencyLog.Tiles;

/// <summary>Takes files from a source that may have a wider one, and has them of the right size.</summary>
internal static class FileReading
{
    /// <summary>A tile's bytes: exactly as many hashes as the path says.</summary>
    /// <exception cref="CorruptLogException">Missing, or of another size.</exception>
    public static ReadOnlyMemory<byte> Tile(TileSource source, TilePath path)
    {
        var (bytes, isFull) = Find(source, path);
        var expected = (isFull ? TilePath.FullWidth : path.Width) * Digest.Length;
        return bytes.Length == expected
            ? bytes[..(path.Width * Digest.Length)]
            : throw new CorruptLogException(path, $"it has {bytes.Length} bytes, not {expected}.");
    }

    /// <summary>A bundle's bytes; at least as many entries as the path says follow, or it is cut short.</summary>
    /// <exception cref="CorruptLogException">Missing, or too large to be a bundle.</exception>
    public static ReadOnlyMemory<byte> Bundle(TileSource source, TilePath path)
    {
        var (bytes, isFull) = Find(source, path);
        if (bytes.Length > EntryBundle.MostBytes)
        {
            throw new CorruptLogException(path, $"it has {bytes.Length} bytes; a bundle has at most {EntryBundle.MostBytes}.");
        }

        return isFull ? Beginning(bytes, path) : bytes;
    }

    /// <summary>The first entries of a full bundle.</summary>
    private static ReadOnlyMemory<byte> Beginning(ReadOnlyMemory<byte> bytes, TilePath path)
    {
        var bundle = new EntryBundle(bytes.Span);
        var length = 0;
        for (var i = 0; i < path.Width; i++)
        {
            if (!bundle.TryNext(out var entry))
            {
                throw new CorruptLogException(path, $"it is cut short after {i} entries.");
            }

            length += EntryBundle.SizeOf(entry);
        }

        return bytes[..length];
    }

    /// <summary>A log may drop a partial file once the full one is there (C2SP tlog-tiles, "Partial Tiles").</summary>
    private static (ReadOnlyMemory<byte> Bytes, bool IsFull) Find(TileSource source, TilePath path)
    {
        if (source(path) is { } bytes)
        {
            return (bytes, IsFull: false);
        }

        return !path.IsFull && source(path.Full) is { } full
            ? (full, IsFull: true)
            : throw new CorruptLogException(path, "the file is missing.");
    }
}
