using Federated.Federation;

namespace Federated.TransparencyLog.Tiles;

/// <summary>A tile with the nodes between its hashes and its root, which the file leaves out: each is computed once, however many proofs need it.</summary>
internal sealed class TileNodes
{
    private readonly List<Digest[]> _levels; // [k] has the complete subtrees over 2^k hashes of the tile

    /// <param name="hashes">As the file has them, at most 256; kept.</param>
    public TileNodes(Digest[] hashes)
    {
        _levels = [hashes];
        while (_levels[^1].Length > 1)
        {
            var below = _levels[^1];
            var level = new Digest[below.Length / 2];
            for (var i = 0; i < level.Length; i++)
            {
                level[i] = MerkleHash.Node(below[2 * i], below[(2 * i) + 1]);
            }

            _levels.Add(level);
        }
    }

    /// <summary>Root of a full tile.</summary>
    public Digest Root => _levels[TilePath.Height][0];

    /// <summary>Root of a complete subtree.</summary>
    /// <param name="level">Over 2^level hashes, 0 to 7.</param>
    /// <param name="index">Number of the subtree in the tile.</param>
    public Digest this[int level, long index] => _levels[level][index];
}
