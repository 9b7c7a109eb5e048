using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Steps;
using Federated.Fixtures;

namespace Federated.Federation.Tests.Steps;

[TestClass]
public sealed class ServerStepTests
{
    private static readonly ReleaseGrid Grid = new(4, 1000, 4);

    [TestMethod]
    public void With_rate_1_and_no_momentum_the_weighted_mean_of_the_updates_is_added()
    {
        var state = State([1f, 2f]);

        // Two of four equal sites survive: their updates 0.25*(1, -2) and 0.25*(3, -4) are in the sum.
        var next = ServerStep.Next(state, [16, -24], 0.5, Grid, new ServerOptimizer(1, 0))!;

        Assert.AreEqual(new RoundNumber(1), next.Round);
        CollectionAssert.AreEqual(new[] { 1f + 2f, 2f - 3f }, next.Parameters);
        Assert.IsTrue(next.Momentum.IsEmpty);
    }

    [TestMethod]
    public void Momentum_remembers_earlier_steps()
    {
        var optimizer = new ServerOptimizer(0.5, 0.5);

        var first = ServerStep.Next(State([0f]), [16], 1, Grid, optimizer)!;
        var second = ServerStep.Next(first, [16], 1, Grid, optimizer)!;
        var third = ServerStep.Next(second, [0], 1, Grid, optimizer)!;

        Assert.AreEqual((1.0, 0.5f), (first.Momentum[0], first.Parameters[0]));
        Assert.AreEqual((1.5, 1.25f), (second.Momentum[0], second.Parameters[0]));
        Assert.AreEqual((0.75, 1.625f), (third.Momentum[0], third.Parameters[0]));
    }

    [TestMethod]
    public void The_same_sum_from_fewer_survivors_is_a_larger_step()
    {
        float Step(double share) => ServerStep.Next(State([0f]), [16], share, Grid, new ServerOptimizer(1, 0))!.Parameters[0];

        Assert.AreEqual(1f, Step(1));
        Assert.AreEqual(4f, Step(0.25));
    }

    [TestMethod]
    [DataRow(3e38f, 3e38, DisplayName = "beyond float32")]
    [DataRow(0f, double.MaxValue, DisplayName = "beyond double precision")]
    public void A_model_that_would_not_be_finite_is_no_model(float parameter, double learningRate) =>
        Assert.IsNull(ServerStep.Next(State([0f, parameter]), [0, 16], 1, Grid, new ServerOptimizer(learningRate, 0)));

    [TestMethod]
    public void The_state_before_stays_as_it_was()
    {
        var state = State([1f, 2f]);
        var hash = Digest.Of(state.ToBytes());

        ServerStep.Next(state, [16, 16], 1, Grid, new ServerOptimizer(1, 0.5));

        Assert.AreEqual(hash, Digest.Of(state.ToBytes()));
    }

    [TestMethod]
    public void A_caller_that_passes_another_length_or_no_share_is_told()
    {
        var optimizer = new ServerOptimizer(1, 0);

        Assert.ThrowsExactly<ArgumentException>(() => ServerStep.Next(State([1f]), [1, 2], 1, Grid, optimizer));
        foreach (var share in new[] { 0, -1, double.NaN, double.PositiveInfinity })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ServerStep.Next(State([1f]), [1], share, Grid, optimizer));
        }
    }

    [TestMethod]
    public void A_share_is_added_in_roster_order_whatever_the_order_of_the_question()
    {
        var plan = SamplePlan.For("a", "b", "c", "d");
        double[] weights = [0.1, 1e9, 0.3, 7];
        plan = plan with { Sites = [.. plan.Sites.Zip(weights, (site, w) => site with { Weight = w })] };
        var roster = plan.Roster;

        Assert.AreEqual(1.0, plan.ShareOf(roster));
        Assert.AreEqual((0.1 + 0.3 + 7) / (0.1 + 1e9 + 0.3 + 7), plan.ShareOf(roster[3], roster[0], roster[2]));
        Assert.AreEqual(plan.ShareOf(roster[3], roster[0], roster[2]), plan.ShareOf(roster[0], roster[2], roster[3]));
        Assert.AreEqual(0.0, plan.ShareOf());
        Assert.AreEqual(0.0, plan.ShareOf(SiteName.Parse("stranger")));
    }

    private static ModelState State(float[] parameters) => new(new RoundNumber(0), [.. parameters], []);
}
