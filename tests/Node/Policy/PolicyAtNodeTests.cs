using Federated.Federation.Plans;
using Federated.Federation.Policies;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Node.Hosting;
using Federated.Node.Journal;
using Federated.Node.Plans;
using Federated.Node.Tests.Hosting;
using Federated.Node.Tests.Studies;
using Federated.V1;

namespace Federated.Node.Tests.Policy;

/// <summary>What the running daemon makes of its policy's file, and of two persons' decisions.</summary>
[TestClass]
public sealed class PolicyAtNodeTests
{
    private const string Automatic = "approval: automatic\nprivacy: { without: allow }";
    private const string Human = "approval: human\nprivacy: { without: allow }";

    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_plan_that_the_policy_does_not_allow_is_declined_and_taken_as_soon_as_it_does()
    {
        await using var bench = await StartAsync($"{Automatic}\nresearchers: [somebody-else]");

        var declined = await bench.OfferAsync();
        await bench.InviteAsync(1, 1);
        var refused = await bench.RefusalAsync();
        var shown = bench.Node.Status.Snapshot().Studies.Single();
        WritePolicy(bench, $"{Automatic}\nresearchers: [lab]");
        var taken = await bench.AnswerAsync();
        await bench.InviteAsync(1, 1);
        await bench.Coordinator.InputAsync(Stop);

        Assert.AreEqual((false, DeclineCode.Rejected, DeclineCode.Rejected), (declined.Accepted, declined.Code, refused.Code));
        Assert.AreEqual("AGAINST_POLICY", shown.Standing);
        Assert.Contains("researchers: the plan has lab; the policy allows somebody-else.", shown.Reason);
        Assert.Contains(shown.Reason, await bench.Node.Log.WaitForAsync("declined: AGAINST_POLICY", Stop));
        Assert.IsTrue(taken.Accepted);
    }

    [TestMethod]
    [DataRow("approval: automatc", DeclineCode.Paused, "POLICY_BROKEN", DisplayName = "a file that is broken")]
    [DataRow($"{Automatic}\nexpires: 2020-01-01", DeclineCode.Paused, "POLICY_EXPIRED", DisplayName = "an end that has passed")]
    [DataRow("closed", DeclineCode.OutsideHours, "OUTSIDE_WINDOW", DisplayName = "a window that closes")]
    [DataRow("approval: automatic", DeclineCode.NoPrivacy, "AGAINST_POLICY", DisplayName = "a rule that is new")]
    [DataRow(Human, DeclineCode.AwaitingApproval, "AWAITING_APPROVAL", DisplayName = "a person who has to be asked now")]
    public async Task Work_under_way_ends_when_the_policys_file_no_longer_allows_it_and_goes_on_when_it_does(
        string policy,
        DeclineCode code,
        string name
    )
    {
        await using var bench = await StartAsync(Automatic, Endless());
        Assert.IsTrue((await bench.OfferAsync()).Accepted);
        await bench.InviteAsync(1, 1, timeoutMs: int.MaxValue);

        WritePolicy(bench, policy == "closed" ? $"{Automatic}\n{ClosedNow()}" : policy);
        NodeMessage[] said = [await bench.Session.HearAsync(m => m, Stop), await bench.Session.HearAsync(m => m, Stop)];
        var shown = bench.Node.Status.Snapshot().Studies.Single().Standing;
        var noInput = bench.Coordinator.NoInputWaits;
        WritePolicy(bench, Automatic);
        var again = await bench.AnswerAsync();

        Assert.AreEqual(code, said.Single(m => m.AttemptRefusal is not null).AttemptRefusal.Code);
        Assert.AreEqual(code, said.Single(m => m.StudyAnswer is not null).StudyAnswer.Code);
        Assert.AreEqual(name, shown);
        Assert.IsTrue(noInput);
        Assert.IsTrue(again.Accepted);
    }

    [TestMethod]
    public async Task A_broken_file_is_named_with_line_and_key_and_no_daemon_starts_with_it()
    {
        await using var bench = await StartAsync(Automatic);

        WritePolicy(bench, "approval: automatic\nprivacy: { witout: allow }");
        var line = await bench.Node.Log.WaitForAsync("Nothing is released", Stop);
        await bench.StopNodeAsync();
        var error = Assert.ThrowsExactly<OperatorException>(() => NodeHost.Build(bench.Files.Config, []));

        Assert.StartsWith("Error: ", line);
        Assert.Contains("line 3, privacy.witout: unknown key; did you mean 'without'?", line);
        Assert.Contains("line 3, privacy.witout: unknown key", error.Message);
    }

    [TestMethod]
    public async Task Two_persons_have_to_approve_and_one_of_them_twice_is_one()
    {
        await using var bench = await StartAsync("approval: two-humans\nprivacy: { without: allow }");
        var nobody = await bench.OfferAsync();

        Decide(bench, "anna");
        var one = await bench.AnswerAsync();
        var shown = bench.Node.Status.Snapshot().Studies.Single();
        Decide(bench, "anna (as root)");
        await bench.Node.Log.WaitForAsync("was approved by anna (as root)", Stop);
        await bench.InviteAsync(1, 1);
        var refused = await bench.RefusalAsync();
        Decide(bench, "ben");
        var two = await bench.AnswerAsync();
        await bench.RestartNodeAsync();
        var after = await bench.OfferAsync();

        Assert.AreEqual((DeclineCode.AwaitingApproval, DeclineCode.AwaitingApproval), (nobody.Code, one.Code));
        Assert.AreEqual("AWAITING_SECOND_APPROVAL", shown.Standing);
        Assert.AreEqual(DeclineCode.AwaitingApproval, refused.Code);
        Assert.IsTrue(two.Accepted);
        Assert.IsTrue(after.Accepted, "the journal has both");
        Assert.Contains("(approval: by anna (as root) and ben,", await bench.Node.Log.WaitForAsync("accepted", Stop));
    }

    [TestMethod]
    public async Task An_approval_stands_under_another_policy_that_allows_the_plan_and_under_no_other()
    {
        await using var bench = await StartAsync(Human);
        var first = bench.Node.Policy.State.Required.Hash;
        await bench.OfferAsync();
        Decide(bench, "anna");
        Assert.IsTrue((await bench.AnswerAsync()).Accepted);

        WritePolicy(bench, $"{Human}\ncohort: {{ minimum_sites: 5 }}");
        var refused = await bench.AnswerAsync();
        WritePolicy(bench, $"{Human}\ncohort: {{ minimum_sites: 2 }}");
        var stands = await bench.AnswerAsync();

        Assert.AreEqual((false, DeclineCode.Rejected), (refused.Accepted, refused.Code));
        Assert.IsTrue(stands.Accepted);
        var approval = bench.Node.Journal.Of(bench.Plan.Hash()).Decision!;
        Assert.AreEqual((first, DecisionCode.Reviewed), (approval.Policy, approval.Code));
        Assert.AreNotEqual(first, bench.Node.Policy.State.Required.Hash);
    }

    [TestMethod]
    public async Task A_withdrawal_stops_work_under_way_is_no_rejection_and_holds_until_the_plan_is_approved_again()
    {
        await using var bench = await StartAsync(Automatic, Endless());
        await bench.OfferAsync();
        await bench.InviteAsync(1, 1, timeoutMs: int.MaxValue);

        Decide(bench, "anna", withdraw: true);
        NodeMessage[] said = [await bench.Session.HearAsync(m => m, Stop), await bench.Session.HearAsync(m => m, Stop)];
        var shown = bench.Node.Status.Snapshot().Studies.Single();
        await bench.RestartNodeAsync();
        var after = await bench.OfferAsync();
        Decide(bench, "anna");
        var again = await bench.AnswerAsync();

        Assert.AreEqual(DeclineCode.Rejected, said.Single(m => m.AttemptRefusal is not null).AttemptRefusal.Code);
        Assert.AreEqual(DeclineCode.Rejected, said.Single(m => m.StudyAnswer is not null).StudyAnswer.Code);
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
        Assert.AreEqual(("WITHDRAWN", "anna withdrew this site from the study: because"), (shown.Standing, shown.Reason));
        Assert.AreEqual((false, DeclineCode.Rejected), (after.Accepted, after.Code));
        Assert.IsTrue(again.Accepted);
        var lines = await File.ReadAllLinesAsync(Path.Combine(bench.Files.State, "journal.jsonl"), Stop);
        Assert.HasCount(1, lines.Where(line => line.Contains("\"kind\":\"withdrawn\"")).ToList());
        Assert.IsEmpty(lines.Where(line => line.Contains("\"kind\":\"rejected\"")));
    }

    [TestMethod]
    public async Task An_approval_that_ends_while_the_node_runs_is_asked_for_again()
    {
        await using var bench = await StartAsync(Human);
        await bench.OfferAsync();

        Decide(bench, "anna", until: TimeProvider.System.GetUtcNow().AddSeconds(2));
        var approved = await bench.AnswerAsync();
        var ended = await bench.AnswerAsync();

        Assert.IsTrue(approved.Accepted);
        Assert.AreEqual((false, DeclineCode.AwaitingApproval), (ended.Accepted, ended.Code));
        await bench.Node.Log.WaitForAsync("declined: APPROVAL_EXPIRED: the approval by anna ended on", Stop);
    }

    /// <summary>Written by release 0.4, and not taken up before the update.</summary>
    [TestMethod]
    public async Task A_decision_of_an_earlier_release_counts()
    {
        await using var bench = await StartAsync(Human);
        await bench.OfferAsync();
        var hash = bench.Plan.Hash();

        await File.WriteAllTextAsync(
            Path.Combine(bench.Files.State, "plans", hash.ToString(), "decision.json"),
            $$"""{"at":"2030-01-31T08:15:00.000Z","by":"anna","decision":"approved","format":"federated-decision/1","plan":"{{hash}}","reason":""}""",
            Stop
        );

        Assert.IsTrue((await bench.AnswerAsync()).Accepted);
    }

    private Task<StudyAtNode> StartAsync(string policy, StudyPlan? plan = null) =>
        StudyAtNode.StartAsync(
            plan ?? SamplePlan.For("alpha", "beta"),
            Stop,
            approval: "",
            more: ", \"policy\": \"policy.yaml\"",
            withoutPrivacy: "",
            prepare: files => WritePolicy(files, policy)
        );

    private static void WritePolicy(StudyAtNode bench, string lines) => WritePolicy(bench.Files, lines);

    private static void WritePolicy(NodeFiles files, string lines) =>
        PrivateFiles.WriteWhole(files.Folder["policy.yaml"], System.Text.Encoding.UTF8.GetBytes($"format: federated-policy/1\n{lines}\n"));

    private static void Decide(StudyAtNode bench, string by, bool withdraw = false, DateTimeOffset? until = null)
    {
        var (hash, notes) = (bench.Plan.Hash(), new OperatorNotes(new StateFolder(bench.Files.State)));
        var made = new JournalEntry.Decided(hash, !withdraw, by, TimeProvider.System.GetUtcNow(), "because")
        {
            IsWithdrawal = withdraw,
            Code = withdraw ? DecisionCode.Legal : DecisionCode.Reviewed,
            Policy = bench.Node.Policy.State.Required.Hash,
            Until = until,
        };
        notes.Write(Decision.Of(made));
    }

    /// <summary>A window of one minute, four days from now.</summary>
    private static string ClosedNow()
    {
        var day = ReleaseWindow.DayNames[((int)TimeProvider.System.GetUtcNow().DayOfWeek + 6 + 4) % 7];
        return $"windows: {{ time_zone: UTC, open: [{{ days: [{day}], from: \"12:00\", to: \"12:01\" }}] }}";
    }

    /// <summary>Trains for longer than any test waits.</summary>
    private static StudyPlan Endless()
    {
        var plan = SamplePlan.For("alpha", "beta");
        return plan with
        {
            Training = plan.Training with { LocalEpochs = 10_000, BatchSize = 1 },
            Aggregation = plan.Aggregation with { Timeout = TimeSpan.FromHours(1) },
        };
    }
}
