using Federated.Federation;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Tests.Trees;

/// <summary>Every proof verifies, no changed one does, and both are what the obvious implementation says.</summary>
[TestClass]
public sealed class ProofPropertyTests
{
    private static readonly byte[][] s_entries = [.. Enumerable.Range(0, 700).Select(i => new Seeded($"entry {i}").Bytes(i % 37))];

    private static readonly ObviousTree s_tree = new(s_entries);

    [TestMethod]
    public void Every_leaf_of_every_tree_up_to_70_has_a_proof_that_no_other_leaf_has()
    {
        for (var size = 1; size <= 70; size++)
        {
            TreeHead head = new(new TreeSize(size), s_tree.Root(size));
            for (var index = 0; index < size; index++)
            {
                var path = InclusionProof.Of(new LeafIndex(index), head.Size, s_tree.Subtree).AsSpan();

                CollectionAssert.AreEqual(s_tree.Path(index, size), path.ToArray(), $"{index} of {size}");
                for (var claimed = 0; claimed < size + 3; claimed++)
                {
                    var verifies = InclusionProof.Verifies(head, new LeafIndex(claimed), MerkleHash.Leaf(s_entries[index]), path);
                    Assert.AreEqual(claimed == index, verifies, $"{index} as {claimed} of {size}");
                }
            }
        }
    }

    [TestMethod]
    public void Every_pair_of_trees_up_to_70_has_a_proof_that_fits_no_other_pair_of_roots()
    {
        for (var later = 0; later <= 70; later++)
        {
            TreeHead after = new(new TreeSize(later), s_tree.Root(later));
            for (var earlier = 0; earlier <= later; earlier++)
            {
                TreeHead before = new(new TreeSize(earlier), s_tree.Root(earlier));

                var path = ConsistencyProof.Of(before.Size, after.Size, s_tree.Subtree).AsSpan();

                CollectionAssert.AreEqual(s_tree.Proof(earlier, later), path.ToArray(), $"{earlier} to {later}");
                Assert.IsTrue(ConsistencyProof.Verifies(before, after, path), $"{earlier} to {later}");
                Assert.AreEqual(earlier == later, ConsistencyProof.Verifies(after, before, path), $"{later} back to {earlier}");
                for (var other = 1; other <= 70; other++)
                {
                    // The sizes come signed with their roots: so a head is changed as a whole.
                    TreeHead wrong = new(new TreeSize(other), s_tree.Root(other));
                    Assert.AreEqual(other == later || (earlier == 0 && path.IsEmpty), ConsistencyProof.Verifies(before, wrong, path));
                    if (earlier > 0)
                    {
                        Assert.AreEqual(
                            other == earlier,
                            ConsistencyProof.Verifies(wrong, after, path),
                            $"{other}, not {earlier}, to {later}"
                        );
                    }
                }
            }
        }
    }

    [TestMethod]
    public void A_proof_with_any_bit_changed_a_hash_more_or_less_or_two_swapped_verifies_nothing()
    {
        var seeded = new Seeded("changed proofs");
        for (var repeats = 0; repeats < 25; repeats++)
        {
            var later = seeded.Between(2, s_entries.Length);
            var earlier = seeded.Between(1, later - 1);
            var index = new LeafIndex(seeded.Between(0, later - 1));
            var leaf = MerkleHash.Leaf(s_entries[index.Value]);
            TreeHead before = new(new TreeSize(earlier), s_tree.Root(earlier));
            TreeHead after = new(new TreeSize(later), s_tree.Root(later));
            var inclusion = InclusionProof.Of(index, after.Size, s_tree.Subtree).ToArray();
            var consistency = ConsistencyProof.Of(before.Size, after.Size, s_tree.Subtree).ToArray();
            Assert.IsTrue(InclusionProof.Verifies(after, index, leaf, inclusion));
            Assert.IsTrue(ConsistencyProof.Verifies(before, after, consistency));

            foreach (var (changed, what) in Changes(inclusion))
            {
                Assert.IsFalse(InclusionProof.Verifies(after, index, leaf, changed), $"{index} of {later}: {what}");
            }

            foreach (var (changed, what) in Changes(consistency))
            {
                Assert.IsFalse(ConsistencyProof.Verifies(before, after, changed), $"{earlier} to {later}: {what}");
            }

            for (var bit = 0; bit < 256; bit++)
            {
                Assert.IsFalse(InclusionProof.Verifies(after with { Root = Flipped(after.Root, bit) }, index, leaf, inclusion));
                Assert.IsFalse(InclusionProof.Verifies(after, index, Flipped(leaf, bit), inclusion));
                Assert.IsFalse(ConsistencyProof.Verifies(before with { Root = Flipped(before.Root, bit) }, after, consistency));
                Assert.IsFalse(ConsistencyProof.Verifies(before, after with { Root = Flipped(after.Root, bit) }, consistency));
            }

            for (var bit = 0; bit < 62; bit++)
            {
                var other = new LeafIndex(index.Value ^ (1L << bit));
                Assert.IsFalse(InclusionProof.Verifies(after, other, leaf, inclusion), $"{index} of {later} as {other}");
            }
        }
    }

    /// <summary>A path says left or right at each level, and no more: so a changed size shows only where it changes that. The signature covers the size.</summary>
    [TestMethod]
    public void A_changed_size_shows_exactly_where_it_changes_the_way_up()
    {
        for (var size = 1; size <= 40; size++)
        {
            for (var index = 0; index < size; index++)
            {
                var path = InclusionProof.Of(new LeafIndex(index), new TreeSize(size), s_tree.Subtree).AsSpan();
                for (var claimed = index + 1; claimed <= 80; claimed++)
                {
                    TreeHead head = new(new TreeSize(claimed), s_tree.Root(size));

                    var verifies = InclusionProof.Verifies(head, new LeafIndex(index), MerkleHash.Leaf(s_entries[index]), path);

                    Assert.AreEqual(Way(index, size) == Way(index, claimed), verifies, $"{index} of {size} as of {claimed}");
                }
            }
        }
    }

    [TestMethod]
    public void A_compact_tree_has_the_root_of_all_its_leaves_however_it_was_made()
    {
        var tree = new CompactTree();
        for (var size = 1; size <= 300; size++)
        {
            tree.Append(MerkleHash.Leaf(s_entries[size - 1]));

            Assert.AreEqual(s_tree.Root(size), tree.Root());
            Assert.AreEqual(s_tree.Root(size), new CompactTree(tree.Size, tree.Subtrees.AsSpan()).Root());
        }

        var grown = new CompactTree();
        grown.AppendSubtree(8, s_tree.Subtree(8, 0));
        grown.AppendSubtree(5, s_tree.Subtree(5, 8));
        Assert.AreEqual(s_tree.Root(288), grown.Root());
        Assert.ThrowsExactly<ArgumentException>(() => grown.AppendSubtree(6, s_tree.Subtree(6, 0)));
        Assert.ThrowsExactly<ArgumentException>(() => new CompactTree(new TreeSize(3), [MerkleHash.Empty]));
    }

    [TestMethod]
    public void Proofs_of_what_is_not_there_are_a_callers_bug()
    {
        Assert.ThrowsExactly<ArgumentException>(() => InclusionProof.Of(new LeafIndex(5), new TreeSize(5), s_tree.Subtree));
        Assert.ThrowsExactly<ArgumentException>(() => ConsistencyProof.Of(new TreeSize(6), new TreeSize(5), s_tree.Subtree));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TreeSize(-1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TreeSize(TreeSize.Most + 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LeafIndex(TreeSize.Most));
    }

    /// <summary>On which side each sibling of a leaf stands on the way up, by the definition of the tree.</summary>
    private static string Way(long index, long size)
    {
        if (size == 1)
        {
            return "";
        }

        var k = 1L;
        while (2 * k < size)
        {
            k *= 2;
        }

        return index < k ? Way(index, k) + "r" : Way(index - k, size - k) + "l";
    }

    private static IEnumerable<(Digest[] Changed, string What)> Changes(Digest[] path)
    {
        for (var i = 0; i < path.Length; i++)
        {
            for (var bit = 0; bit < 256; bit++)
            {
                yield return ([.. path[..i], Flipped(path[i], bit), .. path[(i + 1)..]], $"bit {bit} of hash {i}");
            }

            yield return ([.. path[..i], .. path[(i + 1)..]], $"without hash {i}");
            yield return ([.. path[..i], path[i], .. path[i..]], $"hash {i} twice");
            if (i > 0)
            {
                yield return ([.. path[..(i - 1)], path[i], path[i - 1], .. path[(i + 1)..]], $"hashes {i - 1} and {i} swapped");
            }
        }

        yield return ([MerkleHash.Empty, .. path], "a hash before");
        yield return ([.. path, MerkleHash.Empty], "a hash after");
    }

    private static Digest Flipped(Digest hash, int bit)
    {
        var bytes = hash.ToArray();
        bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        return new Digest(bytes);
    }
}
