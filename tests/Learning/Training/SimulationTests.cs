using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Fixtures;
using Federated.Learning.Training;
using TorchSharp;

namespace Federated.Learning.Tests.Training;

[TestClass]
public sealed class SimulationTests
{
    private static readonly SiteName Alpha = SiteName.Parse("alpha");
    private static readonly SiteName Beta = SiteName.Parse("beta");

    [TestInitialize]
    public void OneThread() => torch.set_num_threads(1);

    [TestMethod]
    public void One_site_alone_is_plain_local_training_up_to_the_grid()
    {
        var plan = Rounds(SamplePlan.For("alpha"), 10);
        var rows = Patients.Encoded(plan, "alpha", 60);

        var federated = Simulation.Run(plan.Shape, plan, [(Alpha, rows)], torch.CPU, CancellationToken.None);

        var local = InitialModel.Of(plan).Parameters.ToArray();
        using var trainer = new SiteTrainer(plan.Shape, plan.Training, Alpha, rows, torch.CPU);
        var update = new double[local.Length];
        for (uint round = 1; round <= 10; round++)
        {
            trainer.Update(local, new RoundNumber(round), update, CancellationToken.None);
            local = [.. local.Zip(update, (parameter, step) => (float)(parameter + step))];
        }

        Assert.AreEqual(new RoundNumber(10), federated.Round);
        var step = 1 / plan.Grid.Scale;
        for (var i = 0; i < local.Length; i++)
        {
            Assert.AreEqual(local[i], federated.Parameters[i], 10 * step, $"parameter {i}");
        }
    }

    [TestMethod]
    public void Two_sites_give_the_weighted_mean_of_what_each_would_do()
    {
        var plan = Rounds(SamplePlan.For("alpha", "beta"), 1);
        plan = plan with { Sites = [new(Alpha, 3), new(Beta, 1)] };
        var (a, b) = (Patients.Encoded(plan, "alpha", 40), Patients.Encoded(plan, "beta", 30));

        var model = Simulation.Run(plan.Shape, plan, [(Alpha, a), (Beta, b)], torch.CPU, CancellationToken.None);

        var (fromA, fromB) = (Update(plan, Alpha, a), Update(plan, Beta, b));
        for (var i = 0; i < fromA.Length; i++)
        {
            Assert.AreEqual((0.75 * fromA[i]) + (0.25 * fromB[i]), model.Parameters[i], 1 / plan.Grid.Scale, $"parameter {i}");
        }
    }

    [TestMethod]
    public void Sites_that_are_absent_do_not_dilute_the_step()
    {
        var plan = Rounds(SamplePlan.For("alpha", "beta"), 1);
        var rows = Patients.Encoded(plan, "alpha", 40);

        var model = Simulation.Run(plan.Shape, plan, [(Alpha, rows)], torch.CPU, CancellationToken.None);

        var update = Update(plan, Alpha, rows);
        for (var i = 0; i < update.Length; i++)
        {
            Assert.AreEqual(update[i], model.Parameters[i], 2 / plan.Grid.Scale, $"parameter {i}");
        }
    }

    [TestMethod]
    public void The_order_of_the_sites_changes_no_bit()
    {
        var plan = Rounds(SamplePlan.For("alpha", "beta"), 4) with { Server = new ServerOptimizer.Sgd(1, 0.5) };
        var (a, b) = (Patients.Encoded(plan, "alpha", 40), Patients.Encoded(plan, "beta", 30));

        var forward = Simulation.Run(plan.Shape, plan, [(Alpha, a), (Beta, b)], torch.CPU, CancellationToken.None);
        var backward = Simulation.Run(plan.Shape, plan, [(Beta, b), (Alpha, a)], torch.CPU, CancellationToken.None);

        Assert.AreEqual(forward.Hash, backward.Hash);
    }

    [TestMethod]
    public void A_clamped_update_moves_the_model_by_the_bound_and_no_further()
    {
        var plan = Rounds(SamplePlan.For("alpha"), 3);
        plan = plan with { Aggregation = plan.Aggregation with { Bound = 0.0001220703125 } }; // 2^-13
        var rows = Patients.Encoded(plan, "alpha", 40);

        var model = Simulation.Run(plan.Shape, plan, [(Alpha, rows)], torch.CPU, CancellationToken.None);

        Assert.AreEqual(3 * 0.0001220703125, model.Parameters.Max(Math.Abs), 1e-12);
    }

    [TestMethod]
    public void Training_lowers_the_loss_and_finds_who_is_ill()
    {
        var plan = Rounds(SamplePlan.For("alpha", "beta"), 30);
        var (a, b) = (Patients.Encoded(plan, "alpha", 150), Patients.Encoded(plan, "beta", 150));
        using var scorer = new Scorer(plan.Shape, torch.CPU);

        var before = scorer.Score(InitialModel.Of(plan).Parameters.AsSpan(), a)!;
        var after = scorer.Score(
            Simulation.Run(plan.Shape, plan, [(Alpha, a), (Beta, b)], torch.CPU, CancellationToken.None).Parameters.AsSpan(),
            a
        )!;

        Assert.AreEqual(Math.Log(2), before.LogLoss, 1e-6);
        Assert.IsLessThan(0.95 * before.LogLoss, after.LogLoss);
        Assert.IsGreaterThan(0.7, after.Auroc!.Value);
    }

    [TestMethod]
    [DataRow(0, 0.1, 1e45, "the model", DisplayName = "the server's step is too large")]
    [DataRow(4, 1e6, 1e30, "alpha's update", DisplayName = "the network overflows")]
    public void Training_that_runs_away_is_an_error_and_not_a_number(int hidden, double local, double server, string what)
    {
        var plan = Rounds(hidden == 0 ? SamplePlan.For("alpha") : SamplePlan.For("alpha").WithHidden(hidden), 50) with
        {
            Server = new ServerOptimizer.Sgd(server, 0.9),
        };
        plan = plan with { Training = plan.Training with { LearningRate = local, BatchSize = 1 } };
        var rows = Patients.Encoded(plan, "alpha", 20);

        var error = Assert.ThrowsExactly<NotFiniteNumberException>(() =>
            Simulation.Run(plan.Shape, plan, [(Alpha, rows)], torch.CPU, CancellationToken.None)
        );

        Assert.Contains($"{what} is not finite; lower the learning rate", error.Message);
    }

    [TestMethod]
    public void Training_that_is_cancelled_ends_between_rounds()
    {
        var plan = Rounds(SamplePlan.For("alpha"), 1);
        var rows = Patients.Encoded(plan, "alpha", 20);

        Assert.ThrowsExactly<OperationCanceledException>(() =>
            Simulation.Run(plan.Shape, plan, [(Alpha, rows)], torch.CPU, new CancellationToken(canceled: true))
        );
    }

    private static StudyPlan Rounds(StudyPlan plan, int rounds) => plan with { Training = plan.Training with { Rounds = rounds } };

    private static double[] Update(StudyPlan plan, SiteName site, Federated.Data.EncodedRows rows)
    {
        using var trainer = new SiteTrainer(plan.Shape, plan.Training, site, rows, torch.CPU);
        var update = new double[plan.Shape.ParameterCount];
        trainer.Update(InitialModel.Of(plan).Parameters.AsSpan(), new RoundNumber(1), update, CancellationToken.None);
        return update;
    }
}
