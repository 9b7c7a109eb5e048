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
        var next = ServerStep.Next(state, [16, -24], 0.5, Grid, new ServerOptimizer.Sgd(1, 0))!;

        Assert.AreEqual(new RoundNumber(1), next.Round);
        CollectionAssert.AreEqual(new[] { 1f + 2f, 2f - 3f }, next.Parameters);
        Assert.IsTrue(next.Memory.IsEmpty);
    }

    [TestMethod]
    public void Momentum_remembers_earlier_steps()
    {
        var optimizer = new ServerOptimizer.Sgd(0.5, 0.5);

        var first = ServerStep.Next(State([0f]), [16], 1, Grid, optimizer)!;
        var second = ServerStep.Next(first, [16], 1, Grid, optimizer)!;
        var third = ServerStep.Next(second, [0], 1, Grid, optimizer)!;

        Assert.AreEqual((1.0, 0.5f), (first.Memory[0][0], first.Parameters[0]));
        Assert.AreEqual((1.5, 1.25f), (second.Memory[0][0], second.Parameters[0]));
        Assert.AreEqual((0.75, 1.625f), (third.Memory[0][0], third.Parameters[0]));
    }

    [TestMethod]
    public void The_same_sum_from_fewer_survivors_is_a_larger_step()
    {
        float Step(double share) => ServerStep.Next(State([0f]), [16], share, Grid, new ServerOptimizer.Sgd(1, 0))!.Parameters[0];

        Assert.AreEqual(1f, Step(1));
        Assert.AreEqual(4f, Step(0.25));
    }

    [TestMethod]
    [DataRow(3e38f, 3e38, DisplayName = "beyond float32")]
    [DataRow(0f, double.MaxValue, DisplayName = "beyond double precision")]
    public void A_model_that_would_not_be_finite_is_no_model(float parameter, double learningRate) =>
        Assert.IsNull(ServerStep.Next(State([0f, parameter]), [0, 16], 1, Grid, new ServerOptimizer.Sgd(learningRate, 0)));

    [TestMethod]
    public void The_state_before_stays_as_it_was()
    {
        var state = State([1f, 2f]);
        var hash = Digest.Of(state.ToBytes());

        ServerStep.Next(state, [16, 16], 1, Grid, new ServerOptimizer.Sgd(1, 0.5));

        Assert.AreEqual(hash, Digest.Of(state.ToBytes()));
    }

    [TestMethod]
    public void Any_positive_number_may_divide_a_sum()
    {
        float Step(double divisor) => ServerStep.Next(State([0f]), [16], divisor, Grid, new ServerOptimizer.Sgd(1, 0))!.Parameters[0];

        Assert.AreEqual(1f / 300, Step(300));
        Assert.AreEqual(1e30f, Step(1e-30));
    }

    [TestMethod]
    public void The_share_of_the_survivors_divides_a_sum_without_noise()
    {
        var plan = SamplePlan.For("a", "b", "c", "d");

        Assert.AreEqual(0.75, plan.DivisorOf(plan.Roster[..3]));
        Assert.AreEqual(1, plan.DivisorOf(plan.Roster));
    }

    [TestMethod]
    public void Adams_first_step_is_the_learning_rate_whatever_the_size_of_the_update()
    {
        var adam = ServerOptimizer.Adam.Usual(0.25);

        var next = ServerStep.Next(State([0f, 0f, 0f]), [16, -160_000, 0], 1, Grid, adam)!;

        Assert.AreEqual(0.25f, next.Parameters[0], 1e-7f);
        Assert.AreEqual(-0.25f, next.Parameters[1], 1e-7f);
        Assert.AreEqual(0f, next.Parameters[2]);
        Assert.HasCount(2, next.Memory);
        Assert.AreEqual(0.1, next.Memory[0][0], 1e-15);
        Assert.AreEqual(0.001, next.Memory[1][0], 1e-15);
    }

    [TestMethod]
    public void A_second_moment_beyond_every_number_stops_the_study()
    {
        var adam = ServerOptimizer.Adam.Usual(0.25);

        // The update itself is finite, and so would be the step: 0, for ever after.
        Assert.IsNull(ServerStep.Next(State([0f, 0f]), [0, 16], 1e-160, Grid, adam));
    }

    [TestMethod]
    public void A_state_of_another_optimizer_is_the_callers_bug()
    {
        var sgd = new ServerOptimizer.Sgd(1, 0);
        var first = ServerStep.Next(State([0f]), [16], 1, Grid, sgd)!;

        foreach (
            var other in new ServerOptimizer[]
            {
                new ServerOptimizer.Sgd(1, 0.5),
                ServerOptimizer.Adam.Usual(1),
                sgd with
                {
                    AverageFrom = 1,
                },
            }
        )
        {
            Assert.ThrowsExactly<ArgumentException>(() => ServerStep.Next(first, [16], 1, Grid, other));
            Assert.ThrowsExactly<ArgumentException>(() => other.ResultOf(first));
        }

        Assert.IsNotNull(ServerStep.Next(first, [16], 1, Grid, sgd with { AverageFrom = 2 }), "its mean begins with the next round");
    }

    [TestMethod]
    public void A_caller_that_passes_another_length_or_no_divisor_is_told()
    {
        var optimizer = new ServerOptimizer.Sgd(1, 0);

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
