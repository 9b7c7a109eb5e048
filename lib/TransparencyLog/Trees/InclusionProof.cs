using System.Collections.Immutable;
using Federated.Federation;

namespace Federated.TransparencyLog.Trees;

/// <summary>Proof that an entry is in the tree, at that place: the siblings on its way up, lowest first.</summary>
public static class InclusionProof
{
    /// <summary>Makes a proof (RFC 6962 §2.1.1).</summary>
    /// <param name="index">Of the entry.</param>
    /// <param name="size">Of the tree; above the index.</param>
    /// <param name="source">Hashes of complete subtrees of that tree.</param>
    /// <exception cref="ArgumentException">There is no such entry.</exception>
    public static ImmutableArray<Digest> Of(LeafIndex index, TreeSize size, SubtreeSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!size.Holds(index))
        {
            throw new ArgumentException($"A tree of {size} entries has none at {index}.", nameof(index));
        }

        var fromTheTop = new List<Digest>();
        var (from, to) = (0L, size.Value);
        while (to - from > 1)
        {
            var middle = from + SubtreeHashes.Split(to - from);
            if (index.Value < middle)
            {
                fromTheTop.Add(SubtreeHashes.Range(source, middle, to));
                to = middle;
            }
            else
            {
                fromTheTop.Add(SubtreeHashes.Range(source, from, middle));
                from = middle;
            }
        }

        fromTheTop.Reverse();
        return [.. fromTheTop];
    }

    /// <summary>True if the path proves that the leaf is in the tree of that head, at that place.</summary>
    /// <param name="head">Root, and the size that was signed with it. The size is not proved: leaf 0 has the same path in trees of 5 and of 8.</param>
    /// <param name="index">Place of the leaf; false at or beyond the size.</param>
    /// <param name="leafHash">Of the leaf.</param>
    /// <param name="path">Siblings, lowest first; any number of them.</param>
    public static bool Verifies(TreeHead head, LeafIndex index, Digest leafHash, ReadOnlySpan<Digest> path) =>
        MerklePath.Includes(head.Root, index.Value, head.Size.Value, leafHash, path);
}
