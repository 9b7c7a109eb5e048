using System.Collections.Immutable;
using System.Numerics;
using Federated.Federation;

namespace Federated.TransparencyLog.Trees;

/// <summary>Proof that a tree is another one, grown: that nothing which was in it was changed or taken away.</summary>
public static class ConsistencyProof
{
    /// <summary>Most hashes of a proof, as C2SP tlog-witness allows.</summary>
    public const int MostHashes = 63;

    /// <summary>Makes a proof (RFC 6962 §2.1.2); empty from the empty tree, and between equal trees.</summary>
    /// <param name="earlier">m, at most <paramref name="later"/>.</param>
    /// <param name="later">n.</param>
    /// <param name="source">Hashes of complete subtrees of the later tree.</param>
    /// <exception cref="ArgumentException">The earlier tree is the larger one.</exception>
    public static ImmutableArray<Digest> Of(TreeSize earlier, TreeSize later, SubtreeSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (earlier > later)
        {
            throw new ArgumentException($"A tree of {later} entries did not grow from one of {earlier}.", nameof(earlier));
        }

        if (earlier.Value == 0)
        {
            return [];
        }

        var fromTheTop = new List<Digest>();
        var (from, to) = (0L, later.Value); // the earlier tree ends within this range, or at its end
        while (to != earlier.Value)
        {
            var middle = from + SubtreeHashes.Split(to - from);
            if (earlier.Value <= middle)
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

        if (from > 0) // else it is the earlier root, which the verifier has
        {
            fromTheTop.Add(SubtreeHashes.Range(source, from, to));
        }

        fromTheTop.Reverse();
        return [.. fromTheTop];
    }

    /// <summary>True if the path proves that the later tree begins with the earlier one.</summary>
    /// <param name="earlier">m and its root. The empty tree is the beginning of every tree, whatever root is claimed for it.</param>
    /// <param name="later">n and its root.</param>
    /// <param name="path">As <see cref="Of"/> made it; any number of hashes.</param>
    /// <remarks>RFC 9162 §2.1.4.2, whose letters are kept. Like a path of inclusion it does not prove the sizes: they are signed with their roots.</remarks>
    public static bool Verifies(TreeHead earlier, TreeHead later, ReadOnlySpan<Digest> path)
    {
        var (m, n) = (earlier.Size.Value, later.Size.Value);
        if (m > n)
        {
            return false;
        }

        if (m == n)
        {
            return path.IsEmpty && earlier.Root == later.Root;
        }

        if (m == 0)
        {
            return path.IsEmpty;
        }

        var (fn, sn) = (m - 1, n - 1);
        var shift = BitOperations.TrailingZeroCount(~fn); // while fn is odd
        fn >>= shift;
        sn >>= shift;
        Digest fr;
        if (BitOperations.IsPow2(m)) // the earlier root is itself a node of the later tree, and is left out of the path
        {
            fr = earlier.Root;
        }
        else if (path.IsEmpty)
        {
            return false;
        }
        else
        {
            fr = path[0];
            path = path[1..];
        }

        var sr = fr;
        foreach (var p in path)
        {
            if (sn == 0)
            {
                return false;
            }

            if (long.IsOddInteger(fn) || fn == sn)
            {
                fr = MerkleHash.Node(p, fr);
                sr = MerkleHash.Node(p, sr);
                shift = BitOperations.TrailingZeroCount(fn); // fn is not 0, or else sn were
                fn >>= shift;
                sn >>= shift;
            }
            else
            {
                sr = MerkleHash.Node(sr, p);
            }

            fn >>= 1;
            sn >>= 1;
        }

        return sn == 0 && fr == earlier.Root && sr == later.Root;
    }
}
