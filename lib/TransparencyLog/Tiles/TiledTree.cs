using Federated.Federation;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Tiles;

/// <summary>A tree of a known head, read from files that nobody vouches for: each file is checked against the root before anything is taken from it.</summary>
/// <remarks>
/// The partial tiles at the right edge hold the complete subtrees that the tree consists of, so they are read first and must give the root. A full tile's root stands in
/// the tile above it, which is checked before. So whatever this gives is what the root binds, unless SHA-256 was broken. Not thread-safe.
/// </remarks>
public sealed class TiledTree
{
    private const int MostKept = 512; // tiles in memory: 8 MB

    private readonly TileSource _source;
    private readonly Dictionary<(int Level, long Number), TileNodes> _checked = []; // full tiles, cleared when there are too many
    private readonly TileNodes?[] _edge; // by level; the partial tile, or null where its width is 0

    /// <summary>Reads and checks the right edge.</summary>
    /// <param name="head">Size and root that the caller trusts: from a verified checkpoint.</param>
    /// <param name="source">Where the files are.</param>
    /// <exception cref="CorruptLogException">The edge does not give that root.</exception>
    public TiledTree(TreeHead head, TileSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        (Head, _source) = (head, source);
        var size = head.Size.Value;
        _edge = new TileNodes?[Tiling.Levels(size)];
        for (var level = 0; level < _edge.Length; level++)
        {
            var hashes = Tiling.Hashes(size, level);
            var width = (int)(hashes % TilePath.FullWidth);
            _edge[level] = width == 0 ? null : Read(TilePath.Tile(level, hashes / TilePath.FullWidth, width));
        }

        if (SubtreeHashes.Range(FromEdge, 0, size) != head.Root)
        {
            throw new CorruptLogException(null, $"the tiles at the right edge do not give the root of the tree of {head.Size} entries.");
        }
    }

    /// <summary>Size and root.</summary>
    public TreeHead Head { get; }

    /// <summary>The root that the tree had when it was smaller, checked.</summary>
    /// <exception cref="ArgumentException">It never had that size.</exception>
    /// <exception cref="CorruptLogException">A file is missing, or is not what the root binds.</exception>
    public Digest RootAt(TreeSize size) =>
        size <= Head.Size
            ? SubtreeHashes.Range(Subtree, 0, size.Value)
            : throw new ArgumentException($"A log of {Head.Size} entries never had {size}.", nameof(size));

    /// <summary>Root of a complete subtree, checked; a source for proofs.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The tree has no such subtree.</exception>
    /// <exception cref="CorruptLogException">A file is missing, or is not what the root binds.</exception>
    public Digest Subtree(int level, long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, 61);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Head.Size.Value >> level);
        var (number, first) = Place(level, index);
        return Tile(level / TilePath.Height, number)[level % TilePath.Height, first];
    }

    /// <summary>The hash of a leaf, checked.</summary>
    /// <exception cref="CorruptLogException">A file is missing, or is not what the root binds.</exception>
    public Digest Leaf(LeafIndex index) => Subtree(0, index.Value);

    /// <summary>An entry's bytes, checked.</summary>
    /// <exception cref="ArgumentException">The tree has no such entry.</exception>
    /// <exception cref="CorruptLogException">A file is missing, or is not what the root binds.</exception>
    public ReadOnlyMemory<byte> Entry(LeafIndex index)
    {
        if (!Head.Size.Holds(index))
        {
            throw new ArgumentException($"A log of {Head.Size} entries has none at {index}.", nameof(index));
        }

        var number = index.Value / TilePath.FullWidth;
        var path = TilePath.Bundle(number, (int)Math.Min(TilePath.FullWidth, Head.Size.Value - (number * TilePath.FullWidth)));
        var bytes = FileReading.Bundle(_source, path);
        var bundle = new EntryBundle(bytes.Span);
        var at = 0;
        for (var i = index.Value % TilePath.FullWidth; ; i--)
        {
            if (!bundle.TryNext(out var entry))
            {
                throw new CorruptLogException(path, $"it is cut short before entry {index}.");
            }

            if (i > 0)
            {
                at += EntryBundle.SizeOf(entry);
                continue;
            }

            return MerkleHash.Leaf(entry) == Leaf(index)
                ? bytes.Slice(at + EntryBundle.SizeOf([]), entry.Length)
                : throw new CorruptLogException(path, $"entry {index} is not the one that was logged.");
        }
    }

    /// <summary>Which tile holds a subtree, and as which of its kind.</summary>
    private static (long Number, long Index) Place(int level, long index)
    {
        var perTile = TilePath.FullWidth >> (level % TilePath.Height);
        return (index / perTile, index % perTile);
    }

    private Digest FromEdge(int level, long index)
    {
        var (_, place) = Place(level, index); // a subtree at the right edge lies in a partial tile: a full one would be part of a larger subtree
        return _edge[level / TilePath.Height]![level % TilePath.Height, place];
    }

    private TileNodes Tile(int level, long number)
    {
        if (number == Tiling.Hashes(Head.Size.Value, level) / TilePath.FullWidth)
        {
            return _edge[level]!; // there, since the caller asks for complete subtrees of this tree only
        }

        if (_checked.TryGetValue((level, number), out var known))
        {
            return known;
        }

        var above = Tile(level + 1, number / TilePath.FullWidth)[0, number % TilePath.FullWidth];
        var path = TilePath.Tile(level, number, TilePath.FullWidth);
        var tile = Read(path);
        if (tile.Root != above)
        {
            throw new CorruptLogException(path, "its hashes are not those that the tile above it binds.");
        }

        if (_checked.Count >= MostKept)
        {
            _checked.Clear();
        }

        _checked[(level, number)] = tile;
        return tile;
    }

    private TileNodes Read(TilePath path)
    {
        var bytes = FileReading.Tile(_source, path).Span;
        var hashes = new Digest[path.Width];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = new Digest(bytes.Slice(i * Digest.Length, Digest.Length));
        }

        return new TileNodes(hashes);
    }
}
