using Federated.TransparencyLog.Tests.Trees;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;

namespace Federated.TransparencyLog.Tests.Tiles;

/// <summary>How a log grows, and what a crash may leave.</summary>
[TestClass]
public sealed class AppenderTests
{
    [TestMethod]
    public void However_entries_are_batched_root_and_files_are_the_same()
    {
        using var whole = MemoryLog.With(1500);
        var seeded = new Seeded("batches");
        using var log = new MemoryLog();
        var entries = MemoryLog.SomeEntries(1500);
        while (log.Entries.Count < entries.Length)
        {
            var next = entries.Skip(log.Entries.Count).Take(seeded.Between(1, 90)).ToArray();
            var before = log.Appender.Head.Size;

            var batch = log.Appender.Append([.. next.Select(entry => (ReadOnlyMemory<byte>)entry)]);
            log.Append(next);

            CollectionAssert.AreEqual(
                Tiling.NewFiles(before, log.Appender.Head.Size).ToArray(),
                batch.Files.Select(file => file.Path).ToArray(),
                "exactly the files that are new, in the order of the design"
            );
            Assert.AreEqual(before.Value + next.Length, batch.After.Head.Size.Value);
        }

        Assert.AreEqual(new ObviousTree(entries).Root(), log.Appender.Head.Root);
        foreach (var path in Tiling.FilesOf(log.Appender.Head.Size))
        {
            CollectionAssert.AreEqual(whole.Files[path.ToString()], log.Files[path.ToString()], path.ToString());
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(255)]
    [DataRow(256)]
    [DataRow(257)]
    [DataRow(70_000)]
    public void A_restarted_log_goes_on_as_if_it_had_not_stopped(int size)
    {
        using var log = MemoryLog.With(size);
        using var restarted = MemoryLog.With(size);
        ReadOnlyMemory<byte>[] more = [.. MemoryLog.SomeEntries(300, "more")];

        var resumed = LogAppender.Resume(restarted.Appender.Head, restarted.Source).Append(more);

        var unbroken = log.Appender.Append(more);
        Assert.AreEqual(unbroken.After.Head, resumed.After.Head);
        Assert.IsTrue(
            unbroken
                .Files.Zip(resumed.Files)
                .All(pair => pair.First.Path == pair.Second.Path && pair.First.Bytes.Span.SequenceEqual(pair.Second.Bytes.Span))
        );
        Assert.HasCount(unbroken.Files.Length, resumed.Files.ToArray());
    }

    /// <summary>Dies after each write of a batch, then starts at the last stored checkpoint and appends something else; what the checkpoint counted is still there.</summary>
    [TestMethod]
    public void A_crash_after_any_write_loses_nothing_that_a_checkpoint_counts()
    {
        ReadOnlyMemory<byte>[] lost = [.. MemoryLog.SomeEntries(600, "lost")];
        ReadOnlyMemory<byte>[] other = [.. MemoryLog.SomeEntries(500, "other")];
        using var before = MemoryLog.With(500);
        var batch = before.Appender.Append(lost);
        for (var written = 0; written <= batch.Files.Length; written++)
        {
            using var log = MemoryLog.With(500);
            var stored = log.Checkpoint();
            foreach (var file in batch.Files.Take(written))
            {
                log.Files[file.Path.ToString()] = file.Bytes.ToArray();
            }

            var restarted = LogAppender.Resume(stored.Checkpoint.Head, log.Source);
            var second = restarted.Append(other);
            foreach (var file in second.Files)
            {
                log.Files[file.Path.ToString()] = file.Bytes.ToArray();
            }

            byte[][] expected = [.. log.Entries, .. other.Select(entry => entry.ToArray())];
            Assert.AreEqual(new ObviousTree(expected).Root(), second.After.Head.Root, $"after {written} writes");
            var tree = new TiledTree(second.After.Head, log.Source);
            var old = new TiledTree(stored.Checkpoint.Head, log.Source);
            for (var index = 0; index < expected.Length; index++)
            {
                CollectionAssert.AreEqual(
                    expected[index],
                    tree.Entry(new LeafIndex(index)).ToArray(),
                    $"entry {index} after {written} writes"
                );
                if (index < 500)
                {
                    CollectionAssert.AreEqual(expected[index], old.Entry(new LeafIndex(index)).ToArray());
                }
            }
        }
    }

    [TestMethod]
    public void A_log_whose_edge_was_lost_does_not_resume()
    {
        foreach (var lost in new[] { "tile/entries/002.p/88", "tile/0/002.p/88", "tile/1/000.p/2" })
        {
            using var log = MemoryLog.With(600);
            log.Files.Remove(lost);

            var refused = Assert.ThrowsExactly<CorruptLogException>(() => LogAppender.Resume(log.Appender.Head, log.Source));

            Assert.AreEqual(lost, refused.Path.ToString());
        }
    }

    [TestMethod]
    public void A_batch_with_an_entry_over_the_limit_is_refused_whole()
    {
        using var log = MemoryLog.With(3);
        var head = log.Appender.Head;

        var refused = Assert.ThrowsExactly<ArgumentException>(() => log.Appender.Append([new byte[3], new byte[65_536]]));

        Assert.Contains("Entry 1 of the batch has 65536 bytes; 65535 are allowed", refused.Message);
        Assert.AreEqual(head, log.Appender.Head);
        Assert.ThrowsExactly<ArgumentException>(() => log.Appender.Append([]));
        Assert.AreEqual(4, log.Appender.Append([new byte[65_535]]).After.Head.Size.Value, "exactly the limit is allowed");
    }
}
