using Federated.Federation;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Verification;

/// <summary>One bundle and the tile of its hashes: read on one thread, checked on any, reused for the next.</summary>
internal sealed class BundleWork
{
    private readonly Digest[] _leaves = new Digest[TilePath.FullWidth];
    private TilePath _path;
    private ReadOnlyMemory<byte> _bundle;
    private ReadOnlyMemory<byte> _tile;

    /// <summary>What is wrong, after <see cref="Check"/>; or null.</summary>
    public CorruptLogException? Fault { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bundle.Span;

    public long FirstEntry => _path.Number * TilePath.FullWidth;

    /// <exception cref="CorruptLogException">A file is missing or of another size.</exception>
    public void Load(TileSource source, long number, long size)
    {
        _path = TilePath.Bundle(number, (int)Math.Min(TilePath.FullWidth, size - (number * TilePath.FullWidth)));
        _bundle = FileReading.Bundle(source, _path);
        _tile = FileReading.Tile(source, TilePath.Tile(0, number, _path.Width));
        Fault = null;
    }

    /// <summary>Hashes the entries and compares with the tile. Allocates nothing.</summary>
    public void Check()
    {
        var entries = new EntryBundle(_bundle.Span);
        var tile = _tile.Span;
        Span<byte> hash = stackalloc byte[Digest.Length];
        for (var i = 0; i < _path.Width; i++)
        {
            if (!entries.TryNext(out var entry))
            {
                Fault = new CorruptLogException(_path, $"it is cut short before entry {FirstEntry + i}.");
                return;
            }

            _leaves[i] = MerkleHash.Leaf(entry);
            _leaves[i].CopyTo(hash);
            if (!hash.SequenceEqual(tile.Slice(i * Digest.Length, Digest.Length)))
            {
                Fault = new CorruptLogException(_path, $"entry {FirstEntry + i} is not the one that tile/0 has the hash of.");
                return;
            }
        }

        if (!entries.IsAtEnd)
        {
            Fault = new CorruptLogException(_path, $"it goes on after its {_path.Width} entries.");
        }
        else if (_path.IsFull)
        {
            _leaves[0] = MerkleHash.Fold(_leaves); // overwrites the others, which have been compared
        }
    }

    /// <summary>Adds what was checked to the tree and, if the tile is full, its root to the tile above.</summary>
    public void AppendTo(CompactTree tree, ExpectedTiles above)
    {
        if (_path.IsFull)
        {
            tree.AppendSubtree(TilePath.Height, _leaves[0]);
            above.Add(1, _leaves[0]);
            return;
        }

        foreach (var leaf in _leaves.AsSpan(0, _path.Width))
        {
            tree.Append(leaf);
        }
    }
}
