using System.Numerics;
using Federated.Federation;

namespace Federated.TransparencyLog.Trees;

/// <summary>Gives the root of a complete subtree: of the 2^level leaves from index·2^level on.</summary>
/// <param name="level">From 0, where it is a leaf hash.</param>
/// <param name="index">Number of the subtree in its level, from 0.</param>
public delegate Digest SubtreeSource(int level, long index);

/// <summary>Hashes of ranges that occur when a tree is split at powers of two.</summary>
internal static class SubtreeHashes
{
    /// <summary>Largest power of two below n, where a tree of n ≥ 2 leaves is split (RFC 6962 §2.1).</summary>
    public static long Split(long n) => 1L << BitOperations.Log2((ulong)(n - 1));

    /// <summary>MTH(D[from:to]), where from is a multiple of a power of two not below to − from.</summary>
    public static Digest Range(SubtreeSource source, long from, long to)
    {
        Digest? root = null;
        for (var end = to; end > from; )
        {
            var level = BitOperations.TrailingZeroCount(end - from); // the smallest subtree lies at the right
            var begin = end - (1L << level);
            var hash = source(level, begin >> level);
            root = root is { } right ? MerkleHash.Node(hash, right) : hash;
            end = begin;
        }

        return root ?? MerkleHash.Empty;
    }
}
