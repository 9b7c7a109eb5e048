using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Node.Journal;
using Federated.Node.Tests.Journal;
using Federated.SecureAggregation.Messages;
using Federated.V1;

namespace Federated.Node.Tests.Studies;

/// <summary>What a node refuses in the name of its patients' budget, and when: before a key is sent, and before anything is computed.</summary>
[TestClass]
public sealed class PrivateAdmissionTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    [DataRow("", 0, "set node.dataSet in the configuration", DisplayName = "no data set is named")]
    [DataRow(PrivateSite.DataSet, 0, "fed-node ledger register cardiology --epsilon E", DisplayName = "nobody registered it")]
    [DataRow(PrivateSite.DataSet, 1.5, "over its cap of 1.5", DisplayName = "the study would cost more than the cap")]
    public async Task A_study_that_nobody_can_pay_for_is_declined_before_any_key_is_sent(string keys, double cap, string hint)
    {
        var plan = PrivatePlans.ThreeOfFour(epsilon: 2);
        await using var bench = await StudyAtNode.StartAsync(
            plan,
            Stop,
            more: keys,
            prepare: files =>
            {
                if (cap > 0)
                {
                    PrivateSite.Register(files, cap);
                }
            }
        );

        var answer = await bench.OfferAsync();
        await bench.InviteAsync(1, 1);
        await bench.RefusalAsync();

        Assert.AreEqual((false, DeclineCode.Budget), (answer.Accepted, answer.Code));
        AssertLogged(bench, hint);
        AssertSaidNothing(bench);
    }

    /// <summary>Design of secure aggregation, section 6.2, test 26.</summary>
    [TestMethod]
    public async Task A_budget_that_ends_in_the_middle_of_a_study_refuses_the_next_attempt_before_its_first_message()
    {
        var plan = PrivatePlans.ThreeOfFour(); // two rounds, and no attempt to spare
        await using var bench = await PrivateSite.JoinAsync(plan, Stop);
        await bench.InviteAsync(1, 1);
        await bench.SumAsync();
        await bench.InviteAsync(1, 2);
        await bench.SumAsync();
        await bench.Coordinator.InputAsync(Stop);
        await bench.Coordinator.InputAsync(Stop);

        await bench.InviteAsync(1, 3);
        var refusal = await bench.RefusalAsync();

        Assert.AreEqual((DeclineCode.Budget, 1u, 3u), (refusal.Code, refusal.Round, refusal.Attempt));
        AssertLogged(bench, "over the 2 that its plan promises");
        Assert.AreEqual(2, KeysSaid(bench), "none for the third");
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
        Assert.HasCount(2, PrivateSite.Charges(bench.Files));
    }

    [TestMethod]
    [DataRow(
        "refuse",
        "",
        "privacy.without: the plan says privacy: none; the policy says refuse",
        DisplayName = "the site's configuration does not allow it"
    )]
    [DataRow("allow", PrivateSite.DataSet, "are registered in a privacy ledger", DisplayName = "its patients are promised privacy")]
    public async Task A_plan_that_says_privacy_none_is_refused(string withoutPrivacy, string keys, string reason)
    {
        await using var bench = await StudyAtNode.StartAsync(
            SamplePlan.ThreeOfFour(),
            Stop,
            more: keys,
            withoutPrivacy: withoutPrivacy,
            prepare: files =>
            {
                if (keys.Length > 0)
                {
                    PrivateSite.Register(files);
                }
            }
        );

        var answer = await bench.OfferAsync();
        await bench.InviteAsync(1, 1);
        await bench.RefusalAsync();

        Assert.AreEqual((false, DeclineCode.NoPrivacy), (answer.Accepted, answer.Code));
        AssertLogged(bench, reason);
        AssertSaidNothing(bench);
    }

    [TestMethod]
    public async Task A_plan_whose_noise_was_lowered_under_its_promise_is_refused_as_invalid()
    {
        var honest = PrivatePlans.ThreeOfFour();
        var privacy = honest.Privacy!;
        var plan = honest with { Privacy = privacy with { NoiseMultiplier = privacy.NoiseMultiplier * 0.9 } };
        await using var bench = await StudyAtNode.StartAsync(
            plan,
            Stop,
            more: PrivateSite.DataSet,
            prepare: files => PrivateSite.Register(files)
        );

        var answer = await bench.OfferAsync();

        Assert.AreEqual((false, DeclineCode.PlanInvalid), (answer.Accepted, answer.Code));
        AssertLogged(bench, "more than the 2 that the plan promises; raise noise_multiplier");
        AssertSaidNothing(bench);
    }

    /// <summary>A ledger that was cut is a valid ledger; each of these can tell.</summary>
    [TestMethod]
    [DataRow("anchor", "its anchor has seen 2", DisplayName = "the anchor, though the whole state folder is an older copy")]
    [DataRow("journal", "lacks a charge: the journal knows", DisplayName = "the journal")]
    [DataRow("coordinator", "lacks a charge: the", DisplayName = "the coordinator, of a journal that had to be advanced")]
    public async Task An_older_copy_of_the_ledger_releases_nothing(string witness, string words)
    {
        var plan = PrivatePlans.ThreeOfFour(spares: 2);
        await using var bench = await PrivateSite.JoinAsync(plan, Stop, witness == "anchor" ? PrivateSite.Anchored : PrivateSite.DataSet);
        await bench.InviteAsync(1, 1);
        await bench.SumAsync();
        await bench.Coordinator.InputAsync(Stop);

        await bench.RestartNodeAsync(() =>
        {
            PrivateSite.RestoreOldLedger(bench.Files);
            if (witness != "journal")
            {
                File.Delete(Path.Combine(bench.Files.State, "journal.jsonl"));
            }

            if (witness == "coordinator")
            {
                Advance(bench, plan); // or else the journal would be the first to be found behind
            }
        });
        var answer = witness == "coordinator" ? await bench.OfferAsync(lastRound: 1, lastAttempt: 1) : await bench.OfferAsync();
        await bench.InviteAsync(1, 2);
        await bench.RefusalAsync();

        Assert.AreEqual((false, DeclineCode.LedgerBehind), (answer.Accepted, answer.Code));
        AssertLogged(bench, words);
        Assert.AreEqual(1, KeysSaid(bench), "none after the restart");
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
        Assert.IsEmpty(PrivateSite.Charges(bench.Files), "a ledger that is behind is not written on");
    }

    /// <summary>The operator agreed that attempts up to the next one may have been answered.</summary>
    private static void Advance(StudyAtNode bench, StudyPlan plan)
    {
        using var journal = SiteJournal.Open(new StateFolder(bench.Files.State), JournalLines.Alpha, TimeProvider.System);
        journal.Record(new JournalEntry.Advanced(plan.Hash(), JournalLines.Attempt(1, 1), "someone"));
    }

    /// <summary>Now, since a node says to the coordinator last what it tells its operator.</summary>
    private static void AssertLogged(StudyAtNode bench, string words) => Assert.Contains(words, string.Join('\n', bench.Node.Log.All));

    /// <summary>First messages of an attempt.</summary>
    private static int KeysSaid(StudyAtNode bench) => bench.Others.Said.Count(message => message.Type == MessageType.KeyAdvertisement);

    private static void AssertSaidNothing(StudyAtNode bench)
    {
        Assert.IsEmpty(bench.Others.Said);
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
        Assert.AreEqual(0, new FileInfo(bench.Files.Metrics).Length, "nothing was computed");
    }
}
