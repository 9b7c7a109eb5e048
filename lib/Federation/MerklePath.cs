using System.Numerics;

namespace Federated.Federation;

/// <summary>Inclusion proofs in a tree of <see cref="MerkleHash"/>.</summary>
public static class MerklePath
{
    /// <summary>True if the path proves that the leaf is in the tree of that root, at that place.</summary>
    /// <param name="root">Root of a tree of <paramref name="size"/> leaves.</param>
    /// <param name="index">Place of the leaf; false outside [0, size).</param>
    /// <param name="size">n. Not proved by this: leaf 0 has the same path in trees of 5 and of 8, so the root must have come with it.</param>
    /// <param name="leafHash">Of the leaf.</param>
    /// <param name="path">Siblings, lowest first; any number of them.</param>
    /// <remarks>RFC 9162 §2.1.3.2, whose letters are kept.</remarks>
    public static bool Includes(Digest root, long index, long size, Digest leafHash, ReadOnlySpan<Digest> path)
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

            if (long.IsOddInteger(fn) || fn == sn)
            {
                r = MerkleHash.Node(p, r);
                var shift = BitOperations.TrailingZeroCount(fn); // up to where this is a right child; fn is not 0, or else sn were
                fn >>= shift;
                sn >>= shift;
            }
            else
            {
                r = MerkleHash.Node(r, p);
            }

            fn >>= 1;
            sn >>= 1;
        }

        return sn == 0 && r == root;
    }
}
