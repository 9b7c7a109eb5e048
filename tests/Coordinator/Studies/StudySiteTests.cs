using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Federation.Steps;
using Federated.Fixtures;

namespace Federated.Coordinator.Tests.Studies;

/// <summary>Sites that leave, come back, or hold another model.</summary>
[TestClass]
public sealed class StudySiteTests
{
    [TestMethod]
    public async Task A_site_that_returns_during_a_round_goes_on_where_it_was()
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        var sites = await bench.JoinAsync("a", "b");
        await sites[0].SendAsync(1, 1, 1, 1, 1, 1);
        sites[1].Leave();
        Assert.AreEqual("+a +b start1.1 a1 -b", await bench.EventsAsync(), "the round goes on without deadline passing");

        sites[1].Connect();
        sites[1].Accept();
        await sites[1].SendAsync(1, 1, 1, 1, 1, 1);

        Assert.AreEqual("+a +b start1.1 a1 -b +b b1 done1.1(2) start2.1", await bench.EventsAsync());
    }

    [TestMethod]
    public async Task A_site_that_restarts_has_left_the_attempt_and_nobody_waits_for_it()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo());
        var sites = await bench.JoinAsync("a", "b");
        await sites[0].SendAsync(1, 1, 1, 1, 1, 1);
        sites[1].Leave();
        await bench.SettleAsync();

        var other = (await bench.JoinAsync("b"))[0];

        Assert.AreEqual("+a +b start1.1 a1 -b done1.1(3) +b start2.1", await bench.EventsAsync(), "without any deadline");
        Assert.AreEqual(Sent.Late, await other.SendAsync(1, 1, 1, 1, 1, 1));
    }

    [TestMethod]
    public async Task A_site_that_restarts_where_nobody_can_be_missed_costs_the_attempt()
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        var sites = await bench.JoinAsync("a", "b");
        sites[1].Leave();
        await bench.SettleAsync();

        await bench.JoinAsync("b");

        Assert.Contains("failed1.1", await bench.EventsAsync());
        var failed = (await bench.EventListAsync()).Single(e => e.AttemptFailed is not null).AttemptFailed;
        Assert.AreEqual(
            "inputs: 0 of at least 2 masked inputs came (b: it restarted, and a restarted node has left every attempt).",
            failed.Reason
        );
    }

    [TestMethod]
    public async Task A_site_that_returns_after_its_input_is_not_asked_for_it_again()
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        var sites = await bench.JoinAsync("a", "b");
        await sites[0].SendAsync(1, 1, 1, 1, 1, 1);
        await sites[0].LeftoversAsync();
        sites[0].Leave();

        sites[0].Connect();
        sites[0].Accept();

        await sites[0].NextAsync(m => m.StudyOffer);
        Assert.IsEmpty(await sites[0].LeftoversAsync());
        await sites[1].SendAsync(1, 1, 1, 1, 1, 1);
        Assert.Contains("done1.1(2)", await bench.EventsAsync());
    }

    [TestMethod]
    public async Task A_site_that_returns_later_hears_of_the_newest_round_and_fetches_those_before_by_itself()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo(rounds: 4));
        var sites = await bench.JoinAsync("a", "b");
        var model = bench.Study.Model;
        sites[1].Leave();
        await sites[0].SendAsync(1, 1, 1, 1, 1, 1);
        await bench.PassDeadlineAsync();
        await bench.EventsAsync();
        await sites[0].SendAsync(2, 1, 1, 1, 1, 1);
        await bench.PassDeadlineAsync();
        await bench.EventsAsync();

        var back = bench.Site("b");
        back.Connect();
        await back.NextAsync(m => m.StudyOffer);
        back.Accept(model.Round, model.Hash);

        Assert.AreEqual(2u, (await back.NextAsync(m => m.RoundCommitted)).Round);
        Assert.IsEmpty(await back.LeftoversAsync(), "round 3 began without it");
    }

    [TestMethod]
    [DataRow(0u, DisplayName = "another initial model")]
    [DataRow(uint.MaxValue, DisplayName = "a model from beyond all rounds")]
    public async Task A_site_that_joins_with_another_model_takes_no_part(uint round)
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo());
        await bench.JoinAsync("a");
        var b = bench.Site("b");
        b.Connect();
        await b.NextAsync(m => m.StudyOffer);

        b.Accept(new RoundNumber(round), Digest.Of("another model"u8));

        Assert.AreEqual("+a +b no:b start1.1", await bench.EventsAsync());
        Assert.Contains("the site must not go on with it", (await bench.EventListAsync())[2].SiteDeclined.Reason);
        Assert.AreEqual(Sent.Refused, await b.SendAsync(1, 1, 1, 1, 1, 1));
        Assert.IsEmpty(await b.LeftoversAsync());
    }

    [TestMethod]
    public async Task A_site_with_a_model_of_a_round_that_we_do_not_know_stops_the_study_and_nobody_can_resume_that()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo());
        await bench.JoinAsync("a");
        var b = bench.Site("b");
        b.Connect();

        b.Accept(new RoundNumber(1), Digest.Of("a later model"u8));
        Assert.AreEqual("+a +b paused", await bench.EventsAsync());
        Assert.Contains("restored from an older backup", bench.Study.Reason);
        b.Report(1, Digest.Of("a later model"u8));

        Assert.AreEqual(StudyPhase.Behind, await bench.ResumeAsync());
        await bench.PassDeadlineAsync();
        Assert.AreEqual("+a +b paused", await bench.EventsAsync(), "no round is computed again");
        Assert.AreEqual(StudyPhase.Cancelled, await bench.CancelAsync());
    }

    [TestMethod]
    public async Task A_site_that_changes_its_mind_for_ever_fills_neither_memory_nor_disk()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo());
        await bench.JoinAsync("a");
        var b = bench.Site("b");
        b.Connect();

        for (var i = 0; i < 2000; i++)
        {
            b.Answer(SiteDecision.NotNow, "again.");
            b.Answer(SiteDecision.NotNow, "again."); // no change, no news
            b.Answer(SiteDecision.Declines, "no.");
        }

        Assert.HasCount(1000, (await bench.EventListAsync()).Where(e => e.SiteWaiting?.Site == "b" || e.SiteDeclined?.Site == "b"));
        Assert.HasCount(1, bench.Log.All.Where(line => line.Contains("has changed its mind 1000 times")));
        Assert.AreEqual((SiteStanding.Declined, "no."), bench.Study.Sites[b.Name]);
    }

    [TestMethod]
    public async Task A_researcher_who_resumes_gives_a_left_out_site_another_chance()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo());
        var sites = await bench.JoinAsync("a", "b");
        sites[1].Report(0, Digest.Of("another"u8));
        Assert.AreEqual("+a +b start1.1 no:b", await bench.EventsAsync());

        await bench.ResumeAsync();

        await sites[1].NextAsync(m => m.Protocol);
        await sites[1].NextAsync(m => m.StudyOffer);
        sites[1].Accept();
        Assert.AreEqual("+a +b start1.1 no:b resumed(researcher) +b", await bench.EventsAsync());
    }

    [TestMethod]
    public async Task A_site_that_computed_another_model_is_left_out_from_then_on()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo());
        var sites = await bench.JoinAsync("a", "b");
        await sites[0].SendAsync(1, 1, 1, 1, 1, 1);
        await sites[1].SendAsync(1, 1, 1, 1, 1, 1);
        await bench.SettleAsync();

        sites[1].Report(1, Digest.Of("other arithmetic"u8));
        sites[1].Report(1, Digest.Of("and again"u8));
        Assert.AreEqual(Sent.Refused, await sites[1].SendAsync(2, 1, 1, 1, 1, 1));
        await sites[0].SendAsync(2, 1, 1, 1, 1, 1);
        await bench.EventListAsync(); // the last vector is answered before the round is committed
        sites[0].Report(2, bench.Study.Model.Hash);

        Assert.AreEqual("+a +b start1.1 a1 b1 done1.1(4) start2.1 no:b a2 done2.1(3) completed", await bench.EventsAsync());
    }

    [TestMethod]
    public async Task A_left_out_site_that_reconnects_is_not_offered_the_study_again()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo());
        var sites = await bench.JoinAsync("a", "b");
        sites[1].Report(0, Digest.Of("another"u8));
        sites[1].Leave();

        var back = bench.Site("b");
        back.Connect();
        back.Accept();

        Assert.IsEmpty(await back.LeftoversAsync());
        Assert.AreEqual("+a +b start1.1 no:b", await bench.EventsAsync());
    }

    [TestMethod]
    public async Task A_site_that_connects_after_the_end_is_told_how_it_ended()
    {
        await using var bench = new StudyBench(SamplePlan.For("a", "b"));
        await bench.CancelAsync();

        var late = bench.Site("b");
        late.Connect();

        Assert.AreEqual("researcher cancelled it.", (await late.NextAsync(m => m.StudyEnded)).Reason);
        Assert.AreEqual(Sent.Late, await late.SendAsync(1, 1, 1, 1, 1, 1), "and its vector is still answered");
    }

    [TestMethod]
    public async Task A_site_that_missed_the_last_round_of_a_completed_study_hears_of_it_before_the_end()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo(rounds: 1));
        var sites = await bench.JoinAsync("a", "b");
        sites[1].Leave();
        await sites[0].SendAsync(1, 1, 1, 1, 1, 1);
        await bench.PassDeadlineAsync();
        await bench.EventListAsync();
        sites[0].Report(1, bench.Study.Model.Hash);
        await bench.EventListAsync();

        var late = bench.Site("b");
        late.Connect();

        Assert.AreEqual(1u, (await late.NextAsync(m => m.RoundCommitted)).Round);
        Assert.IsTrue((await late.NextAsync(m => m.StudyEnded)).Completed);
    }

    [TestMethod]
    public async Task A_survivor_with_another_final_model_is_named_and_undoes_nothing_while_enough_have_ours()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo(rounds: 1));
        var sites = await bench.JoinAsync("a", "b");
        await sites[0].SendAsync(1, 1, 1, 1, 1, 1);
        await sites[1].SendAsync(1, 1, 1, 1, 1, 1);
        await bench.EventListAsync(); // the last vector is answered before the round is committed

        sites[1].Report(1, Digest.Of("other arithmetic"u8));
        Assert.AreEqual("+a +b start1.1 a1 b1 done1.1(4) no:b", await bench.EventsAsync(), "a has not confirmed yet");
        sites[0].Report(1, bench.Study.Model.Hash);

        Assert.AreEqual("+a +b start1.1 a1 b1 done1.1(4) no:b completed", await bench.EventsAsync());
        Assert.AreEqual("all rounds are done. Computed another model: b.", bench.Study.Reason);
    }

    [TestMethod]
    public async Task When_too_few_survivors_have_the_final_model_the_study_fails_and_no_event_follows()
    {
        var plan = SamplePlan.For("a", "b");
        await using var bench = new StudyBench(plan with { Training = plan.Training with { Rounds = 1 } });
        var sites = await bench.JoinAsync("a", "b");
        await sites[0].SendAsync(1, 1, 1, 1, 1, 1);
        await sites[1].SendAsync(1, 1, 1, 1, 1, 1);

        await bench.EventListAsync(); // the last vector is answered before the round is committed
        sites[0].Report(1, bench.Study.Model.Hash);
        sites[1].Report(1, Digest.Of("other arithmetic"u8));
        sites[0].Leave();
        sites[0].Accept();

        Assert.AreEqual("+a +b start1.1 a1 b1 done1.1(2) no:b ended", await bench.EventsAsync());
        Assert.Contains("b do not have our model", bench.Study.Reason);
        Assert.HasCount(1, bench.Log.All.Where(line => line.Contains("site b takes no further part: its model after round 1")));
        Assert.IsEmpty(bench.Log.All.Where(line => line.Contains("site a takes")));
    }

    [TestMethod]
    public async Task The_last_model_counts_once_every_survivor_has_it_or_had_time_to_say_otherwise()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo(rounds: 1));
        var sites = await bench.JoinAsync("a", "b");
        await sites[0].SendAsync(1, 1, 1, 1, 1, 1);
        await sites[1].SendAsync(1, 1, 1, 1, 1, 1);
        await bench.EventListAsync(); // the last vector is answered before the round is committed
        sites[0].Report(1, bench.Study.Model.Hash);
        Assert.AreEqual("+a +b start1.1 a1 b1 done1.1(4)", await bench.EventsAsync(), "b has not confirmed yet");

        await bench.PassDeadlineAsync();

        Assert.AreEqual("+a +b start1.1 a1 b1 done1.1(4) completed", await bench.EventsAsync());
        Assert.Contains("Not heard from since: b", bench.Study.Reason);
    }

    [TestMethod]
    public async Task A_survivor_whose_report_was_lost_confirms_when_it_comes_back()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo(rounds: 1));
        var sites = await bench.JoinAsync("a", "b");
        await sites[0].SendAsync(1, 1, 1, 1, 1, 1);
        await sites[1].SendAsync(1, 1, 1, 1, 1, 1);
        await bench.EventListAsync(); // the last vector is answered before the round is committed
        sites[0].Report(1, bench.Study.Model.Hash);
        sites[1].Leave();
        await bench.SettleAsync();

        var back = bench.Site("b");
        back.Connect();
        back.Accept();

        Assert.AreEqual("+a +b start1.1 a1 b1 done1.1(4) -b +b completed", await bench.EventsAsync());
    }

    [TestMethod]
    public async Task A_survivor_that_declines_after_the_last_round_does_not_undo_it()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo(rounds: 1));
        var sites = await bench.JoinAsync("a", "b");
        await sites[0].SendAsync(1, 1, 1, 1, 1, 1);
        await sites[1].SendAsync(1, 1, 1, 1, 1, 1);
        await bench.EventListAsync(); // the last vector is answered before the round is committed
        sites[0].Report(1, bench.Study.Model.Hash);

        sites[1].Decline("its data moved.");
        await bench.PassDeadlineAsync();

        Assert.AreEqual("+a +b start1.1 a1 b1 done1.1(4) completed", await bench.EventsAsync());
        Assert.Contains("Not heard from since: b", bench.Study.Reason);
    }

    [TestMethod]
    public async Task A_sum_that_gives_no_finite_model_ends_the_study()
    {
        var plan = SamplePlan.For("a", "zeta");
        await using var bench = new StudyBench(plan with { Server = new ServerOptimizer.Sgd(1e300, 0) });
        var sites = await bench.JoinAsync("a", "zeta");

        await sites[0].SendAsync(1, 1, 1000, 1, 1, 1);
        await sites[1].SendAsync(1, 1, 1000, 1, 1, 1);

        Assert.AreEqual("+a +zeta start1.1 a1 zeta1 ended", await bench.EventsAsync());
        Assert.Contains("not finite", bench.Study.Reason);
        Assert.AreEqual(new RoundNumber(0), bench.Study.Model.Round);
    }

    [TestMethod]
    public async Task A_site_that_does_not_read_loses_its_session_and_holds_nobody_up()
    {
        await using var bench = new StudyBench(StudyBench.OneOfTwo(rounds: 1200));
        var sites = await bench.JoinAsync("a", "b");
        sites[1].DeclineAttempt(1, 1);
        await sites[1].LeftoversAsync();
        sites[1].IsDeaf = true; // and reads nothing from here on

        for (uint round = 1; round <= 520; round++)
        {
            await sites[0].NextAsync(m => m.Protocol);
            sites[1].DeclineAttempt(round, 1);
            await sites[0].SendAsync(round, 1, 1, 1, 1, 1);
            await sites[0].NextAsync(m => m.RoundCommitted);
        }

        Assert.IsGreaterThan(520u, bench.Study.Model.Round.Next.Value);
        Assert.IsLessThanOrEqualTo(1024, (await sites[1].LeftoversAsync()).Count);
    }
}
