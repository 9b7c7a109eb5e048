using Federated.Federation;
using Federated.TransparencyLog.Tiles;

namespace Federated.TransparencyLog.Verification;

/// <summary>The tiles from level 1 upwards as the entries make them, each compared with its file as soon as it is complete.</summary>
internal sealed class ExpectedTiles(TileSource source)
{
    private readonly Digest[][] _hashes = [.. Enumerable.Range(0, TilePath.MostLevel + 1).Select(_ => new Digest[TilePath.FullWidth])];
    private readonly long[] _counts = new long[TilePath.MostLevel + 1];

    /// <exception cref="CorruptLogException">The tile that this hash completes is missing or has others.</exception>
    public void Add(int level, Digest hash)
    {
        var at = (int)(_counts[level]++ % TilePath.FullWidth);
        _hashes[level][at] = hash;
        if (at == TilePath.FullWidth - 1)
        {
            Compare(level, TilePath.FullWidth);
            Add(level + 1, MerkleHash.Fold(_hashes[level]));
        }
    }

    /// <summary>Compares the tiles at the right edge.</summary>
    /// <exception cref="CorruptLogException">One is missing or has other hashes.</exception>
    public void CheckPartial(long size)
    {
        for (var level = 1; level < Tiling.Levels(size); level++)
        {
            if (_counts[level] % TilePath.FullWidth is var width and > 0)
            {
                Compare(level, (int)width);
            }
        }
    }

    private void Compare(int level, int width)
    {
        var path = TilePath.Tile(level, (_counts[level] - 1) / TilePath.FullWidth, width);
        var tile = FileReading.Tile(source, path).Span;
        Span<byte> hash = stackalloc byte[Digest.Length];
        for (var i = 0; i < width; i++)
        {
            _hashes[level][i].CopyTo(hash);
            if (!hash.SequenceEqual(tile.Slice(i * Digest.Length, Digest.Length)))
            {
                throw new CorruptLogException(path, $"its hash number {i} is not the one that the entries give.");
            }
        }
    }
}
