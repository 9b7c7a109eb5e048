using System.Security.Cryptography;
using Federated.Federation;
using Federated.SecureAggregation.Primitives;

namespace Federated.SecureAggregation.Tests.Primitives;

[TestClass]
public sealed class MerkleTreeTests
{
    // Design note of the protocol, section 6.1: leaf i is the single byte i.
    [TestMethod]
    [DataRow(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [DataRow(1, "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7")]
    [DataRow(2, "a20bf9a7cc2dc8a08f5f415a71b19f6ac427bab54d24eec868b5d3103449953a")]
    [DataRow(3, "3b6cccd7e3e023ff393006f030315ee7ad9eb111b022b41fba7e5b7a3973f688")]
    [DataRow(5, "b855b42d6c30f5b087e05266783fbd6e394f7b926013ccaa67700a8b0c5a596f")]
    [DataRow(8, "ef7f49b620f6c7ea9b963a214da34b5021c6ded8ed57734380a311ab726aa907")]
    public void Roots_are_the_published_ones(int size, string root) => Assert.AreEqual(root, MerkleTree.Root(Leaves(size)).ToString());

    [TestMethod]
    public void A_root_is_that_of_the_definition_by_recursion()
    {
        for (var size = 1; size <= 70; size++)
        {
            Assert.AreEqual(Slowly(Leaves(size)), MerkleTree.Root(Leaves(size)), $"{size} leaves");
        }
    }

    [TestMethod]
    public void A_path_proves_its_leaf_at_every_size()
    {
        for (var size = 1; size <= 40; size++)
        {
            var leaves = Leaves(size);
            var root = MerkleTree.Root(leaves);
            var all = MerkleTree.AllPaths(leaves);
            Assert.HasCount(size, all);
            for (var index = 0; index < size; index++)
            {
                CollectionAssert.AreEqual(MerkleTree.Path(leaves, index), all[index]);
                Assert.IsTrue(MerklePath.Includes(root, index, size, leaves[index], all[index]), $"{index} of {size}");
            }
        }
    }

    [TestMethod]
    public void A_path_proves_nothing_else()
    {
        for (var size = 1; size <= 40; size++)
        {
            var leaves = Leaves(size);
            var root = MerkleTree.Root(leaves);
            for (var index = 0; index < size; index++)
            {
                var path = MerkleTree.Path(leaves, index);
                var where = $"{index} of {size}";

                for (var other = -1; other <= size; other++)
                {
                    Assert.AreEqual(other == index, MerklePath.Includes(root, other, size, leaves[index], path), $"{where} as {other}");
                }

                Assert.IsFalse(MerklePath.Includes(Digest.Of("root"u8), index, size, leaves[index], path), where);
                Assert.IsFalse(MerklePath.Includes(root, index, size, Digest.Of("leaf"u8), path), where);
                Assert.IsFalse(MerklePath.Includes(root, index, size, leaves[index], [.. path, root]), where);
                if (path.Length > 0)
                {
                    Assert.IsFalse(MerklePath.Includes(root, index, size, leaves[index], path.AsSpan(1)), where);
                    Assert.IsFalse(MerklePath.Includes(root, index, size, leaves[index], path.AsSpan(0, path.Length - 1)), where);
                }

                for (var level = 0; level < path.Length; level++)
                {
                    Digest[] altered = [.. path];
                    altered[level] = Digest.Of(altered[level].ToArray());
                    Assert.IsFalse(MerklePath.Includes(root, index, size, leaves[index], altered), where);
                }
            }
        }
    }

    [TestMethod]
    public void A_node_is_no_leaf()
    {
        var leaves = Leaves(2);
        byte[] children = [.. leaves[0].ToArray(), .. leaves[1].ToArray()];

        Assert.AreNotEqual(MerkleTree.Root(leaves), MerkleHash.Leaf(children));
    }

    [TestMethod]
    [DataRow(0, 0)]
    [DataRow(-1, 3)]
    [DataRow(3, 3)]
    public void There_is_a_path_for_leaves_that_are_there(int index, int size) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => MerkleTree.Path(Leaves(size), index));

    [TestMethod]
    public void No_leaves_have_no_paths()
    {
        Assert.IsEmpty(MerkleTree.AllPaths([]));
        Assert.IsFalse(MerklePath.Includes(MerkleTree.Root([]), 0, 0, Digest.Of([]), []));
    }

    private static Digest[] Leaves(int size) => [.. Enumerable.Range(0, size).Select(i => MerkleHash.Leaf([(byte)i]))];

    /// <summary>RFC 6962 §2.1 as it is written.</summary>
    private static Digest Slowly(ReadOnlySpan<Digest> leaves)
    {
        if (leaves.Length == 1)
        {
            return leaves[0];
        }

        var k = 1;
        while (2 * k < leaves.Length)
        {
            k *= 2;
        }

        return new Digest(SHA256.HashData([0x01, .. Slowly(leaves[..k]).ToArray(), .. Slowly(leaves[k..]).ToArray()]));
    }
}
