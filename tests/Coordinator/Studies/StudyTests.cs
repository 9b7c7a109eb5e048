using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Steps;
using Federated.Fixtures;
using Federated.SecureAggregation.Messages;

namespace Federated.Coordinator.Tests.Studies;

/// <summary>A study of a and b, two rounds; lanes are four, for three inputs and a bias.</summary>
[TestClass]
public sealed class StudyTests
{
    [TestMethod]
    public async Task Two_sites_go_through_a_whole_study()
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        var sites = await bench.JoinAsync("a", "b");

        for (uint round = 1; round <= 2; round++)
        {
            var before = bench.Study.Model;
            foreach (var site in sites)
            {
                var invite = Invitation.Parse((await site.NextAsync(m => m.Protocol)).Body.Memory)!;
                Assert.AreEqual((round, 1u, 30_000u), (invite.Round.Value, invite.Attempt.Value, invite.TimeoutMs));
                Assert.AreEqual((before.Hash, bench.Study.PlanHash), (invite.ModelHash, invite.PlanHash));
            }

            Assert.AreEqual(Sent.Fresh, await sites[0].SendAsync(round, 1, 1, 2, 3, 4));
            Assert.AreEqual(Sent.Fresh, await sites[1].SendAsync(round, 1, 10, -20, 30, -40));

            var expected = ServerStep.Next(before, [11, -18, 33, -36], 1, bench.Study.Plan.Grid, bench.Study.Plan.Server)!;
            foreach (var site in sites)
            {
                var committed = await site.NextAsync(m => m.RoundCommitted);
                CollectionAssert.AreEqual(new[] { "a", "b" }, committed.Survivors.ToArray());
                Assert.AreEqual(Digest.Of(Lanes.ToBytes((long[])[11, -18, 33, -36])), new Digest(committed.SumHash.Span));
                Assert.AreEqual(expected.Hash, new Digest(committed.NextModelHash.Span));
                site.Report(round, expected.Hash);
            }
        }

        foreach (var site in sites)
        {
            Assert.IsTrue((await site.NextAsync(m => m.StudyEnded)).Completed);
        }

        Assert.AreEqual("+a +b start1.1 a1 b1 done1.1(2) start2.1 a2 b2 done2.1(2) completed", await bench.EventsAsync());
        Assert.AreEqual(bench.Study.Model.Hash, new Digest((await bench.EventListAsync())[^1].StudyDone.ModelHash.Span));
        Assert.AreEqual(new RoundNumber(2), bench.Study.Model.Round);
    }

    [TestMethod]
    public async Task A_study_waits_for_its_whole_roster_until_the_time_to_join_is_over()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo());
        await bench.JoinAsync("a");
        Assert.AreEqual("+a", await bench.EventsAsync());

        await bench.PassDeadlineAsync();

        Assert.AreEqual("+a start1.1", await bench.EventsAsync());
    }

    [TestMethod]
    public async Task With_too_few_sites_it_waits_on_after_the_time_to_join()
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        await bench.JoinAsync("a");
        await bench.PassDeadlineAsync();
        Assert.AreEqual("+a paused", await bench.EventsAsync());

        await bench.JoinAsync("b");

        Assert.AreEqual("+a paused +b resumed() start1.1", await bench.EventsAsync());
    }

    [TestMethod]
    public async Task A_site_that_declines_the_study_is_not_waited_for()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo());
        await bench.JoinAsync("a");
        var b = bench.Site("b");
        b.Connect();
        await b.NextAsync(m => m.StudyOffer);

        b.Decline("this site has no consent for that purpose.");

        Assert.AreEqual("+a no:b start1.1", await bench.EventsAsync());
        Assert.Contains("no consent", (await bench.EventListAsync())[1].SiteDeclined.Reason);
        b.Accept();
        b.DeclineAttempt(1, 1);
        Assert.AreEqual("+a no:b start1.1 +b", await bench.EventsAsync(), "it may change its mind, and joins the next round");
        Assert.IsEmpty(await b.LeftoversAsync());
    }

    [TestMethod]
    public async Task When_too_few_sites_are_left_the_study_waits_says_why_and_goes_on_when_one_changes_its_mind()
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        await bench.JoinAsync("a");
        var b = bench.Site("b");
        b.Connect();

        b.Decline("its operator rejected the plan.");

        Assert.AreEqual("+a no:b paused", await bench.EventsAsync());
        Assert.AreEqual(StudyPhase.Waiting, bench.Study.Phase);
        Assert.StartsWith("1 of at least 2 sites are ready (b: its operator rejected the plan).", bench.Study.Reason);
        b.Accept();
        Assert.AreEqual("+a no:b paused +b resumed() start1.1", await bench.EventsAsync());
        Assert.AreEqual((StudyPhase.Running, ""), (bench.Study.Phase, bench.Study.Reason));
    }

    [TestMethod]
    public async Task A_site_whose_operator_has_not_decided_is_waited_for_and_said_so()
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        await bench.JoinAsync("a");
        var b = bench.Site("b");
        b.Connect();

        b.Answer(SiteDecision.NotNow, "its operator has not decided.");

        Assert.AreEqual("+a wait:b", await bench.EventsAsync());
        Assert.AreEqual((SiteStanding.Waiting, "its operator has not decided."), bench.Study.Sites[b.Name]);
        b.Accept();
        Assert.AreEqual("+a wait:b +b start1.1", await bench.EventsAsync());
    }

    [TestMethod]
    public async Task A_site_that_is_paused_during_a_round_does_not_hold_it_up()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo());
        var sites = await bench.JoinAsync("a", "b");
        await sites[0].SendAsync(1, 1, 1, 1, 1, 1);

        sites[1].Answer(SiteDecision.NotNow, "its operator paused local work.");

        Assert.AreEqual("+a +b start1.1 a1 wait:b done1.1(3)", await bench.EventsAsync());
        await bench.PassDeadlineAsync();
        Assert.EndsWith("start2.1", await bench.EventsAsync());
    }

    [TestMethod]
    public async Task A_site_that_remembers_more_than_we_do_pauses_the_study_and_nothing_is_computed_again()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo(rounds: 5));
        var sites = await bench.JoinAsync("a", "b");

        sites[1].Answer(SiteDecision.KnowsMore, "its journal knows rounds that this coordinator does not.");

        Assert.AreEqual("+a +b start1.1 paused", await bench.EventsAsync());
        Assert.Contains("b has committed rounds behind it that this coordinator does not know", bench.Study.Reason);
        Assert.Contains("restored from an older backup", bench.Study.Reason);
        Assert.AreEqual(Sent.Late, await sites[0].SendAsync(1, 1, 1, 1, 1, 1));
        Assert.AreEqual(StudyPhase.Behind, bench.Study.Phase);
    }

    [TestMethod]
    public async Task At_the_deadline_a_round_with_enough_vectors_is_committed_with_those()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo());
        var sites = await bench.JoinAsync("a", "b");
        await sites[1].SendAsync(1, 1, 5, 6, 7, 8);

        await bench.PassDeadlineAsync();

        Assert.AreEqual("+a +b start1.1 b1 done1.1(3) start2.1", await bench.EventsAsync());
        await sites[0].NextAsync(m => m.Protocol);
        var committed = await sites[0].NextAsync(m => m.RoundCommitted);
        CollectionAssert.AreEqual(new[] { "b", "helper-1", "helper-2" }, committed.Survivors.ToArray());
        var share = 0.75;
        var initial = InitialModel.Of(bench.Study.Plan);
        var expected = ServerStep.Next(initial, [5, 6, 7, 8], share, bench.Study.Plan.Grid, bench.Study.Plan.Server)!;
        Assert.AreEqual(expected.Hash, bench.Study.Model.Hash);
        Assert.AreEqual(Sent.Late, await sites[0].SendAsync(1, 1, 1, 1, 1, 1), "the round is over");
    }

    [TestMethod]
    public async Task Too_few_vectors_at_the_deadline_are_a_new_attempt_and_their_sum_is_forgotten()
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        var sites = await bench.JoinAsync("a", "b");
        await sites[0].SendAsync(1, 1, 1000, 1000, 1000, 1000);

        await bench.PassDeadlineAsync();

        await sites[0].NextAsync(m => m.Protocol);
        Assert.AreEqual(2u, (await sites[0].NextAsync(m => m.Protocol)).Attempt);
        Assert.AreEqual(Sent.Late, await sites[1].SendAsync(1, 1, 1, 1, 1, 1), "for the attempt before");
        await sites[0].SendAsync(1, 2, 1, 2, 3, 4);
        await sites[1].SendAsync(1, 2, 1, 2, 3, 4);
        Assert.AreEqual("+a +b start1.1 a1 failed1.1 start1.2 a1 b1 done1.2(2) start2.1", await bench.EventsAsync());
        CollectionAssert.AreEqual(
            new long[] { 2, 4, 6, 8 },
            Lanes.SumFrom(bench.Study.SumOf(bench.Study.Committed(new RoundNumber(1))!).Span)
        );
    }

    [TestMethod]
    public async Task A_round_that_fails_as_often_as_the_plan_allows_pauses_the_study_until_a_researcher_resumes_it()
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        var sites = await bench.JoinAsync("a", "b");

        for (var attempt = 0; attempt < 3; attempt++)
        {
            await bench.PassDeadlineAsync();
            await bench.EventsAsync();
        }

        Assert.AreEqual("+a +b start1.1 failed1.1 start1.2 failed1.2 start1.3 failed1.3 paused", await bench.EventsAsync());
        Assert.AreEqual(
            "round 1 failed 3 times; the last time: inputs: 0 of at least 2 masked inputs came (a: no answer in time; b: no answer in time). "
                + "When the sites are ready, run 'fed study resume'.",
            bench.Study.Reason
        );
        await bench.PassDeadlineAsync();
        Assert.EndsWith("paused", await bench.EventsAsync(), "time alone changes nothing");

        Assert.AreEqual(StudyPhase.Running, await bench.ResumeAsync());
        Assert.EndsWith("paused resumed(researcher) start1.4", await bench.EventsAsync(), "numbers of attempts grow on");
        await sites[0].SendAsync(1, 4, 1, 1, 1, 1);
        await sites[1].SendAsync(1, 4, 1, 1, 1, 1);
        Assert.EndsWith("done1.4(2) start2.1", await bench.EventsAsync());
    }

    [TestMethod]
    public async Task A_cancelled_study_is_over_for_good()
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        var sites = await bench.JoinAsync("a", "b");

        Assert.AreEqual(StudyPhase.Cancelled, await bench.CancelAsync());

        Assert.AreEqual("+a +b start1.1 ended", await bench.EventsAsync());
        Assert.AreEqual("researcher cancelled it.", (await bench.EventListAsync())[^1].StudyDone.Reason);
        await sites[0].NextAsync(m => m.Protocol);
        Assert.IsFalse((await sites[0].NextAsync(m => m.StudyEnded)).Completed);
        Assert.AreEqual(Sent.Late, await sites[0].SendAsync(1, 1, 1, 1, 1, 1));
        Assert.AreEqual(StudyPhase.Cancelled, await bench.ResumeAsync());
        Assert.AreEqual("+a +b start1.1 ended", await bench.EventsAsync());
    }

    [TestMethod]
    public async Task A_round_cannot_be_begun_without_end()
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        await bench.JoinAsync("a", "b");
        var most = bench.Study.Plan.Aggregation.HighestAttempt;

        for (var attempt = 0; attempt < most; attempt++)
        {
            await bench.PassDeadlineAsync();
            await bench.ResumeAsync();
        }

        Assert.AreEqual(StudyPhase.Failed, bench.Study.Phase);
        Assert.AreEqual(most, (await bench.EventListAsync()).Count(e => e.RoundStarted is not null));
    }

    [TestMethod]
    public async Task An_attempt_that_too_many_sites_decline_fails_without_waiting()
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        var sites = await bench.JoinAsync("a", "b");
        await sites[0].SendAsync(1, 1, 1, 1, 1, 1);

        sites[1].DeclineAttempt(1, 1);

        Assert.AreEqual("+a +b start1.1 a1 failed1.1 start1.2", await bench.EventsAsync());
        Assert.Contains("b: BUSY: later", (await bench.EventListAsync())[4].AttemptFailed.Reason);
        sites[1].DeclineAttempt(1, 1);
        Assert.AreEqual("+a +b start1.1 a1 failed1.1 start1.2", await bench.EventsAsync(), "of the attempt before: too late");
    }

    [TestMethod]
    public async Task A_timer_of_an_earlier_round_ends_nothing()
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        var sites = await bench.JoinAsync("a", "b");
        bench.Time.Advance(TimeSpan.FromSeconds(20));
        await sites[0].SendAsync(1, 1, 1, 1, 1, 1);
        await sites[1].SendAsync(1, 1, 1, 1, 1, 1);
        await bench.EventsAsync();

        bench.Time.Advance(TimeSpan.FromSeconds(20)); // 40 s after round 1 began, 20 s after round 2 did

        Assert.AreEqual("+a +b start1.1 a1 b1 done1.1(2) start2.1", await bench.EventsAsync());
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.EndsWith("failed2.1 start2.2", await bench.EventsAsync());
    }

    [TestMethod]
    public async Task The_same_input_again_is_answered_the_same_and_added_once()
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        var sites = await bench.JoinAsync("a", "b");
        Assert.AreEqual(Sent.Fresh, await sites[0].SendAsync(1, 1, 1, 2, 3, 4));

        Assert.AreEqual(Sent.Same, await sites[0].SendAsync(1, 1, 1, 2, 3, 4));
        Assert.AreEqual(Sent.Same, await sites[0].SendAsync(1, 1, 1, 2, 3, 5), "a site masks one input for an attempt, and sends no other");
        await sites[1].SendAsync(1, 1, 0, 0, 0, 0);

        Assert.AreEqual("+a +b start1.1 a1 b1 done1.1(2) start2.1", await bench.EventsAsync());
        CollectionAssert.AreEqual(
            new long[] { 1, 2, 3, 4 },
            Lanes.SumFrom(bench.Study.SumOf(bench.Study.Committed(new RoundNumber(1))!).Span)
        );
    }

    [TestMethod]
    public async Task After_a_round_its_inputs_are_late_whoever_sends_them()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo());
        var sites = await bench.JoinAsync("a", "b");
        await sites[0].SendAsync(1, 1, 1, 2, 3, 4);
        await bench.PassDeadlineAsync();

        Assert.AreEqual(Sent.Late, await sites[0].SendAsync(1, 1, 1, 2, 3, 4), "it is in the sum, which is out");
        Assert.AreEqual(Sent.Late, await sites[1].SendAsync(1, 1, 1, 2, 3, 4), "it was not in the sum, and stays hidden");
        Assert.AreEqual(Sent.Late, await sites[0].SendAsync(1, 2, 1, 2, 3, 4), "an attempt that never was");
    }

    [TestMethod]
    [DataRow(0u, 1u, DisplayName = "round 0 is the initial model")]
    [DataRow(2u, 1u, DisplayName = "a round to come")]
    [DataRow(1u, 0u, DisplayName = "attempt 0")]
    [DataRow(1u, 2u, DisplayName = "an attempt to come")]
    [DataRow(uint.MaxValue, uint.MaxValue, DisplayName = "beyond all rounds")]
    public async Task A_vector_for_another_round_or_attempt_is_late(uint round, uint attempt)
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        var sites = await bench.JoinAsync("a", "b");

        Assert.AreEqual(Sent.Late, await sites[0].SendAsync(round, attempt, 1, 1, 1, 1));

        Assert.AreEqual("+a +b start1.1", await bench.EventsAsync());
    }

    [TestMethod]
    public async Task A_site_that_joins_during_a_round_sends_nothing_to_it_and_is_invited_to_the_next()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo());
        var a = (await bench.JoinAsync("a"))[0];
        await bench.PassDeadlineAsync();
        await bench.EventsAsync();
        var b = (await bench.JoinAsync("b"))[0];

        Assert.AreEqual(Sent.Refused, await b.SendAsync(1, 1, 1, 1, 1, 1));
        await a.SendAsync(1, 1, 1, 1, 1, 1);

        await b.NextAsync(m => m.RoundCommitted);
        Assert.AreEqual(2u, (await b.NextAsync(m => m.Protocol)).Round);
        Assert.AreEqual("+a start1.1 +b a1 done1.1(3) start2.1", await bench.EventsAsync());
    }
}
