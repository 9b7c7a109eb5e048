using Federated.Federation;

namespace Federated.SecureAggregation.Primitives;

/// <summary>Roots and inclusion proofs of trees that are in memory whole; proofs are verified by <see cref="MerklePath"/>.</summary>
/// <remarks>
/// RFC 6962 §2.1, by the hashes of <see cref="MerkleHash"/>. Splitting at the largest power of two below n, as the RFC does, is the same as pairing level by level and carrying a last
/// one without partner up as it is.
/// </remarks>
public static class MerkleTree
{
    /// <summary>Root of the tree over these leaves.</summary>
    public static Digest Root(ReadOnlySpan<Digest> leafHashes)
    {
        if (leafHashes.IsEmpty)
        {
            return MerkleHash.Empty;
        }

        var level = leafHashes.ToArray();
        for (var count = level.Length; count > 1; count = (count + 1) / 2)
        {
            Climb(level.AsSpan(0, count), level);
        }

        return level[0];
    }

    /// <summary>Proof that one leaf is in the tree: the siblings on its way up, lowest first.</summary>
    /// <param name="leafHashes">All leaves.</param>
    /// <param name="index">Of the leaf, in [0, n).</param>
    public static Digest[] Path(ReadOnlySpan<Digest> leafHashes, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leafHashes.Length);
        return Path(Levels(leafHashes), index);
    }

    /// <summary>The proofs of all leaves, for n − 1 hashes in all.</summary>
    public static Digest[][] AllPaths(ReadOnlySpan<Digest> leafHashes)
    {
        var levels = Levels(leafHashes);
        var paths = new Digest[leafHashes.Length][];
        for (var index = 0; index < paths.Length; index++)
        {
            paths[index] = Path(levels, index);
        }

        return paths;
    }

    /// <summary>Leaves, then each level above, up to the root.</summary>
    private static List<Digest[]> Levels(ReadOnlySpan<Digest> leafHashes)
    {
        List<Digest[]> levels = [leafHashes.ToArray()];
        while (levels[^1].Length > 1)
        {
            var above = new Digest[(levels[^1].Length + 1) / 2];
            Climb(levels[^1], above);
            levels.Add(above);
        }

        return levels;
    }

    private static Digest[] Path(List<Digest[]> levels, int index)
    {
        var path = new List<Digest>(levels.Count);
        foreach (var level in levels)
        {
            var sibling = index ^ 1;
            if (sibling < level.Length)
            {
                path.Add(level[sibling]);
            }

            index >>= 1;
        }

        return [.. path];
    }

    /// <summary>Writes the level above, which may be into the same place.</summary>
    private static void Climb(ReadOnlySpan<Digest> level, Span<Digest> above)
    {
        for (var i = 0; i < level.Length / 2; i++)
        {
            above[i] = MerkleHash.Node(level[2 * i], level[(2 * i) + 1]);
        }

        if (int.IsOddInteger(level.Length))
        {
            above[level.Length / 2] = level[^1];
        }
    }
}
