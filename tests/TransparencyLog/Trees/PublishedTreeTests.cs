using Federated.Federation;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Tests.Trees;

/// <summary>Published values: transparency-dev/merkle, proof/verify_test.go.</summary>
[TestClass]
public sealed class PublishedTreeTests
{
    [TestMethod]
    public void Trees_of_0_to_8_leaves_have_the_published_roots()
    {
        var tree = new CompactTree();
        Assert.AreEqual(PublishedTree.Roots[0], tree.Root());

        for (var size = 1; size <= PublishedTree.Leaves.Length; size++)
        {
            tree.Append(MerkleHash.Leaf(PublishedTree.Leaves[size - 1]));

            Assert.AreEqual(PublishedTree.Head(size), tree.Head);
        }
    }

    [TestMethod]
    public void Inclusion_proofs_are_the_published_ones_and_verify()
    {
        var tree = new ObviousTree(PublishedTree.Leaves);
        foreach (var (leaf, size, path) in PublishedTree.Inclusions)
        {
            var index = new LeafIndex(leaf - 1);

            CollectionAssert.AreEqual(path, InclusionProof.Of(index, new TreeSize(size), tree.Subtree).ToArray());
            Assert.IsTrue(
                InclusionProof.Verifies(PublishedTree.Head(size), index, MerkleHash.Leaf(PublishedTree.Leaves[leaf - 1]), path),
                $"{leaf} of {size}"
            );
        }
    }

    [TestMethod]
    public void Consistency_proofs_are_the_published_ones_and_verify()
    {
        var tree = new ObviousTree(PublishedTree.Leaves);
        foreach (var (earlier, later, path) in PublishedTree.Consistencies)
        {
            CollectionAssert.AreEqual(path, ConsistencyProof.Of(new TreeSize(earlier), new TreeSize(later), tree.Subtree).ToArray());
            Assert.IsTrue(ConsistencyProof.Verifies(PublishedTree.Head(earlier), PublishedTree.Head(later), path), $"{earlier} to {later}");
        }
    }

    [TestMethod]
    [DataRow(0, 0, 1, 2, false, false, DisplayName = "two roots of the empty tree")]
    [DataRow(1, 1, 1, 2, false, false, DisplayName = "two roots of one size")]
    [DataRow(0, 0, 1, 1, false, true, DisplayName = "an empty tree is itself")]
    [DataRow(0, 1, 1, 2, false, true, DisplayName = "every tree grew from the empty one")]
    [DataRow(1, 1, 2, 2, false, true, DisplayName = "a tree is itself")]
    [DataRow(1, 0, 1, 2, false, false, DisplayName = "to the past, from 1 to 0")]
    [DataRow(2, 1, 1, 2, false, false, DisplayName = "to the past, from 2 to 1")]
    [DataRow(1, 2, 1, 2, false, false, DisplayName = "no proof where one is needed")]
    [DataRow(0, 0, 1, 1, true, false, DisplayName = "a proof where none is needed, 0 to 0")]
    [DataRow(0, 1, 1, 1, true, false, DisplayName = "a proof where none is needed, 0 to 1")]
    [DataRow(1, 1, 1, 1, true, false, DisplayName = "a proof where none is needed, 1 to 1")]
    public void Border_cases_of_consistency_are_decided_as_published(
        int earlier,
        int later,
        int earlierRoot,
        int laterRoot,
        bool hasPath,
        bool isConsistent
    )
    {
        TreeHead before = new(new TreeSize(earlier), Digest.Of([(byte)earlierRoot]));
        TreeHead after = new(new TreeSize(later), Digest.Of([(byte)laterRoot]));
        Digest[] path = hasPath ? [MerkleHash.Empty] : [];

        Assert.AreEqual(isConsistent, ConsistencyProof.Verifies(before, after, path));
    }

    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(1, 0)]
    [DataRow(2, 1)]
    [DataRow(1, 1)]
    public void A_leaf_beyond_the_tree_is_in_no_proof(int index, int size)
    {
        var leaf = Digest.Of([1]);

        Assert.IsFalse(InclusionProof.Verifies(new TreeHead(new TreeSize(size), leaf), new LeafIndex(index), leaf, []));
    }
}
