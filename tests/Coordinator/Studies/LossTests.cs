using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.SecureAggregation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;

namespace Federated.Coordinator.Tests.Studies;

/// <summary>
/// Sites that are lost or late, at every message of a round, up to what the plan allows: the round completes with the exact sum of those whose input came. One more, and the
/// attempt fails with nothing unmasked; the next has fresh keys; after the last the study pauses until a researcher resumes it.
/// </summary>
[TestClass]
public sealed class LossTests
{
    private const MessageType Keys = MessageType.KeyAdvertisement;
    private const MessageType Shares = MessageType.ShareKeys;
    private const MessageType Inputs = MessageType.MaskedInput;
    private const MessageType Survivors = MessageType.Acknowledgement;
    private const MessageType Unmasking = MessageType.UnmaskingShares;

    private static readonly MessageType[] s_stages = [Keys, Shares, Inputs, Survivors, Unmasking];

    public enum Manner
    {
        /// <summary>It hangs: connected, and silent.</summary>
        Hangs,

        /// <summary>Its connection is gone.</summary>
        Disconnects,

        /// <summary>Its process dies, and another comes.</summary>
        Restarts,

        /// <summary>It says that it cannot go on.</summary>
        Declines,

        /// <summary>It leaves with the protocol's own notice.</summary>
        Leaves,
    }

    public static IEnumerable<object[]> EveryLoss =>
        from stage in s_stages
        from manner in Enum.GetValues<Manner>()
        select new object[] { stage, manner };

    public static IEnumerable<object[]> EveryStage => s_stages.Select(stage => new object[] { stage });

    [TestMethod]
    [DynamicData(nameof(EveryLoss))]
    public async Task A_site_that_is_lost_costs_its_own_input_alone(MessageType stage, Manner manner)
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = await StartAsync(bench, (3, stage, manner));

        await ExchangeAsync(bench, sites, attempt: 1, (3, stage));

        AssertSum(bench, attempt: 1, stage > Inputs ? "a b c d" : "a b c");
        Assert.DoesNotContain("failed", await bench.EventsAsync());
    }

    [TestMethod]
    [DataRow(Keys)]
    [DataRow(Shares)]
    public async Task Keys_or_shares_that_come_after_their_stage_are_refused_by_name_and_the_round_goes_on(MessageType stage)
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = bench.Sites("a", "b", "c", "d");
        SignedMessage? late = null;
        sites[3].Up = message => message.Type != stage ? message : Nothing(() => late = message);
        await bench.JoinAsync(sites);
        await bench.PassQuarterAsync();

        sites[3].Say(1, 1, late!);
        await ExchangeAsync(bench, sites, attempt: 1, (3, stage));

        Assert.HasCount(1, bench.Log.All.Where(line => line.EndsWith($"Unexpected: a {stage} of d is not awaited while inputs come.")));
        AssertSum(bench, attempt: 1, "a b c");
    }

    [TestMethod]
    public async Task An_input_that_comes_after_the_deadline_stays_hidden()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = await StartAsync(bench);
        await bench.SettleAsync();
        sites[3].Mask(1, 1, InputOf(3));
        await ExchangeAsync(bench, sites, attempt: 1, (3, Inputs));

        var answer = await sites[3].SendAsync(1, 1);

        Assert.AreEqual(Sent.Late, answer);
        AssertSum(bench, attempt: 1, "a b c");
    }

    [TestMethod]
    [DataRow(Survivors)]
    [DataRow(Unmasking)]
    public async Task An_acknowledgement_or_shares_that_come_after_the_sum_change_nothing(MessageType stage)
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        SignedMessage? late = null;
        var sites = bench.Sites("a", "b", "c", "d");
        sites[3].Up = message => message.Type != stage ? message : Nothing(() => late = message);
        await bench.JoinAsync(sites);
        await ExchangeAsync(bench, sites, attempt: 1, (3, stage));
        var before = await bench.EventsAsync();

        sites[3].Say(1, 1, late!);

        Assert.AreEqual(before, await bench.EventsAsync());
        AssertSum(bench, attempt: 1, "a b c d");
    }

    [TestMethod]
    public async Task Two_of_seven_may_be_lost_at_any_two_stages()
    {
        string[] names = ["a", "b", "c", "d", "e", "f", "g"];
        var plan = SamplePlan.For(names);
        plan = plan with { Aggregation = plan.Aggregation with { MinimumSites = 5 } };
        foreach (var first in s_stages)
        {
            foreach (var second in s_stages)
            {
                await using var bench = new StudyBench(plan);
                var sites = await StartAsync(bench, (1, first, Manner.Hangs), (4, second, Manner.Hangs));

                await ExchangeAsync(bench, sites, attempt: 1, (1, first), (4, second));

                var survivors = names.Where((_, i) => !((i == 1 && first <= Inputs) || (i == 4 && second <= Inputs)));
                AssertSum(bench, attempt: 1, string.Join(' ', survivors), $"{first}, {second}");
            }
        }
    }

    [TestMethod]
    [DataRow(Keys, "keys: 2 of at least 3 sites sent keys")]
    [DataRow(Shares, "shares: 2 of at least 3 sites sent shares")]
    [DataRow(Inputs, "inputs: 2 of at least 3 masked inputs came")]
    [DataRow(Survivors, "survivors: 2 of at least 3 survivors acknowledged the sum")]
    [DataRow(Unmasking, "unmasking: 2 of at least 3 survivors showed shares")]
    public async Task One_lost_site_more_than_the_plan_allows_fails_every_attempt_until_the_study_pauses_and_is_resumed(
        MessageType stage,
        string words
    )
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = await StartAsync(bench, (2, stage, Manner.Hangs), (3, stage, Manner.Hangs));

        for (uint attempt = 1; attempt <= 3; attempt++)
        {
            await ExchangeAsync(bench, sites, attempt, (2, stage), (3, stage));
            if (stage > Inputs)
            {
                await bench.PassQuarterAsync();
            }

            Assert.IsNull(bench.Study.Committed(new RoundNumber(1)), "nothing is opened");
        }

        Assert.AreEqual(
            $"round 1 failed 3 times; the last time: {words} (c: no answer in time; d: no answer in time). "
                + "When the sites are ready, run 'fed study resume'.",
            bench.Study.Reason
        );
        Assert.AreEqual(StudyPhase.Paused, bench.Study.Phase);
        Assert.AreEqual("+a +b +c +d start1.1 failed1.1 start1.2 failed1.2 start1.3 failed1.3 paused", await RoundsAsync(bench));
        Assert.IsTrue(stage == Unmasking || !HaveSaid(sites, Unmasking), "no share was shown");

        Array.ForEach(sites, site => site.Up = message => message);
        await bench.ResumeAsync();
        await ExchangeAsync(bench, sites, attempt: 4);

        AssertSum(bench, attempt: 4, "a b c d");
        AssertEveryKeyIsNew(sites, bench.Study.Plan);
    }

    [TestMethod]
    public async Task When_one_more_says_that_it_leaves_the_pause_says_why_each_one_left()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = await StartAsync(bench);

        for (uint attempt = 1; attempt <= 3; attempt++)
        {
            await bench.SettleAsync();
            sites[2].LeaveAttempt(1, attempt, AbortCode.Overflow);
            sites[3].DeclineAttempt(1, attempt);
            await bench.SettleAsync();
        }

        Assert.StartsWith(
            "round 1 failed 3 times; the last time: inputs: 0 of at least 3 masked inputs came "
                + "(c: it left the attempt: its update is beyond the plan's bound; d: BUSY: later).",
            bench.Study.Reason,
            "without any deadline"
        );
    }

    [TestMethod]
    [DynamicData(nameof(EveryStage))]
    public async Task With_one_more_disconnected_the_study_waits_names_them_and_goes_on_by_itself(MessageType stage)
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = await StartAsync(bench, (2, stage, Manner.Disconnects), (3, stage, Manner.Disconnects));

        await ExchangeAsync(bench, sites, attempt: 1, (2, stage), (3, stage));
        await bench.PassDeadlineAsync();

        Assert.AreEqual(StudyPhase.Waiting, bench.Study.Phase);
        Assert.StartsWith(
            stage > Inputs
                ? "round 1 waits for c, d: its survivors a, b, c, d were announced before it was lost"
                : "2 of at least 3 sites are ready (c: not connected; d: not connected).",
            bench.Study.Reason
        );
        foreach (var site in sites[2..])
        {
            site.Up = message => message;
            site.Connect();
            site.Accept();
        }

        await bench.SettleAsync();
        Assert.AreEqual((StudyPhase.Running, ""), (bench.Study.Phase, bench.Study.Reason));
    }

    [TestMethod]
    public async Task A_site_that_stops_in_the_middle_of_its_input_leaves_no_memory_behind()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = await StartAsync(bench);
        var half = await sites[3].BreakUploadAsync(1, 1, InputOf(3));
        Assert.AreEqual(half.Length, bench.Context.Room.Taken);

        await ExchangeAsync(bench, sites, attempt: 1, (3, Inputs));

        AssertSum(bench, attempt: 1, "a b c");
        Assert.AreEqual(0, bench.Context.Room.Taken);
    }

    /// <summary>Every site of the plan has joined; some are lost in place of one of their messages.</summary>
    private static async Task<ScriptedSite[]> StartAsync(StudyBench bench, params (int Site, MessageType Stage, Manner Manner)[] lost)
    {
        var sites = bench.Sites([.. bench.Study.Plan.Roster.Select(name => name.Value)]);
        foreach (var (site, stage, manner) in lost)
        {
            sites[site].Up = message => message.Type != stage ? message : Nothing(() => Lose(bench, sites[site], manner));
        }

        await bench.JoinAsync(sites);
        foreach (var (site, _, manner) in lost.Where(one => one.Stage == Inputs))
        {
            Lose(bench, sites[site], manner);
        }

        return sites;
    }

    private static void Lose(StudyBench bench, ScriptedSite site, Manner manner)
    {
        switch (manner)
        {
            case Manner.Disconnects:
                site.Leave();
                break;
            case Manner.Restarts:
                site.Leave();
                var next = bench.Site(site.Name.Value);
                next.Connect();
                next.Accept();
                break;
            case Manner.Declines:
                site.DeclineAttempt(1, 1);
                break;
            case Manner.Leaves:
                site.LeaveAttempt(1, 1, AbortCode.Local);
                break;
        }
    }

    /// <summary>Everybody sends its input, and time passes where the lost ones are waited for.</summary>
    private static async Task ExchangeAsync(
        StudyBench bench,
        ScriptedSite[] sites,
        uint attempt,
        params (int Site, MessageType Stage)[] lost
    )
    {
        foreach (var stage in new[] { Keys, Shares })
        {
            await bench.SettleAsync();
            if (lost.Any(one => one.Stage == stage))
            {
                await bench.PassQuarterAsync(); // nothing happens if nobody is waited for
            }
        }

        for (var i = 0; i < sites.Length; i++)
        {
            if (!lost.Any(one => one.Site == i && one.Stage <= Inputs))
            {
                await sites[i].SendAsync(1, attempt, InputOf(i));
            }
        }

        await bench.SettleAsync();
        if (lost.Any(one => one.Stage == Inputs) && bench.Study.Committed(new RoundNumber(1)) is null)
        {
            await bench.PassDeadlineAsync();
        }
    }

    private static int[] InputOf(int site)
    {
        var digit = (int)Math.Pow(10, site);
        return [digit, -digit, 2 * digit, 0];
    }

    /// <summary>Each site has its own digit: the sum shows who is in it, and how often.</summary>
    private static void AssertSum(StudyBench bench, uint attempt, string survivors, string what = "")
    {
        var committed = bench.Study.Committed(new RoundNumber(1));
        Assert.IsNotNull(committed, $"{what}: {string.Join('\n', bench.Log.All)}");
        Assert.AreEqual((attempt, survivors), (committed.Attempt.Value, bench.SurvivorsOf(1)), what);
        var inputs = survivors.Split(' ').Select(name => InputOf(name[0] - 'a')).ToArray();
        CollectionAssert.AreEqual(
            Enumerable.Range(0, 4).Select(lane => inputs.Sum(input => (long)input[lane])).ToArray(),
            bench.SumOf(1),
            what
        );
    }

    private static void AssertEveryKeyIsNew(IEnumerable<ScriptedSite> sites, StudyPlan plan)
    {
        var suite = PlanTerms.Of(plan, plan.Hash(), new RoundNumber(1)).Suite;
        var keys = sites
            .SelectMany(site => site.Said)
            .Where(message => message.Type == Keys)
            .Select(message => KeyAdvertisement.Parse(message.Body, suite)!)
            .SelectMany(said => new[] { said.ChannelKey, said.MaskKey })
            .Select(key => Convert.ToHexString(key.Span))
            .ToArray();
        Assert.IsGreaterThan(8, keys.Length, "keys of one attempt alone show nothing");
        CollectionAssert.AllItemsAreUnique(keys);
    }

    private static bool HaveSaid(IEnumerable<ScriptedSite> sites, MessageType type) =>
        sites.Any(site => site.Said.Any(message => message.Type == type));

    /// <summary>The events without those of inputs.</summary>
    private static async Task<string> RoundsAsync(StudyBench bench) =>
        string.Join(' ', (await bench.EventsAsync()).Split(' ').Where(what => !(what.Length == 2 && char.IsAsciiDigit(what[1]))));

    private static SignedMessage? Nothing(Action instead)
    {
        instead();
        return null;
    }
}
