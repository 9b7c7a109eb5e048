using System.Text.Json.Nodes;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Learning.Training;
using Federated.V1;
using Grpc.Core;
using TorchSharp;

namespace Federated.Node.Tests.Studies;

/// <summary>What a node does in a round, and what it refuses to do.</summary>
[TestClass]
public sealed class ParticipationTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task An_invitation_is_answered_with_the_weighted_update_of_this_sites_training_patients()
    {
        await using var bench = await JoinedAsync();

        await bench.InviteAsync(round: 1, attempt: 1);
        var (header, bytes) = await bench.Coordinator.InputAsync(Stop);
        var sum = await bench.SumAsync();

        Assert.AreEqual((1u, 1u), (header.Round, header.Attempt));
        Assert.AreEqual(bench.Plan.Hash(), new Digest(header.PlanHash.Span));
        var expected = ExpectedLanes(bench.Plan);
        CollectionAssert.AreEqual(Lanes.ToBytes([.. expected.Select(lane => (long)lane)]), sum.Bytes, "the others gave zeros");
        CollectionAssert.AreNotEqual(Lanes.ToBytes(expected), bytes, "it left masked");
        await bench.Node.Log.WaitForAsync("round 1, attempt 1: released 4 numbers", Stop);
    }

    [TestMethod]
    public async Task A_new_attempt_is_new_work_with_the_same_result_and_an_old_one_is_refused()
    {
        await using var bench = await JoinedAsync();
        await bench.InviteAsync(1, 1);
        var first = await bench.Coordinator.InputAsync(Stop);

        await bench.InviteAsync(1, 2);
        var second = await bench.Coordinator.InputAsync(Stop);
        var sum = await bench.SumAsync();
        await bench.InviteAsync(1, 1);
        var older = await bench.RefusalAsync();

        CollectionAssert.AreNotEqual(first.Bytes, second.Bytes, "under fresh masks");
        CollectionAssert.AreEqual(Lanes.ToBytes([.. ExpectedLanes(bench.Plan).Select(lane => (long)lane)]), sum.Bytes);
        Assert.AreEqual((DeclineCode.Replay, 1u), (older.Code, older.Attempt));
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public async Task A_round_or_model_other_than_the_nodes_own_is_refused_and_nothing_released()
    {
        await using var bench = await JoinedAsync();

        await bench.InviteAsync(1, 1, model: Digest.Of("another model"u8));
        var model = await bench.RefusalAsync();
        await bench.InviteAsync(2, 1);
        var future = await bench.RefusalAsync();
        await bench.InviteAsync(0, 1);
        var past = await bench.RefusalAsync();
        await bench.InviteAsync(1, 1, planHash: Digest.Of("another plan"u8));
        var plan = await bench.RefusalAsync();

        CollectionAssert.AreEqual(
            new[] { DeclineCode.ModelHash, DeclineCode.ModelHash, DeclineCode.CoordinatorBehind, DeclineCode.PlanUnknown },
            new[] { model.Code, future.Code, past.Code, plan.Code }
        );
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
        await bench.Node.Log.WaitForAsync("round 1 does not follow from this site's own model and last result.", Stop);
    }

    [TestMethod]
    public async Task Nothing_is_released_beyond_the_plan()
    {
        await using var bench = await JoinedAsync();
        HonestSum? last = null;
        for (var round = 1; round <= bench.Plan.Training.Rounds; round++)
        {
            last = bench.Sum(last, [1, 2, 3, 4], "beta", "gamma", "delta");
            await bench.CommitAsync(last);
        }

        await bench.InviteAsync((uint)bench.Plan.Training.Rounds + 1, 1, model: last!.Next.Hash, previous: last.Result);
        var round3 = await bench.RefusalAsync();

        Assert.AreEqual(DeclineCode.BeyondPlan, round3.Code);
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public async Task An_attempt_beyond_the_plans_is_refused()
    {
        await using var bench = await JoinedAsync();

        await bench.InviteAsync(1, (uint)bench.Plan.Aggregation.HighestAttempt + 1);

        Assert.AreEqual(DeclineCode.BeyondPlan, (await bench.RefusalAsync()).Code);
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public async Task A_committed_round_is_computed_by_the_node_itself_and_reported()
    {
        await using var bench = await JoinedAsync();
        var first = bench.Sum(null, [1000, -2000, 3000, -4000], "beta", "gamma", "delta");
        var second = bench.Sum(first, [5, 6, 7, 8], "beta", "gamma", "delta");

        var afterFirst = await bench.CommitAsync(first);
        var afterSecond = await bench.CommitAsync(second);
        await bench.Session.SayAsync(new CoordinatorMessage { RoundCommitted = second.Header });
        await bench.InviteAsync(1, 1);

        Assert.AreEqual((1u, first.Next.Hash), (afterFirst.Round, new Digest(afterFirst.ModelHash.Span)));
        Assert.AreEqual((2u, second.Next.Hash), (afterSecond.Round, new Digest(afterSecond.ModelHash.Span)));
        Assert.AreEqual(
            DeclineCode.CoordinatorBehind,
            (await bench.RefusalAsync()).Code,
            "a round announced twice is computed once, and is not trained again"
        );
    }

    [TestMethod]
    public async Task A_node_that_missed_rounds_computes_them_all()
    {
        await using var bench = await JoinedAsync();
        var first = bench.Sum(null, [1, 2, 3, 4], "beta", "gamma", "delta");
        var second = bench.Sum(first, [5, 6, 7, 8], "beta", "gamma", "delta");
        bench.Coordinator.Sums[1] = first.Messages;

        var report = await bench.CommitAsync(second);

        Assert.AreEqual((2u, second.Next.Hash), (report.Round, new Digest(report.ModelHash.Span)));
    }

    [TestMethod]
    public async Task A_sum_that_does_not_give_the_announced_model_ends_this_nodes_part_in_the_study()
    {
        await using var bench = await JoinedAsync();
        var doctored = bench.Sum(null, [1, 2, 3, 4], "beta", "gamma", "delta");
        doctored.Header.NextModelHash = HonestSum.Hash(Digest.Of("doctored"u8));

        var report = await bench.CommitAsync(doctored);
        await bench.InviteAsync(2, 1, model: doctored.Next.Hash);
        var refusal = await bench.RefusalAsync();

        Assert.AreEqual(doctored.Next.Hash, new Digest(report.ModelHash.Span), "the node says what it computed");
        Assert.AreEqual(DeclineCode.ModelHash, refusal.Code);
        Assert.StartsWith("Critical: ", await bench.Node.Log.WaitForAsync("This node stops taking part.", Stop));
        Assert.IsTrue(bench.Coordinator.NoInputWaits, "nothing more is released");
    }

    [TestMethod]
    public async Task A_sum_that_cannot_be_used_breaks_the_session_and_changes_nothing()
    {
        await using var bench = await JoinedAsync();
        var sum = bench.Sum(null, [1, 2, 3, 4], "beta", "gamma", "delta");
        bench.Coordinator.Sums[1] = [sum.HeaderMessage];

        await bench.Session.SayAsync(new CoordinatorMessage { RoundCommitted = sum.Header });

        Assert.Contains("The sum of round 1 cannot be used", await bench.Node.Log.WaitForAsync("No session with", Stop));
        await bench.NextSessionAsync();
        var answer = await bench.OfferAsync();
        Assert.AreEqual((true, 0u, InitialModel.Of(bench.Plan).Hash), (answer.Accepted, answer.Round, new Digest(answer.ModelHash.Span)));
    }

    [TestMethod]
    public async Task A_vector_that_did_not_get_through_is_sent_again_byte_for_byte()
    {
        await using var bench = await JoinedAsync();
        bench.Coordinator.InputRefusals.Enqueue(new Status(StatusCode.Unavailable, "going down"));
        bench.Coordinator.InputRefusals.Enqueue(new Status(StatusCode.Unavailable, "going down"));

        await bench.InviteAsync(1, 1);
        var sent = new[]
        {
            await bench.Coordinator.InputAsync(Stop),
            await bench.Coordinator.InputAsync(Stop),
            await bench.Coordinator.InputAsync(Stop),
        };

        foreach (var (header, bytes) in sent)
        {
            Assert.AreEqual(sent[0].Header, header);
            CollectionAssert.AreEqual(sent[0].Bytes, bytes);
        }

        await bench.Node.Log.WaitForAsync("released 4 numbers", Stop);
    }

    [TestMethod]
    public async Task A_vector_that_the_coordinator_refuses_is_not_sent_again()
    {
        await using var bench = await JoinedAsync();
        bench.Coordinator.InputRefusals.Enqueue(new Status(StatusCode.FailedPrecondition, "This attempt is over."));

        await bench.InviteAsync(1, 1);
        await bench.Coordinator.InputAsync(Stop);
        var refusal = await bench.RefusalAsync();

        Assert.AreEqual(DeclineCode.Refused, refusal.Code);
        await bench.Node.Log.WaitForAsync("FailedPrecondition: This attempt is over.", Stop);
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public async Task An_update_that_is_not_finite_is_not_released()
    {
        var plan = SamplePlan.For("alpha", "beta").WithHidden(8, 8);
        plan = plan with { Training = plan.Training with { LearningRate = 1e6, WeightDecay = 1e6 } };
        await using var bench = await StudyAtNode.StartAsync(plan, Stop);
        Assert.IsTrue((await bench.OfferAsync()).Accepted);

        await bench.InviteAsync(1, 1);

        Assert.AreEqual(DeclineCode.NotFinite, (await bench.RefusalAsync()).Code);
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    [TestMethod]
    public async Task Coordinates_beyond_the_bound_are_clamped_and_the_operator_is_told()
    {
        var plan = SamplePlan.For("alpha", "beta");
        plan = plan with { Aggregation = plan.Aggregation with { Bound = 1e-5 } };
        await using var bench = await StudyAtNode.StartAsync(plan, Stop);
        await bench.OfferAsync();

        await bench.InviteAsync(1, 1);
        var sum = await bench.SumAsync();

        await bench.Node.Log.WaitForAsync("4 coordinates were clamped", Stop);
        var lanes = Lanes.SumFrom(sum.Bytes);
        Assert.IsTrue(lanes.All(lane => Math.Abs(lane) <= plan.Grid.LaneBound), string.Join(", ", lanes));
    }

    [TestMethod]
    public async Task Metrics_stay_in_a_file_of_the_sites_own_that_nobody_else_may_read()
    {
        await using var bench = await JoinedAsync();
        await bench.InviteAsync(1, 1);
        var first = await bench.SumAsync();
        await bench.CommitAsync(first);
        await bench.EndAsync(completed: false);

        var lines = File.ReadAllLines(bench.Files.Metrics).Select(line => JsonNode.Parse(line)!).ToList();

        CollectionAssert.AreEqual(new[] { "trained", "scored" }, lines.Select(line => line["kind"]!.GetValue<string>()).ToArray());
        Assert.AreEqual(first.Next.Hash.ToString(), lines[1]["model"]!.GetValue<string>());
        Assert.AreEqual(Rows(bench.Plan).Test.Count, lines[1]["rows"]!.GetValue<int>());
        Assert.IsTrue(lines[1]["auroc"]!.GetValue<double>() is >= 0 and <= 1);
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(bench.Files.Metrics));
    }

    private Task<StudyAtNode> JoinedAsync() => StudyAtNode.JoinAsync(SamplePlan.ThreeOfFour(), Stop);

    /// <summary>The node's patients, parted as the plan says.</summary>
    private static (EncodedRows Train, EncodedRows Test) Rows(StudyPlan plan) =>
        new HoldoutSplit(System.Text.Encoding.UTF8.GetBytes(plan.Holdout.Key), plan.Holdout.Fraction).Apply(
            Patients.Encoded(plan, "alpha", 60)
        );

    private static int[] ExpectedLanes(StudyPlan plan)
    {
        torch.set_num_threads(1);
        using var trainer = new SiteTrainer(plan.Shape, plan.Training, SiteName.Parse("alpha"), Rows(plan).Train, torch.CPU);
        var update = new double[plan.Shape.ParameterCount];
        trainer.Update(InitialModel.Of(plan).Parameters.AsSpan(), new RoundNumber(1), update, CancellationToken.None);
        var lanes = new int[update.Length];
        SiteUpdate.Encode(update, plan.ShareOf(SiteName.Parse("alpha")), plan.Grid, lanes);
        return lanes;
    }
}
