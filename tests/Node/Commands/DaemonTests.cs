using Federated.Federation.Models;
using Federated.Fixtures;
using Federated.Fixtures.Processes;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Tests.Hosting;
using Federated.Node.Tests.Studies;
using Federated.V1;

namespace Federated.Node.Tests.Commands;

/// <summary>The daemon as a process, and its operator's commands beside it.</summary>
[TestClass]
public sealed class DaemonTests : IDisposable
{
    private static readonly Federation.Plans.StudyPlan Plan = SamplePlan.For("alpha", "beta");

    private readonly Consortium _consortium = new();
    private readonly TlsIdentity _hub;
    private readonly TlsIdentity _researcher;
    private Ensemble? _others;

    public DaemonTests()
    {
        _hub = _consortium.Identity(Role.Coordinator, "hub");
        _researcher = _consortium.Identity(Role.Researcher, "lab");
    }

    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    public void Dispose()
    {
        _others?.Dispose();
        _researcher.Dispose();
        _hub.Dispose();
        _consortium.Dispose();
    }

    [TestMethod]
    public async Task A_plan_is_read_approved_run_paused_and_rejected_from_the_command_line()
    {
        await using var coordinator = await CoordinatorAsync();
        using var files = Files(coordinator, "human");
        using var daemon = NodeProcess.Daemon(files);
        var session = await coordinator.SessionAsync(Stop);
        await session.WelcomeAsync(Stop);
        var hash = Plan.Hash().ToString();

        Assert.AreEqual(DeclineCode.AwaitingApproval, (await OfferAsync(session)).Code);
        Assert.Contains($"{hash[..12]}  awaiting your decision", NodeProcess.Output(files, "plans", "list"));
        var shown = NodeProcess.Output(files, "plans", "show", hash[..6]);
        foreach (
            var words in new[]
            {
                "signed by    researcher 'lab'",
                "PRIVACY      NONE.",
                "leaves here  in each of 2 rounds: 4 numbers (16 bytes)",
                "alpha (1), beta (1)",
                "thalach      column 'thalach'         missing: 140",
                "predicts     num above 0, from column 'num'",
            }
        )
        {
            Assert.Contains(words, shown);
        }

        Assert.Contains(
            $"the daemon (process {daemon.Id})",
            NodeProcess.Output(files, "plans", "approve", hash[..8], "--reason", "board, 3 May")
        );
        Assert.IsTrue((await HearAsync(session)).Accepted);
        await InviteAsync(session, 1);
        await coordinator.InputAsync(Stop);
        daemon.WaitForLine("released 4 numbers"); // a pause before that would leave the attempt
        NodeProcess.Output(files, "pause");
        Assert.AreEqual(DeclineCode.Paused, (await HearAsync(session)).Code);
        Wait.For("status to say so", () => NodeProcess.Json(files, "status")["last"]!["paused"]!.GetValue<bool>());
        NodeProcess.Output(files, "resume");
        Assert.IsTrue((await HearAsync(session)).Accepted);

        NodeProcess.Json(files, "plans", "reject", hash);
        Assert.AreEqual(DeclineCode.Rejected, (await HearAsync(session)).Code);
        var listed = NodeProcess.Json(files, "plans", "list")["plans"]![0]!;
        Assert.AreEqual(("rejected", "lab"), ((string?)listed["standing"], (string?)listed["researcher"]));
        Assert.AreEqual(hash, (string?)NodeProcess.Json(files, "plans", "show", hash)["plan"]);
        StopDaemon(daemon);
    }

    [TestMethod]
    public async Task After_a_restore_the_operator_reads_what_advancing_means_and_agrees()
    {
        await using var coordinator = await CoordinatorAsync();
        using var files = Files(coordinator, "automatic");
        using var daemon = NodeProcess.Daemon(files);
        var session = await coordinator.SessionAsync(Stop);
        await session.WelcomeAsync(Stop);
        var hash = Plan.Hash().ToString();
        Assert.AreEqual(DeclineCode.JournalBehind, (await OfferAsync(session, lastRound: 1, lastAttempt: 2)).Code);
        Wait.For("status to name the study", () => NodeProcess.Json(files, "status")["last"]!["studies"]!.AsArray().Count == 1);

        var asked = NodeProcess.Run(files.Folder, "journal", "advance", hash, "--config", files.Config);
        var mistaken = NodeProcess.Run(files.Folder, "journal", "advance", hash, "--up-to", "12.1", "--config", files.Config);
        var agreed = NodeProcess.Json(files, "journal", "advance", hash, "--up-to", "1.2");
        var answer = await HearAsync(session);
        Wait.For(
            "status to say so",
            () => NodeProcess.Json(files, "status")["last"]!["studies"]![0]!["standing"]!.ToString() == "TAKING_PART"
        );
        var again = NodeProcess.Run(files.Folder, "journal", "advance", hash, "--up-to", "1.2", "--config", files.Config);

        Assert.AreEqual(1, asked.ExitCode);
        Assert.Contains("has a vector of this site for attempt 2 of round 1; this node's journal ends with no attempt", asked.Output);
        Assert.Contains("another machine holds this site's key", asked.Output);
        Assert.EndsWith($"nothing was changed; to agree: fed-node journal advance {hash[..12]} --up-to 1.2 --config FILE", asked.Output);
        Assert.AreEqual(2, mistaken.ExitCode);
        Assert.Contains("--up-to 12.1 is not what the coordinator last said, which is 1.2.", mistaken.Errors);
        Assert.IsTrue(agreed["advanced"]!.GetValue<bool>());
        Assert.IsTrue(answer.Accepted);
        Assert.AreEqual(2, again.ExitCode);
        Assert.Contains("There is nothing to advance: plan", again.Errors);
        StopDaemon(daemon);
    }

    [TestMethod]
    public async Task A_second_daemon_in_the_same_folder_ends_with_the_first_ones_process_in_its_message()
    {
        await using var coordinator = await CoordinatorAsync();
        using var files = Files(coordinator, "automatic");
        using var daemon = NodeProcess.Daemon(files);
        await coordinator.SessionAsync(Stop);

        using var second = NodeProcess.Daemon(files);
        var ended = second.WaitForEnd();

        Assert.AreEqual(2, ended.ExitCode);
        Assert.Contains($"is in use by process {daemon.Id}.", ended.Errors);
        Assert.Contains("hint: stop that process first", ended.Errors);
        StopDaemon(daemon);
    }

    [TestMethod]
    public async Task A_node_that_was_killed_leaves_no_lock_and_goes_on()
    {
        await using var coordinator = await CoordinatorAsync();
        using var files = Files(coordinator, "automatic");
        using (var daemon = NodeProcess.Daemon(files))
        {
            var first = await coordinator.SessionAsync(Stop);
            await first.WelcomeAsync(Stop);
            await OfferAsync(first);
            await InviteAsync(first, 1);
            await coordinator.InputAsync(Stop);
            daemon.Send(Signals.Kill);
            daemon.WaitForEnd();
        }

        Assert.AreEqual(1, NodeProcess.Run(files.Folder, "status", "--config", files.Config).ExitCode);
        using var again = NodeProcess.Daemon(files);
        var session = await coordinator.SessionAsync(Stop);
        await session.WelcomeAsync(Stop);
        await OfferAsync(session, lastRound: 1, lastAttempt: 1);
        await InviteAsync(session, 1);
        Assert.AreEqual(DeclineCode.Replay, (await session.HearAsync(m => m.AttemptRefusal, Stop)).Code);
        await InviteAsync(session, 2);
        await coordinator.InputAsync(Stop);
        StopDaemon(again);
    }

    [TestMethod]
    public async Task An_idle_node_is_under_150_MiB()
    {
        await using var coordinator = await CoordinatorAsync();
        using var files = Files(coordinator, "human");
        using var daemon = NodeProcess.Daemon(files);
        var session = await coordinator.SessionAsync(Stop);
        await session.WelcomeAsync(Stop);
        await OfferAsync(session); // a plan that waits for its approval loads no model

        var resident = NodeProcess.ResidentMebibytes(daemon.Id);

        Assert.IsLessThan(150, resident);
        Assert.DoesNotContain("libtorch", File.ReadAllText($"/proc/{daemon.Id}/maps"), "or else this measured more than an idle node");
        StopDaemon(daemon);
    }

    [TestMethod]
    public async Task A_node_whose_disk_fills_up_stops_before_it_sends_what_it_could_not_write_down()
    {
        await using var coordinator = await CoordinatorAsync();
        using var files = Files(coordinator, "automatic");
        Directory.CreateDirectory(files.State);
        var (full, journal) = (files.Folder["full"], files.Folder["journal-at-the-end"]);
        // A mount of its own namespace, filled to the last byte on the test's word; what is on it is copied out before it goes.
        var script = $"""
            mount -t tmpfs -o size=128k,mode=700 tmpfs '{files.State}' || exit 99
            (while [ ! -e '{full}.now' ]; do sleep 0.05; done; cat /dev/zero > '{files.State}/other' 2>/dev/null; touch '{full}') &
            '{Checkout.Program("fed-node")}' run --config '{files.Config}'
            code=$?
            cp '{files.State}/journal.jsonl' '{journal}'
            exit $code
            """;
        using var shell = Started.Run(files.Folder, "unshare", [.. OwnMounts(), "sh", "-c", script]);
        var session = await coordinator.SessionAsync(Stop);
        await session.WelcomeAsync(Stop);
        await OfferAsync(session);
        await InviteAsync(session, 1);
        await coordinator.InputAsync(Stop);
        files.Write("full.now", "");
        Wait.For("the disk to be full", () => File.Exists(full));

        // What is left of the journal's last page takes a few more lines.
        var arrived = 1;
        var end = Task.Run(shell.WaitForEnd, Stop);
        for (uint attempt = 2; !end.IsCompleted; attempt++)
        {
            await InviteAsync(session, attempt);
            var vector = coordinator.InputAsync(Stop).AsTask();
            arrived += await Task.WhenAny(vector, end) == vector ? 1 : 0;
        }

        var ended = await end;
        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains("No space left on device", ended.Errors); // of the journal, or of what the site has seen of the log, whichever is written first
        var releases = File.ReadAllLines(journal).Where(line => line.Contains("\"kind\":\"releasing\"")).ToList();
        Assert.HasCount(arrived, releases, "each vector that arrived has its line, and no other line was left half-written");
        Assert.IsTrue(coordinator.NoInputWaits);
    }

    private async Task<ScriptedCoordinator> CoordinatorAsync()
    {
        var coordinator = await ScriptedCoordinator.StartAsync(_hub, Stop);
        coordinator.Researcher = _researcher;
        coordinator.Plans[Plan.Hash()] = Plan.ToBytes();
        _others = new Ensemble(Plan, _consortium, _hub, coordinator);
        return coordinator;
    }

    private NodeFiles Files(ScriptedCoordinator coordinator, string approval) =>
        new(_consortium.Issue(Role.Site, "alpha"), coordinator.Address, approval);

    private async Task<StudyAnswer> OfferAsync(ScriptedSession session, uint lastRound = 0, uint lastAttempt = 0)
    {
        var offer = new StudyOffer
        {
            PlanHash = HonestSum.Hash(Plan.Hash()),
            ModelHash = HonestSum.Hash(InitialModel.Of(Plan).Hash),
            LastRound = lastRound,
            LastAttempt = lastAttempt,
        };
        await session.SayAsync(new CoordinatorMessage { StudyOffer = offer });
        return await HearAsync(session);
    }

    private Task<StudyAnswer> HearAsync(ScriptedSession session) => session.HearAsync(m => m.StudyAnswer, Stop);

    private Task InviteAsync(ScriptedSession session, uint attempt) =>
        _others!.InviteAsync(session, 1, attempt, InitialModel.Of(Plan).Hash, default, Plan.Hash(), timeoutMs: 30_000);

    private static void StopDaemon(Started daemon)
    {
        daemon.Send(Signals.Terminate);
        Assert.AreEqual(0, daemon.WaitForEnd().ExitCode);
    }

    /// <summary>Options for unshare: a mount namespace, and for an ordinary user the right to mount in it.</summary>
    private static string[] OwnMounts() => Environment.IsPrivilegedProcess ? ["--mount"] : ["--mount", "--map-root-user"];
}
