using System.Numerics;
using System.Security.Cryptography;
using Federated.Federation;

namespace Federated.SecureAggregation.Primitives;

/// <summary>Merkle tree hashes and inclusion proofs.</summary>
/// <remarks>
/// RFC 6962 §2.1: a leaf is SHA-256(0x00 ‖ entry), a node SHA-256(0x01 ‖ left ‖ right), no leaves SHA-256(""). Splitting at the largest power
/// of two below n, as the RFC does, is the same as pairing level by level and carrying a last one without partner up as it is.
/// </remarks>
public static class MerkleTree
{
    /// <summary>Hash of a leaf.</summary>
    public static Digest LeafHash(ReadOnlySpan<byte> entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0x00]);
        hash.AppendData(entry);
        Span<byte> leaf = stackalloc byte[Digest.Length];
        hash.GetHashAndReset(leaf);
        return new Digest(leaf);
    }

    /// <summary>Root of the tree over these leaves.</summary>
    public static Digest Root(ReadOnlySpan<Digest> leafHashes)
    {
        if (leafHashes.IsEmpty)
        {
            return Digest.Of([]);
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

    /// <summary>True if the path proves that the leaf is in the tree of that root, at that place.</summary>
    /// <param name="root">Root of a tree of <paramref name="size"/> leaves.</param>
    /// <param name="index">Place of the leaf; false outside [0, size).</param>
    /// <param name="size">n. Not proved by this: the root must have come with it.</param>
    /// <param name="leafHash">Of the leaf.</param>
    /// <param name="path">Siblings, lowest first.</param>
    /// <remarks>RFC 9162 §2.1.3.2, whose letters are kept.</remarks>
    public static bool Includes(Digest root, int index, int size, Digest leafHash, ReadOnlySpan<Digest> path)
    {
        if (index < 0 || index >= size)
        {
            return false;
        }

        var (fn, sn, r) = (index, size - 1, leafHash);
        foreach (var p in path)
        {
            if (sn == 0)
            {
                return false;
            }

            if (int.IsOddInteger(fn) || fn == sn)
            {
                r = Node(p, r);
                var shift = BitOperations.TrailingZeroCount(fn); // up to where this is a right child; fn is not 0, or else sn were
                fn >>= shift;
                sn >>= shift;
            }
            else
            {
                r = Node(r, p);
            }

            fn >>= 1;
            sn >>= 1;
        }

        return sn == 0 && r == root;
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
            above[i] = Node(level[2 * i], level[(2 * i) + 1]);
        }

        if (int.IsOddInteger(level.Length))
        {
            above[level.Length / 2] = level[^1];
        }
    }

    private static Digest Node(Digest left, Digest right)
    {
        Span<byte> children = stackalloc byte[1 + (2 * Digest.Length)];
        children[0] = 0x01;
        left.CopyTo(children[1..]);
        right.CopyTo(children[(1 + Digest.Length)..]);
        return Digest.Of(children);
    }
}
