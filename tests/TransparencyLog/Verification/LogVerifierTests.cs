using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Verification;

namespace Federated.TransparencyLog.Tests.Verification;

/// <summary>Verifying a whole log: nothing in its files may change unseen, and the place is named.</summary>
[TestClass]
public sealed class LogVerifierTests
{
    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(1, 1)]
    [DataRow(255, 2)]
    [DataRow(256, 1)]
    [DataRow(257, 4)]
    [DataRow(5000, 1)]
    [DataRow(5000, 3)]
    [DataRow(70_000, 2)]
    public void A_whole_log_verifies_and_every_entry_is_seen_once_and_in_order(int size, int parallelism)
    {
        using var log = MemoryLog.With(size);
        var seen = new List<byte[]>();

        var verdict = LogVerifier.Verify(
            log.Checkpoint().ToBytes(),
            log.Policy,
            log.Source,
            (index, entry) =>
            {
                Assert.AreEqual(seen.Count, index.Value);
                seen.Add(entry.ToArray());
                return null;
            },
            parallelism
        );

        var verified = Assert.IsInstanceOfType<LogVerdict.Verified>(verdict);
        Assert.AreEqual(log.Appender.Head, verified.Checkpoint.Head);
        Assert.IsTrue(seen.Count == size && seen.Zip(log.Entries).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)));
    }

    [TestMethod]
    public void Any_changed_byte_of_any_file_is_found_and_its_file_named()
    {
        using var log = MemoryLog.With(600);
        var (checkpoint, seeded) = (log.Checkpoint().ToBytes(), new Seeded("any byte"));
        foreach (var (name, bytes) in log.Files)
        {
            for (var repeats = 0; repeats < 60; repeats++)
            {
                var (at, bit) = (seeded.Between(0, bytes.Length - 1), (byte)(1 << seeded.Between(0, 7)));
                bytes[at] ^= bit;

                var failed = Failed(LogVerifier.Verify(checkpoint, log.Policy, log.Source, parallelism: 1 + (repeats % 2)));

                // A hash in a tile of leaves and its entry disagree: which of them was changed cannot be told.
                Assert.AreEqual(name.Replace("tile/0/", "tile/entries/"), failed.Place, $"{name}, byte {at}");
                bytes[at] ^= bit;
            }
        }

        for (var at = 0; at < checkpoint.Length; at++)
        {
            var changed = checkpoint.ToArray();
            changed[at] ^= (byte)(1 << (at % 8));

            Assert.AreEqual("checkpoint", Failed(LogVerifier.Verify(changed, log.Policy, log.Source)).Place, $"byte {at}");
        }
    }

    [TestMethod]
    public void Every_missing_shortened_or_lengthened_file_is_found_and_named()
    {
        using var log = MemoryLog.With(600);
        var checkpoint = log.Checkpoint().ToBytes();
        foreach (var name in log.Files.Keys.ToList())
        {
            var whole = log.Files[name];
            foreach (var changed in new[] { null, whole[..^1], [.. whole, 0], [], [.. whole, .. whole] })
            {
                log.Files.Remove(name);
                if (changed is not null)
                {
                    log.Files[name] = changed;
                }

                Assert.AreEqual(name, Failed(LogVerifier.Verify(checkpoint, log.Policy, log.Source)).Place);
            }

            log.Files[name] = whole;
        }
    }

    [TestMethod]
    public void Entries_swapped_left_out_or_repeated_with_tiles_to_match_have_another_root()
    {
        using var honest = MemoryLog.With(600);
        var checkpoint = honest.Checkpoint().ToBytes();
        byte[][] entries = [.. honest.Entries];
        byte[][][] lies =
        [
            [.. entries[..100], entries[101], entries[100], .. entries[102..]],
            [.. entries[..100], .. entries[101..], entries[0]],
            [.. entries[..100], entries[99], .. entries[101..]],
        ];
        foreach (var lie in lies)
        {
            using var log = new MemoryLog();
            log.Append(lie);

            var failed = Failed(LogVerifier.Verify(checkpoint, honest.Policy, log.Source));

            Assert.AreEqual("checkpoint", failed.Place);
            Assert.Contains("not the one that was signed", failed.Fault);
        }
    }

    [TestMethod]
    public void A_visitor_ends_it_with_the_entrys_number()
    {
        using var log = MemoryLog.With(600);

        var verdict = LogVerifier.Verify(
            log.Checkpoint().ToBytes(),
            log.Policy,
            log.Source,
            (index, _) => index.Value == 299 ? "it is no entry." : null
        );

        Assert.AreEqual(new LogVerdict.Failed("entry 299", "it is no entry."), verdict);
    }

    [TestMethod]
    public void A_signature_line_of_a_stranger_is_a_fault_since_nobody_verifies_it()
    {
        using var log = MemoryLog.With(3);
        var stranger = new NoteSignature(KeyName.Parse("stranger"), 7, new byte[64]);

        var failed = Failed(LogVerifier.Verify(log.Checkpoint().With(stranger).ToBytes(), log.Policy, log.Source));

        Assert.Contains("'stranger'", failed.Fault);
    }

    [TestMethod]
    public void A_huge_size_with_few_files_ends_at_the_first_that_is_missing()
    {
        using var log = MemoryLog.With(300);
        TreeHead huge = new(new TreeSize(TreeSize.Most), log.Appender.Head.Root);
        var checkpoint = SignedCheckpoint.Sign(Checkpoint.Of(MemoryLog.Origin, huge), log.Signer);

        var failed = Failed(LogVerifier.Verify(checkpoint.ToBytes(), log.Policy.OfLogAlone(), log.Source, parallelism: 2));

        Assert.AreEqual("tile/entries/001", failed.Place);
        Assert.AreEqual("the file is missing.", failed.Fault);
    }

    [TestMethod]
    public void Verifying_allocates_nothing_for_an_entry()
    {
        using var log = MemoryLog.With(50_000);
        var files = Tiling.FilesOf(log.Appender.Head.Size).ToDictionary(path => path, path => log.Source(path)!);
        var checkpoint = log.Checkpoint().ToBytes();
        Assert.IsInstanceOfType<LogVerdict.Verified>(LogVerifier.Verify(checkpoint, log.Policy, files.GetValueOrDefault)); // compiles it
        var policy = log.Policy;
        var before = GC.GetAllocatedBytesForCurrentThread();

        LogVerifier.Verify(checkpoint, policy, files.GetValueOrDefault);

        Assert.IsLessThan(
            300_000,
            GC.GetAllocatedBytesForCurrentThread() - before,
            "for 50,000 entries, signatures and tiles in the making"
        );
    }

    private static LogVerdict.Failed Failed(LogVerdict verdict) => Assert.IsInstanceOfType<LogVerdict.Failed>(verdict);
}
