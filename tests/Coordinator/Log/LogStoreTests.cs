using System.Diagnostics;
using Federated.Coordinator.Hosting;
using Federated.Coordinator.Log;
using Federated.Coordinator.Sessions;
using Federated.Coordinator.Storage;
using Federated.Coordinator.Studies;
using Federated.Coordinator.Tests.Studies;
using Federated.Federation;
using Federated.Fixtures;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Verification;
using Microsoft.Extensions.Logging;

namespace Federated.Coordinator.Tests.Log;

/// <summary>The log as the coordinator keeps it: batches forced to its database, files made from there, a checkpoint signed over each.</summary>
[TestClass]
public sealed class LogStoreTests
{
    private const int Batch = 250;
    private const int Proofs = 500;

    public required TestContext TestContext { get; init; }

    /// <summary>FEDERATED_LOG_ENTRIES writes more; the output says how fast it was.</summary>
    [TestMethod]
    public void Batches_through_the_store_give_a_tree_that_verifies_and_proofs_from_its_files_hold()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("FEDERATED_LOG_ENTRIES"), out var many) ? many : 4 * Batch;
        using var folder = new TestFolder();
        var time = new ManualTime();
        using var store = new CoordinatorStore(folder["state"]);
        var sessions = new SessionRegistry();
        var log = new CoordinatorLog(new Logger<CoordinatorLog>(new LoggerFactory()));
        using var trail = new AuditTrail(BenchConsortium.HubKeys, BenchConsortium.HubTls, time);
        using var signer = BenchConsortium.HubKeys.Private.LogSigner(trail.Origin);
        var witnessing = new Witnessing(sessions, log, time);
        var members = new Members(BenchConsortium.Credentials, store, BenchConsortium.HubTls, trail, witnessing);
        var files = new LogFiles(folder["state/log"]);
        var writer = new LogWriter(store, files, trail, signer, witnessing, members);
        writer.Begin(BenchConsortium.HubKeys.CredentialFile, default);
        var plan = SamplePlan.For("a", "b");
        var signed = new SignedPlan(plan.ToBytes(), new byte[1], new byte[1], "researcher");
        store.AddStudy(signed, time.GetUtcNow(), new LogLine(trail.Registered(plan, signed.Hash), null, signed.Hash));
        var before = store.LogSize;

        var watch = new Stopwatch();
        for (var at = 0; at < count; at += Batch)
        {
            LogLine[] lines = [.. Enumerable.Range(at, Batch).Select(number => new LogLine(Entry(number), null, signed.Hash))];
            watch.Start();
            store.Save(signed.Hash, Change(lines), isForced: true);
            writer.Publish();
            watch.Stop();
        }

        TestContext.WriteLine($"{count / watch.Elapsed.TotalSeconds:n0} appends a second, in batches of {Batch}");
        var head = witnessing.Newest!.Head;
        Assert.AreEqual(before + count, head.Size.Value);
        Assert.IsNull(LogVerifier.VerifyTree(head, files.Read));
        var random = new KeyedRandom("proofs of the store's log");
        var times = new double[Proofs];
        for (var i = 0; i < Proofs; i++)
        {
            var number = random.NextInt32(count);
            var index = new LeafIndex(before + number);
            var began = Stopwatch.GetTimestamp();
            var path = InclusionProof.Of(index, head.Size, new TiledTree(head, files.Read).Subtree);
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            Assert.IsTrue(InclusionProof.Verifies(head, index, MerkleHash.Leaf(Entry(number)), path.AsSpan()), $"entry {index}");
        }

        Array.Sort(times);
        TestContext.WriteLine(
            $"{times[Proofs / 2]:n3} ms for a proof from the files, nothing read before; 99 of 100 within {times[Proofs * 99 / 100]:n3} ms"
        );
    }

    /// <summary>As long as entries usually are; what they say is not looked at here.</summary>
    private static byte[] Entry(int number)
    {
        var bytes = new byte[336];
        BitConverter.TryWriteBytes(bytes, number);
        return bytes;
    }

    private static StudyChange Change(IReadOnlyList<LogLine> lines) =>
        new()
        {
            Phase = StudyPhase.Running,
            Reason = "",
            Attempt = new AttemptNumber(1),
            Change = RoundChange.None,
            Receipts = new Dictionary<SiteName, (RoundNumber, AttemptNumber)>(),
            Entries = lines,
            Events = [],
        };
}
