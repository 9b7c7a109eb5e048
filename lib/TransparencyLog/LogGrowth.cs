using System.Collections.Immutable;
using Federated.Federation;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog;

/// <summary>One batch in the making: fills the files at the right edge and closes those that become full.</summary>
internal sealed class LogGrowth
{
    private readonly List<LogFile> _bundles = [];
    private readonly List<List<LogFile>> _tiles = []; // by level
    private readonly List<List<Digest>> _edge = []; // by level, the hashes of the tile that is not full
    private byte[] _bundle;
    private int _bundleLength;

    /// <param name="tree">Changed.</param>
    /// <param name="bundle">Bytes of the partial bundle.</param>
    /// <param name="edge">Hashes of the partial tiles, by level.</param>
    public LogGrowth(CompactTree tree, ImmutableArray<byte> bundle, ImmutableArray<ImmutableArray<Digest>> edge)
    {
        Tree = tree;
        _bundle = new byte[Math.Max(64 * 1024, bundle.Length)];
        bundle.CopyTo(_bundle);
        _bundleLength = bundle.Length;
        foreach (var hashes in edge)
        {
            _edge.Add([.. hashes]);
            _tiles.Add([]);
        }
    }

    public CompactTree Tree { get; }

    public ImmutableArray<byte> Bundle => [.. _bundle.AsSpan(0, _bundleLength)];

    public ImmutableArray<ImmutableArray<Digest>> Edge => [.. _edge.Select(hashes => hashes.ToImmutableArray())];

    public void Add(ReadOnlySpan<byte> entry)
    {
        var size = EntryBundle.SizeOf(entry);
        if (_bundle.Length - _bundleLength < size)
        {
            Array.Resize(ref _bundle, Math.Max(2 * _bundle.Length, _bundleLength + size));
        }

        EntryBundle.Write(entry, _bundle.AsSpan(_bundleLength, size));
        _bundleLength += size;
        var leaf = MerkleHash.Leaf(entry);
        Tree.Append(leaf);
        if (Tree.Size.Value % TilePath.FullWidth == 0)
        {
            _bundles.Add(new LogFile(TilePath.Bundle((Tree.Size.Value / TilePath.FullWidth) - 1, TilePath.FullWidth), BundleBytes()));
            _bundleLength = 0;
        }

        AddHash(0, leaf);
    }

    /// <summary>Files that end the log and are not full, where they changed.</summary>
    /// <param name="before">Size before the batch.</param>
    public void WritePartialFiles(TreeSize before)
    {
        var size = Tree.Size.Value;
        if (_bundleLength > 0)
        {
            _bundles.Add(new LogFile(TilePath.Bundle(size / TilePath.FullWidth, (int)(size % TilePath.FullWidth)), BundleBytes()));
        }

        for (var level = 0; level < _edge.Count; level++)
        {
            var hashes = Tiling.Hashes(size, level);
            if (_edge[level].Count > 0 && hashes > Tiling.Hashes(before.Value, level))
            {
                _tiles[level].Add(TileOf(level, hashes / TilePath.FullWidth, _edge[level]));
            }
        }
    }

    public ImmutableArray<LogFile> FilesInOrder() => [.. _bundles, .. _tiles.SelectMany(row => row)];

    private void AddHash(int level, Digest hash)
    {
        if (level == _edge.Count)
        {
            _edge.Add([]);
            _tiles.Add([]);
        }

        var tile = _edge[level];
        tile.Add(hash);
        if (tile.Count < TilePath.FullWidth)
        {
            return;
        }

        _tiles[level].Add(TileOf(level, (Tiling.Hashes(Tree.Size.Value, level) / TilePath.FullWidth) - 1, tile));
        Span<Digest> hashes = stackalloc Digest[TilePath.FullWidth];
        tile.CopyTo(hashes);
        tile.Clear();
        AddHash(level + 1, MerkleHash.Fold(hashes));
    }

    private byte[] BundleBytes() => _bundle.AsSpan(0, _bundleLength).ToArray();

    private static LogFile TileOf(int level, long number, List<Digest> hashes)
    {
        var bytes = new byte[hashes.Count * Digest.Length];
        for (var i = 0; i < hashes.Count; i++)
        {
            hashes[i].CopyTo(bytes.AsSpan(i * Digest.Length));
        }

        return new LogFile(TilePath.Tile(level, number, hashes.Count), bytes);
    }
}
