using Federated.Federation;
using Federated.TransparencyLog.Tests.Trees;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Tests.Tiles;

/// <summary>A tree read from files that nobody vouches for.</summary>
[TestClass]
public sealed class TiledTreeTests
{
    private static readonly int[] s_sizes = [0, 1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 66_049];

    [TestMethod]
    public void Entries_and_proofs_from_tiles_are_those_of_the_tree_at_every_size()
    {
        foreach (var size in s_sizes.Where(size => size < 1000).Concat([700, 1000]))
        {
            using var log = MemoryLog.With(size);
            var obvious = new ObviousTree(log.Entries);
            var tree = log.Tree();
            Assert.AreEqual(obvious.Root(), tree.Head.Root, $"{size}");

            for (var index = 0; index < size; index += Math.Max(1, size / 97))
            {
                CollectionAssert.AreEqual(log.Entries[index], tree.Entry(new LeafIndex(index)).ToArray());
                CollectionAssert.AreEqual(
                    obvious.Path(index, size),
                    InclusionProof.Of(new LeafIndex(index), tree.Head.Size, tree.Subtree).ToArray(),
                    $"{index} of {size}"
                );
                CollectionAssert.AreEqual(
                    obvious.Proof(index, size),
                    ConsistencyProof.Of(new TreeSize(index), tree.Head.Size, tree.Subtree).ToArray(),
                    $"{index} to {size}"
                );
            }
        }
    }

    [TestMethod]
    public void A_large_tree_proves_from_tiles_what_its_head_binds()
    {
        foreach (var size in s_sizes.Where(size => size > 1000))
        {
            using var log = MemoryLog.With(size);
            var tree = log.Tree();
            for (var index = 0; index < size; index += 4099)
            {
                var path = InclusionProof.Of(new LeafIndex(index), tree.Head.Size, tree.Subtree);
                Assert.IsTrue(
                    InclusionProof.Verifies(tree.Head, new LeafIndex(index), MerkleHash.Leaf(log.Entries[index]), path.AsSpan()),
                    $"{index} of {size}"
                );
            }
        }
    }

    [TestMethod]
    public void Any_changed_byte_of_any_tile_is_refused_by_whoever_needs_it()
    {
        using var log = MemoryLog.With(600);
        var (head, seeded) = (log.Appender.Head, new Seeded("changed tiles"));
        foreach (var (name, bytes) in log.Files.Where(file => !file.Key.StartsWith("tile/entries", StringComparison.Ordinal)))
        {
            for (var repeats = 0; repeats < 20; repeats++)
            {
                var at = seeded.Between(0, bytes.Length - 1);
                var bit = (byte)(1 << seeded.Between(0, 7));
                bytes[at] ^= bit;

                var refused = Assert.ThrowsExactly<CorruptLogException>(
                    () => ReadAll(new TiledTree(head, log.Source)),
                    $"{name}, byte {at}"
                );

                Assert.IsTrue(refused.Path is null || refused.Path.ToString() == name, $"{name}: {refused.Message}");
                bytes[at] ^= bit;
            }
        }
    }

    [TestMethod]
    [DataRow(-1, DisplayName = "cut short")]
    [DataRow(1, DisplayName = "with a byte more")]
    [DataRow(int.MinValue, DisplayName = "missing")]
    public void A_tile_that_is_not_whole_is_refused_with_its_name(int more)
    {
        using var log = MemoryLog.With(600);
        foreach (var name in log.Files.Keys.Where(name => !name.StartsWith("tile/entries", StringComparison.Ordinal)).ToList())
        {
            var whole = log.Files[name];
            switch (more)
            {
                case int.MinValue:
                    log.Files.Remove(name);
                    break;
                case < 0:
                    log.Files[name] = whole[..^1];
                    break;
                default:
                    log.Files[name] = [.. whole, 0];
                    break;
            }

            var refused = Assert.ThrowsExactly<CorruptLogException>(() => ReadAll(new TiledTree(log.Appender.Head, log.Source)), name);

            Assert.AreEqual(name, refused.Path.ToString());
            log.Files[name] = whole;
        }
    }

    [TestMethod]
    public void A_changed_entry_is_refused_although_its_bundle_is_well_formed()
    {
        using var log = MemoryLog.With(300);
        log.Files["tile/entries/001.p/44"][30] ^= 1;
        var tree = log.Tree();

        var refused = Enumerable.Range(256, 44).Count(index => Throws(() => tree.Entry(new LeafIndex(index))));

        Assert.IsGreaterThanOrEqualTo(1, refused);
        CollectionAssert.AreEqual(log.Entries[255], tree.Entry(new LeafIndex(255)).ToArray());
    }

    [TestMethod]
    public void An_old_head_is_read_from_full_files_that_replaced_its_partial_ones()
    {
        using var log = MemoryLog.With(300);
        var (old, entries) = (log.Appender.Head, log.Entries.ToArray());
        log.Append(MemoryLog.SomeEntries(400, "more"));
        foreach (var file in Tiling.FilesOf(old.Size).Where(file => !file.IsFull && log.Files.ContainsKey(file.Full.ToString())))
        {
            Assert.IsTrue(log.Files.Remove(file.ToString()));
        }

        var tree = new TiledTree(old, log.Source);

        for (var index = 0; index < 300; index++)
        {
            CollectionAssert.AreEqual(entries[index], tree.Entry(new LeafIndex(index)).ToArray());
        }
    }

    [TestMethod]
    public void What_the_tree_has_not_is_a_callers_bug()
    {
        using var log = MemoryLog.With(300);
        var tree = log.Tree();

        Assert.ThrowsExactly<ArgumentException>(() => tree.Entry(new LeafIndex(300)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => tree.Subtree(0, 300));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => tree.Subtree(9, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => tree.Subtree(62, 0));
    }

    private static void ReadAll(TiledTree tree)
    {
        for (var index = 0L; index < tree.Head.Size.Value; index++)
        {
            tree.Leaf(new LeafIndex(index));
        }
    }

    private static bool Throws(Action read)
    {
        try
        {
            read();
            return false;
        }
        catch (CorruptLogException)
        {
            return true;
        }
    }
}
