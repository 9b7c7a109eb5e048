using Federated.Coordinator.Storage;
using Federated.Coordinator.Studies;
using Federated.Coordinator.Tests.Studies;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Hosting;
using Microsoft.Data.Sqlite;

namespace Federated.Coordinator.Tests.Storage;

[TestClass]
public sealed class CoordinatorStoreTests
{
    [TestMethod]
    public void What_it_writes_only_its_owner_can_open()
    {
        using var folder = new TestFolder();
        using var store = new CoordinatorStore(folder["state"]);
        store.AddStudy(Signed("alpha"), DateTimeOffset.UnixEpoch, Entry(1));

        foreach (var file in Directory.GetFiles(folder["state"], "coordinator.db*"))
        {
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file), file);
        }
    }

    [TestMethod]
    [DataRow(2, DisplayName = "an earlier release's")]
    [DataRow(4, DisplayName = "a later release's")]
    [DataRow(-1, DisplayName = "nobody's")]
    public void A_database_of_another_version_is_refused_by_name(int version)
    {
        using var folder = new TestFolder();
        new CoordinatorStore(folder["state"]).Dispose();
        Run(folder["state/coordinator.db"], $"PRAGMA user_version = {version}");

        var refusal = Assert.ThrowsExactly<OperatorException>(() => new CoordinatorStore(folder["state"]));

        Assert.AreEqual($"{folder["state/coordinator.db"]} has format {version}; this coordinator reads 3.", refusal.Message);
        Assert.Contains("run the release that wrote it", refusal.Hint!);
    }

    [TestMethod]
    public void A_file_that_is_no_database_is_refused_and_left_alone()
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(folder["state"]);
        var file = folder.Write("state/coordinator.db", new string('x', 5000));

        var refusal = Assert.ThrowsExactly<OperatorException>(() => new CoordinatorStore(folder["state"]));

        Assert.Contains(file, refusal.Message);
        Assert.AreEqual("check disk and permissions, or restore a backup", refusal.Hint);
        Assert.AreEqual(new string('x', 5000), File.ReadAllText(file));
    }

    [TestMethod]
    public void Two_coordinators_cannot_have_the_same_state()
    {
        using var folder = new TestFolder();
        using var first = new CoordinatorStore(folder["state"]);

        var refusal = Assert.ThrowsExactly<OperatorException>(() => new CoordinatorStore(folder["state"]));

        Assert.AreEqual($"The state folder {folder["state"]} is in use by process {Environment.ProcessId}.", refusal.Message);
        Assert.IsEmpty(first.Load(), "the first is not disturbed");
    }

    [TestMethod]
    public void A_round_that_the_disk_has_no_room_for_is_not_begun()
    {
        using var folder = new TestFolder();
        using var store = new CoordinatorStore(folder["state"]);

        store.RequireRoom(1000);
        var refusal = Assert.ThrowsExactly<OperatorException>(() => store.RequireRoom(1L << 60));

        Assert.StartsWith($"The disk of {folder["state"]} is full: ", refusal.Message);
        Assert.Contains("free space on that disk", refusal.Hint!);
    }

    [TestMethod]
    public void A_folder_that_cannot_be_made_is_named()
    {
        using var folder = new TestFolder();
        folder.Write("state", "a file");

        Assert.Contains(folder["state"], Assert.ThrowsExactly<OperatorException>(() => new CoordinatorStore(folder["state"])).Message);
    }

    [TestMethod]
    public void A_change_that_fails_leaves_nothing_of_itself()
    {
        using var folder = new TestFolder();
        using var store = new CoordinatorStore(folder["state"]);
        var signed = Signed("alpha");
        store.AddStudy(signed, DateTimeOffset.UnixEpoch, Entry(1));
        var round = new CommittedRound(
            new RoundNumber(1),
            new AttemptNumber(1),
            [SiteName.Parse("alpha")],
            Digest.Of([]),
            Digest.Of([]),
            default
        );
        var change = new StudyChange
        {
            Phase = StudyPhase.Running,
            Reason = "first",
            Attempt = new AttemptNumber(1),
            Change = new RoundChange
            {
                Round = round,
                Sum = new byte[8],
                Proof = new byte[8],
            },
            Receipts = new Dictionary<SiteName, (RoundNumber, AttemptNumber)>(),
            Entries = [],
            Events = [],
        };
        store.Save(signed.Hash, change, isForced: true);

        Assert.ThrowsExactly<OperatorException>(
            () => store.Save(signed.Hash, change with { Reason = "second" }, isForced: true),
            "round 1 again"
        );

        Assert.AreEqual("first", store.Load().Single().Reason);
    }

    [TestMethod]
    public async Task A_backup_is_a_whole_copy_taken_while_the_coordinator_works()
    {
        using var folder = new TestFolder();
        var plan = SamplePlan.For("a", "b");
        await using (var bench = new StudyBench(plan, folder))
        {
            var sites = await bench.JoinAsync("a", "b");
            await sites[0].SendAsync(1, 1, 1, 2, 3, 4);
            await sites[1].SendAsync(1, 1, 1, 2, 3, 4);
            await bench.EventsAsync();
            Backup.Write(folder["state"], folder["copy.db"]);
            await sites[0].SendAsync(2, 1, 1, 2, 3, 4);
            await sites[1].SendAsync(2, 1, 1, 2, 3, 4);
            Assert.EndsWith("done2.1(2)", await bench.EventsAsync());
        }

        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["copy.db"]));
        using var restored = new TestFolder();
        Directory.CreateDirectory(restored["state"]);
        File.Copy(folder["copy.db"], restored["state/coordinator.db"]);
        await using var yesterday = new StudyBench(plan, restored);
        Assert.AreEqual(new RoundNumber(1), yesterday.Study.Model.Round);
        Assert.AreEqual("+a +b start1.1 a1 b1 done1.1(2) start2.1", await yesterday.EventsAsync());

        // Sites that have been further than the backup say so, and the study stops instead of computing round 2 again.
        var a = yesterday.Site("a");
        a.Connect();
        a.Accept(new RoundNumber(2), Digest.Of("the model after round 2"u8));
        Assert.EndsWith("+a paused", await yesterday.EventsAsync());
        Assert.Contains("restored from an older backup", yesterday.Study.Reason);
    }

    [TestMethod]
    public void A_backup_overwrites_nothing_and_leaves_nothing_half_written()
    {
        using var folder = new TestFolder();
        new CoordinatorStore(folder["state"]).Dispose();
        var taken = folder.Write("taken.db", "mine");

        Assert.Contains(
            "exists; nothing was changed",
            Assert.ThrowsExactly<OperatorException>(() => Backup.Write(folder["state"], taken)).Message
        );
        Assert.Contains(
            "nowhere/copy.db cannot be written",
            Assert.ThrowsExactly<OperatorException>(() => Backup.Write(folder["state"], folder["nowhere/copy.db"])).Message
        );
        Assert.Contains(
            "There is no database",
            Assert.ThrowsExactly<OperatorException>(() => Backup.Write(folder["other"], folder["copy.db"])).Message
        );
        Assert.AreEqual("mine", File.ReadAllText(taken));
        Assert.IsEmpty(Directory.GetFiles(folder.Root, "*.partial"));
    }

    private static LogLine Entry(byte number) => new(new[] { number }, null, null);

    private static SignedPlan Signed(params string[] sites) => new(SamplePlan.For(sites).ToBytes(), new byte[1], new byte[1], "researcher");

    private static void Run(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
