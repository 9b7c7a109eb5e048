using System.Text;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Tests.Entries;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Verification;
using Federated.TransparencyLog.Witnesses;

namespace Federated.TransparencyLog.Tests.Fuzz;

/// <summary>
/// Every parser of foreign bytes: a refusal or a value that writes the same bytes again, no exception, and no more memory than the bytes warrant. FEDERATED_FUZZ_CASES looks for longer.
/// </summary>
[TestClass]
public sealed class ParserTests
{
    public required TestContext TestContext { get; set; }

    private static Dictionary<string, (byte[] Valid, Func<byte[], byte[]?> Reread)> Parsers
    {
        get
        {
            using var log = MemoryLog.With(300);
            using var signer = Samples.Signer(EntryKind.RoundCommitted);
            var (checkpoint, tree) = (log.Checkpoint(), log.Tree());
            var proof = LogProof.Of(new LeafIndex(77), checkpoint, tree.Subtree, log.Entries[77]);
            var request = new AddCheckpointRequest(
                new TreeSize(77),
                ConsistencyProof.Of(new TreeSize(77), new TreeSize(300), tree.Subtree),
                checkpoint
            );
            Dictionary<string, (byte[], Func<byte[], byte[]?>)> parsers = new()
            {
                ["note"] = (checkpoint.ToBytes(), b => SignedNote.TryParse(b, out var note, out _) ? note.ToBytes() : null),
                ["checkpoint"] = (checkpoint.ToBytes(), b => SignedCheckpoint.TryParse(b, out var read, out _) ? read.ToBytes() : null),
                ["checkpoint's text"] = (
                    checkpoint.Checkpoint.ToText(),
                    b => Checkpoint.TryParse(b, out var read, out _) ? read.ToText() : null
                ),
                ["cosignature lines"] = (
                    [.. checkpoint.Note.Signatures.SelectMany(line => line.ToLine())],
                    b => SignedCheckpoint.TryParseLines(b) is { } lines ? [.. lines.SelectMany(line => line.ToLine())] : null
                ),
                ["proof"] = (proof.ToBytes(), b => LogProof.TryParse(b, out var read, out _) ? read.ToBytes() : null),
                ["request"] = (request.ToBytes(), b => AddCheckpointRequest.TryParse(b, out var read, out _) ? read.ToBytes() : null),
                ["key"] = (
                    Encoding.UTF8.GetBytes(log.Signer.Key.ToString()),
                    b => NoteKey.TryParse(StrictUtf8.Text(b), out var key) ? Encoding.UTF8.GetBytes(key.ToString()) : null
                ),
                ["key's name"] = (
                    Encoding.UTF8.GetBytes("site.example/log"),
                    b => KeyName.TryParse(StrictUtf8.Text(b), out var name) ? Encoding.UTF8.GetBytes(name.Value) : null
                ),
                ["path"] = (
                    Encoding.UTF8.GetBytes("tile/1/x012/345.p/67"),
                    b => TilePath.TryParse(StrictUtf8.Text(b), out var path) ? Encoding.UTF8.GetBytes(path.ToString()) : null
                ),
                ["bundle"] = (log.Files["tile/entries/001.p/44"], Bundle),
                ["signed entry"] = (
                    SealedEntry.Sign(Samples.Of(EntryKind.RoundCommitted), signer).ToBytes(),
                    b => SealedEntry.TryParse(b, out var read, out _) ? read.ToBytes() : null
                ),
            };
            foreach (var entry in Samples.All)
            {
                parsers[EntryKinds.WordOf(entry.Kind)] = (
                    entry.ToText(),
                    b => LogEntry.TryParse(b, out var read, out _) ? read.ToText() : null
                );
            }

            return parsers;
        }
    }

    [TestMethod]
    public void A_parser_refuses_or_reads_what_writes_the_same_bytes()
    {
        var reached = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (name, (valid, reread)) in Parsers)
        {
            var mutations = new Mutations(new Seeded($"parser {name}"));
            CollectionAssert.AreEqual(valid, reread(valid), $"{name}: the valid one itself");
            for (var i = Cases(usual: 3000); i > 0; i--)
            {
                var bytes = mutations.Of(valid);
                var again = Bounded(MostBytes(bytes.Length), () => $"{name}: {Convert.ToHexStringLower(bytes)}", () => reread(bytes));
                if (again is not null && !again.AsSpan().SequenceEqual(bytes))
                {
                    Assert.Fail($"{name} has two forms: {Convert.ToHexStringLower(bytes)} reads as {Convert.ToHexStringLower(again)}.");
                }

                var what = $"{name, -20} {(again is null ? "refused" : "read")}";
                reached[what] = reached.GetValueOrDefault(what) + 1;
            }
        }

        foreach (var (what, count) in reached)
        {
            TestContext.WriteLine($"{count, 9}  {what}");
        }

        Assert.HasCount(2 * Parsers.Count, reached.Keys.ToArray(), "each parser reads some changed ones and refuses others");
    }

    [TestMethod]
    public void Nothing_cut_short_is_read_as_something_else()
    {
        foreach (var (name, (valid, reread)) in Parsers)
        {
            for (var length = 0; length < valid.Length; length++)
            {
                var again = reread(valid[..length]);

                Assert.IsTrue(again is null || again.AsSpan().SequenceEqual(valid.AsSpan(0, length)), $"{name} of {length} bytes");
            }
        }
    }

    [TestMethod]
    public void A_verifier_of_changed_files_gives_a_verdict_and_never_a_good_one()
    {
        using var log = MemoryLog.With(300);
        var (checkpoint, mutations) = (log.Checkpoint().ToBytes(), new Mutations(new Seeded("files")));
        foreach (var name in log.Files.Keys.ToList())
        {
            var whole = log.Files[name];
            for (var i = Cases(usual: 400); i > 0; i--)
            {
                log.Files[name] = mutations.Of(whole);

                var verdict = LogVerifier.Verify(checkpoint, log.Policy, log.Source);

                Assert.AreEqual(log.Files[name].AsSpan().SequenceEqual(whole), verdict is LogVerdict.Verified, name);
            }

            log.Files[name] = whole;
        }
    }

    private static byte[]? Bundle(byte[] bytes)
    {
        if (EntryBundle.Split(bytes, 44) is not { } places)
        {
            return null;
        }

        return
        [
            .. places.SelectMany(place =>
            {
                var entry = bytes.AsSpan(place);
                var written = new byte[EntryBundle.SizeOf(entry)];
                EntryBundle.Write(entry, written);
                return written;
            }),
        ];
    }

    /// <summary>FEDERATED_FUZZ_CASES, or a few seconds' worth.</summary>
    private static int Cases(int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("FEDERATED_FUZZ_CASES"), out var cases) ? cases : usual;

    /// <summary>Reading JSON into nodes and faults with their places, and writing it, costs a multiple of the text; nothing costs what a length or number promises.</summary>
    private static long MostBytes(int length) => (64 * 1024) + (200L * length);

    private static T Bounded<T>(long most, Func<string> what, Func<T> run)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = run();
        var used = GC.GetAllocatedBytesForCurrentThread() - before;
        return used <= most ? result : throw new AssertFailedException($"{used} bytes were allocated, of at most {most}, for {what()}.");
    }
}
