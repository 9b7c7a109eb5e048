using Federated.Federation;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Node.Journal;
using Federated.Node.Plans;
using Federated.V1;
using Grpc.Core;

namespace Federated.Node.Tests.Studies;

/// <summary>What this site's operator decides, the running daemon follows without a restart and says so unasked.</summary>
[TestClass]
public sealed class OperatorTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_plan_waits_for_its_approval_and_is_joined_when_that_comes()
    {
        await using var bench = await StartAsync("human");

        var waiting = await bench.OfferAsync();
        await bench.InviteAsync(1, 1);
        var refusal = await bench.RefusalAsync();
        Decide(bench, approved: true);
        var approved = await bench.AnswerAsync();
        await bench.InviteAsync(1, 1);
        var (header, _) = await bench.Coordinator.InputAsync(Stop);

        Assert.AreEqual((false, DeclineCode.AwaitingApproval), (waiting.Accepted, waiting.Code));
        Assert.AreEqual(DeclineCode.AwaitingApproval, refusal.Code);
        Assert.IsTrue(approved.Accepted);
        Assert.AreEqual(1u, header.Attempt);
        Assert.Contains("(approval: by the officer,", await bench.Node.Log.WaitForAsync("accepted", Stop));
    }

    [TestMethod]
    public async Task An_approved_plan_can_be_rejected_and_approved_again()
    {
        await using var bench = await StartAsync("human");
        await bench.OfferAsync();
        Decide(bench, approved: true);
        await bench.AnswerAsync();

        Decide(bench, approved: false, "the ethics board withdrew");
        var rejected = await bench.AnswerAsync();
        await bench.InviteAsync(1, 1);
        var refusal = await bench.RefusalAsync();
        Decide(bench, approved: true);
        var again = await bench.AnswerAsync();

        Assert.AreEqual((false, DeclineCode.Rejected), (rejected.Accepted, rejected.Code));
        Assert.AreEqual(DeclineCode.Rejected, refusal.Code);
        Assert.IsTrue(again.Accepted);
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public async Task A_decision_holds_after_a_restart_and_counts_though_it_was_made_while_the_node_was_down()
    {
        await using var bench = await StartAsync("human");
        await bench.OfferAsync();

        await bench.RestartNodeAsync(() => Decide(bench, approved: true));
        var taken = await bench.OfferAsync();
        await bench.RestartNodeAsync(() =>
            File.Delete(Path.Combine(bench.Files.State, "plans", bench.Plan.Hash().ToString(), "decision.json"))
        );
        var kept = await bench.OfferAsync();

        Assert.IsTrue(taken.Accepted);
        Assert.IsTrue(kept.Accepted, "the journal has it");
        Assert.HasCount(
            1,
            File.ReadLines(Path.Combine(bench.Files.State, "journal.jsonl")).Where(line => line.Contains("\"kind\":\"approved\"")).ToList()
        );
    }

    [TestMethod]
    [DataRow("{\"format\":\"federated-decision/3\"}", "its format is 'federated-decision/3'", DisplayName = "an unknown version")]
    [DataRow("approved", "This is no JSON", DisplayName = "a word")]
    [DataRow("", "This is no JSON", DisplayName = "nothing")]
    public async Task A_decision_that_cannot_be_read_approves_nothing(string text, string words)
    {
        await using var bench = await StartAsync("human");
        await bench.OfferAsync();

        await File.WriteAllTextAsync(Path.Combine(bench.Files.State, "plans", bench.Plan.Hash().ToString(), "decision.json"), text, Stop);
        var line = await bench.Node.Log.WaitForAsync("decision.json is no decision", Stop);

        Assert.StartsWith("Error: ", line);
        Assert.Contains(words, line);
        Assert.AreEqual(DeclineCode.AwaitingApproval, (await bench.OfferAsync()).Code);
    }

    [TestMethod]
    public async Task A_decision_on_another_plan_approves_nothing()
    {
        await using var bench = await StartAsync("human");
        await bench.OfferAsync();
        var other = Decision.Of(new JournalEntry.Decided(Digest.Of("another"u8), true, "the officer", DateTimeOffset.UnixEpoch, ""));

        await File.WriteAllBytesAsync(
            Path.Combine(bench.Files.State, "plans", bench.Plan.Hash().ToString(), "decision.json"),
            other.ToBytes(),
            Stop
        );

        await bench.Node.Log.WaitForAsync($"it speaks of plan '{other.Plan}'", Stop);
        Assert.AreEqual(DeclineCode.AwaitingApproval, (await bench.OfferAsync()).Code);
    }

    [TestMethod]
    public async Task A_pause_is_said_unasked_holds_over_a_restart_and_ends_when_the_operator_resumes()
    {
        await using var bench = await StartAsync("automatic");
        await bench.OfferAsync();

        Notes(bench).Pause("the officer", DateTimeOffset.UnixEpoch);
        var paused = await bench.AnswerAsync();
        await bench.InviteAsync(1, 1);
        var refusal = await bench.RefusalAsync();
        await bench.RestartNodeAsync();
        var still = await bench.OfferAsync();
        Notes(bench).Resume();
        var resumed = await bench.AnswerAsync();
        await bench.InviteAsync(1, 1);
        await bench.Coordinator.InputAsync(Stop);

        Assert.AreEqual((false, DeclineCode.Paused), (paused.Accepted, paused.Code));
        Assert.AreEqual(DeclineCode.Paused, refusal.Code);
        Assert.AreEqual(DeclineCode.Paused, still.Code);
        Assert.IsTrue(resumed.Accepted);
    }

    [TestMethod]
    [DataRow(true, DeclineCode.Paused, DisplayName = "paused")]
    [DataRow(false, DeclineCode.Rejected, DisplayName = "rejected")]
    public async Task Training_that_is_under_way_ends_when_the_operator_no_longer_wants_it(bool pause, DeclineCode code)
    {
        await using var bench = await StudyAtNode.JoinAsync(Endless(), Stop);

        await bench.InviteAsync(1, 1, timeoutMs: int.MaxValue);
        if (pause)
        {
            Notes(bench).Pause("the officer", DateTimeOffset.UnixEpoch);
        }
        else
        {
            Decide(bench, approved: false);
        }

        // The attempt is refused and the answer changes; which is said first depends on where the training was.
        NodeMessage[] said = [await bench.Session.HearAsync(m => m, Stop), await bench.Session.HearAsync(m => m, Stop)];
        Assert.AreEqual(code, said.Single(m => m.AttemptRefusal is not null).AttemptRefusal.Code);
        Assert.AreEqual(code, said.Single(m => m.StudyAnswer is not null).StudyAnswer.Code);
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public async Task A_vector_that_is_being_sent_again_and_again_is_left_when_the_operator_pauses()
    {
        await using var bench = await StartAsync("automatic");
        await bench.OfferAsync();
        for (var i = 0; i < 1000; i++)
        {
            bench.Coordinator.InputRefusals.Enqueue(new Status(StatusCode.Unavailable, "going down"));
        }

        await bench.InviteAsync(1, 1, timeoutMs: int.MaxValue);
        await bench.Coordinator.InputAsync(Stop);
        await bench.Coordinator.InputAsync(Stop);
        Notes(bench).Pause("the officer", DateTimeOffset.UnixEpoch);

        NodeMessage[] said = [await bench.Session.HearAsync(m => m, Stop), await bench.Session.HearAsync(m => m, Stop)];
        Assert.AreEqual(DeclineCode.Paused, said.Single(m => m.AttemptRefusal is not null).AttemptRefusal.Code);
        Assert.AreEqual(DeclineCode.Paused, said.Single(m => m.StudyAnswer is not null).StudyAnswer.Code);
    }

    [TestMethod]
    public async Task A_decision_from_an_older_backup_of_the_plans_folder_does_not_override_a_later_one()
    {
        await using var bench = await StartAsync("human");
        await bench.OfferAsync();
        Decide(bench, approved: true);
        await bench.AnswerAsync();
        var note = Path.Combine(bench.Files.State, "plans", bench.Plan.Hash().ToString(), "decision.json");
        var yesterday = await File.ReadAllBytesAsync(note, Stop);
        Decide(bench, approved: false);
        await bench.AnswerAsync();

        await bench.RestartNodeAsync(() => File.WriteAllBytes(note, yesterday));

        Assert.AreEqual(DeclineCode.Rejected, (await bench.OfferAsync()).Code);
        Assert.StartsWith("Error: ", await bench.Node.Log.WaitForAsync("is not later than the journal's", Stop));
    }

    [TestMethod]
    public async Task A_researcher_who_is_revoked_gets_no_further_vector()
    {
        await using var bench = await StartAsync("automatic");
        await bench.OfferAsync();
        await bench.InviteAsync(1, 1);
        await bench.Coordinator.InputAsync(Stop);

        bench.Consortium.Revoke(bench.Researcher);
        await bench.InviteAsync(1, 2);
        var refusal = await bench.RefusalAsync();

        Assert.AreEqual(DeclineCode.PlanSignature, refusal.Code);
        await bench.Node.Log.WaitForAsync("the certificate of researcher 'lab' (serial", Stop);
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public void Whether_work_is_paused_is_not_guessed_where_the_disk_does_not_say()
    {
        using var folder = new TestFolder();
        Assert.IsFalse(new OperatorNotes(new StateFolder(folder["nothing", "here"])).IsPaused);
        File.CreateSymbolicLink(folder["loop"], folder["loop"]); // ELOOP, for every user

        var error = Assert.ThrowsExactly<OperatorException>(() => new OperatorNotes(new StateFolder(folder["loop"])).IsPaused);

        Assert.Contains("cannot be told", error.Message);
        Assert.Contains("nothing is released meanwhile", error.Hint!);
    }

    [TestMethod]
    public async Task Training_ends_when_the_coordinator_stops_waiting_for_it()
    {
        await using var bench = await StudyAtNode.JoinAsync(Endless(), Stop);

        await bench.InviteAsync(1, 1, timeoutMs: 50);

        Assert.AreEqual(DeclineCode.Timeout, (await bench.RefusalAsync()).Code);
        await bench.Node.Log.WaitForAsync("training took more than the 0.05 s that the coordinator waits.", Stop);
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public async Task A_node_from_an_older_backup_goes_on_once_its_operator_advanced_the_journal()
    {
        await using var bench = await StartAsync("automatic");
        await bench.OfferAsync(lastRound: 1, lastAttempt: 2);

        Notes(bench).Write(new AdvanceRequest(bench.Plan.Hash(), new Attempt(new RoundNumber(1), new AttemptNumber(2)), "the officer"));
        var answer = await bench.AnswerAsync();
        await bench.InviteAsync(1, 2);
        var refusal = await bench.RefusalAsync();
        await bench.InviteAsync(1, 3);
        var (header, _) = await bench.Coordinator.InputAsync(Stop);

        Assert.IsTrue(answer.Accepted);
        Assert.AreEqual(DeclineCode.Replay, refusal.Code);
        Assert.AreEqual(3u, header.Attempt);
        Assert.IsFalse(File.Exists(Path.Combine(bench.Files.State, "plans", bench.Plan.Hash().ToString(), "advance.json")));
    }

    private Task<StudyAtNode> StartAsync(string approval) => StudyAtNode.StartAsync(SamplePlan.For("alpha", "beta"), Stop, approval);

    /// <summary>Trains for longer than any test waits.</summary>
    private static Federation.Plans.StudyPlan Endless()
    {
        var plan = SamplePlan.For("alpha", "beta");
        return plan with
        {
            Training = plan.Training with { LocalEpochs = 10_000, BatchSize = 1 },
            Aggregation = plan.Aggregation with { Timeout = TimeSpan.FromHours(1) },
        };
    }

    private static OperatorNotes Notes(StudyAtNode bench) => new(new StateFolder(bench.Files.State));

    private static void Decide(StudyAtNode bench, bool approved, string reason = "") =>
        Notes(bench)
            .Write(
                Decision.Of(new JournalEntry.Decided(bench.Plan.Hash(), approved, "the officer", TimeProvider.System.GetUtcNow(), reason))
            );
}
