using Federated.Coordinator.Log;
using Federated.Coordinator.Tests.Studies;
using Federated.Fixtures;
using Federated.TransparencyLog.Entries;

namespace Federated.Coordinator.Tests.Log;

/// <summary>For whom the next checkpoint waits: a quorum of whoever waits for the log, and nobody who only takes time.</summary>
[TestClass]
public sealed class WitnessingTests
{
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(1.9);

    public required TestContext TestContext { get; init; }

    [TestMethod]
    public async Task A_witness_that_always_answers_just_in_time_holds_up_one_checkpoint_and_no_more()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = await bench.JoinAsync("a", "b", "c", "d");
        var slow = sites[3];

        var first = await GrowAsync(bench, sites[0], deaf: [slow]);
        Assert.IsFalse(first.IsCompleted, "nothing bad is known of it");
        await HearAfterAsync(bench, s_slow, slow);
        await first;

        for (var checkpoint = 0; checkpoint < 3; checkpoint++)
        {
            var next = await GrowAsync(bench, sites[0], deaf: [slow]);
            Assert.IsTrue(next.IsCompleted, "three of four have cosigned");
            await HearAfterAsync(bench, s_slow, slow);
        }
    }

    [TestMethod]
    public async Task A_witness_that_comes_back_just_in_time_and_is_asked_anew_was_slow_all_the_same()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = await bench.JoinAsync("a", "b", "c", "d");
        var slow = sites[3];
        var first = await GrowAsync(bench, sites[0], deaf: [slow]);
        bench.Time.Advance(s_slow);
        slow.Leave();
        slow.Connect();
        await HearAfterAsync(bench, TimeSpan.Zero, slow);
        await first;

        var next = await GrowAsync(bench, sites[0], deaf: [slow]);

        Assert.IsTrue(next.IsCompleted, "three of four have cosigned");
        await HearAfterAsync(bench, TimeSpan.Zero, slow);
    }

    [TestMethod]
    public async Task A_slow_witness_is_waited_for_where_a_quorum_is_not_there_without_it()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = await bench.JoinAsync("a", "b", "c", "d");
        var slow = sites[3];
        var first = await GrowAsync(bench, sites[0], deaf: [slow]);
        await HearAfterAsync(bench, s_slow, slow);
        await first;
        sites[2].Leave();

        var next = await GrowAsync(bench, sites[0], deaf: [slow]);
        Assert.IsFalse(next.IsCompleted, "two of four have cosigned, and three have to");
        var unawaited = bench.Witnessing.SettledAsync(s_most, [], TestContext.CancellationToken);
        Assert.IsTrue(unawaited.IsCompleted, "no study waits");
        next = bench.Witnessing.SettledAsync(s_most, [Quorum(bench)], TestContext.CancellationToken);
        await HearAfterAsync(bench, s_slow, slow);

        await next;
        Assert.IsNotNull(bench.Witnessing.For(bench.Study.Plan.Roster, 3, bench.Witnessing.Size.Value));
    }

    [TestMethod]
    [DataRow(Witness.PromptAnswers - 1, false, DisplayName = "not yet")]
    [DataRow(Witness.PromptAnswers, true, DisplayName = "now")]
    public async Task A_witness_that_was_slow_is_waited_for_again_once_it_has_been_prompt_for_a_while(int prompt, bool isWaitedFor)
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = await bench.JoinAsync("a", "b", "c", "d");
        var slow = sites[3];
        var first = await GrowAsync(bench, sites[0], deaf: [slow]);
        await HearAfterAsync(bench, s_slow, slow);
        await first;
        slow.Leave();
        slow.Connect(); // which changes nothing
        await bench.SettleAsync();

        for (var answer = 0; answer < prompt; answer++)
        {
            await (await GrowAsync(bench, sites[0], deaf: []));
        }

        var next = await GrowAsync(bench, sites[0], deaf: [slow]);
        Assert.AreEqual(isWaitedFor, !next.IsCompleted);
        await HearAfterAsync(bench, TimeSpan.Zero, slow);
        await next;
    }

    [TestMethod]
    public async Task A_study_says_whom_it_waits_for_while_it_waits_for_the_log_alone()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = bench.Sites("a", "b", "c", "d");
        (sites[2].IsDeaf, sites[3].IsDeaf) = (true, true);
        foreach (var site in sites)
        {
            site.Connect();
            site.Accept();
        }

        await bench.SettleAsync();
        var waiting = bench.Study.AwaitedCosigners;
        (sites[2].IsDeaf, sites[3].IsDeaf) = (false, false);
        await bench.SettleAsync();

        Assert.AreEqual(3, waiting?.Least);
        CollectionAssert.AreEqual(bench.Study.Plan.Roster.ToArray(), waiting?.Roster.ToArray());
        Assert.IsNull(bench.Study.AwaitedCosigners, "the round is under way");
    }

    /// <summary>The log grows and is published, and everybody answers who is not deaf; what the next checkpoint then waits for.</summary>
    private async Task<Task> GrowAsync(StudyBench bench, ScriptedSite says, ScriptedSite[] deaf)
    {
        foreach (var site in deaf)
        {
            site.IsDeaf = true;
        }

        Assert.IsNull(await says.State(EntryKind.PlanApproved));
        await bench.SettleAsync();
        return bench.Witnessing.SettledAsync(s_most, [Quorum(bench)], TestContext.CancellationToken);
    }

    private static async Task HearAfterAsync(StudyBench bench, TimeSpan after, ScriptedSite site)
    {
        bench.Time.Advance(after);
        site.IsDeaf = false;
        await bench.SettleAsync();
    }

    private static WitnessQuorum Quorum(StudyBench bench) => new(bench.Study.Plan.Roster, 3);
}
