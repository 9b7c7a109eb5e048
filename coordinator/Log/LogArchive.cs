using System.Buffers.Binary;
using Federated.Coordinator.Storage;
using Federated.Federation;
using Federated.TransparencyLog.Tiles;

namespace Federated.Coordinator.Log;

/// <summary>
/// The log's files at any size that it ever had. A partial file goes once the tree has outgrown it, and is made anew here for whoever reads an older tree: of entries in the database, or of the
/// full tiles below it. Thread-safe.
/// </summary>
internal sealed class LogArchive(CoordinatorStore store, LogFiles files)
{
    /// <summary>The file's bytes.</summary>
    /// <param name="path">One that the log has, or had.</param>
    /// <exception cref="CorruptLogException">It is not there, and cannot be made.</exception>
    internal ReadOnlyMemory<byte> Read(TilePath path) =>
        files.Read(path)
        ?? (
            path.IsFull ? throw new CorruptLogException(path, "the file is missing.")
            : path.IsBundle ? BundleOf(path)
            : path.Level == 0 ? HashesOf([.. EntriesOf(path).Select(entry => MerkleHash.Leaf(entry.Span))])
            : HashesOf([.. Enumerable.Range(0, path.Width).Select(i => RootOf(path.Level - 1, (path.Number * TilePath.FullWidth) + i))])
        );

    private IReadOnlyList<ReadOnlyMemory<byte>> EntriesOf(TilePath path)
    {
        var lines = store.LogFrom(path.Number * TilePath.FullWidth, path.Width);
        return lines.Count == path.Width
            ? [.. lines.Select(line => line.Entry)]
            : throw new CorruptLogException(path, $"the database has {lines.Count} of its {path.Width} entries.");
    }

    private byte[] BundleOf(TilePath path)
    {
        var entries = EntriesOf(path);
        var bytes = new byte[entries.Sum(entry => sizeof(ushort) + entry.Length)];
        var at = 0;
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), checked((ushort)entry.Length));
            entry.CopyTo(bytes.AsMemory(at + sizeof(ushort)));
            at += sizeof(ushort) + entry.Length;
        }

        return bytes;
    }

    private Digest RootOf(int level, long number)
    {
        var path = TilePath.Tile(level, number, TilePath.FullWidth);
        var tile = Read(path).Span;
        if (tile.Length != TilePath.FullWidth * Digest.Length)
        {
            throw new CorruptLogException(path, $"it has {tile.Length} bytes.");
        }

        Span<Digest> hashes = stackalloc Digest[TilePath.FullWidth];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = new Digest(tile.Slice(i * Digest.Length, Digest.Length));
        }

        return MerkleHash.Fold(hashes);
    }

    private static byte[] HashesOf(IReadOnlyList<Digest> hashes)
    {
        var bytes = new byte[hashes.Count * Digest.Length];
        for (var i = 0; i < hashes.Count; i++)
        {
            hashes[i].CopyTo(bytes.AsSpan(i * Digest.Length));
        }

        return bytes;
    }
}
