using Federated.Cli.Data;
using Federated.Cli.Demo;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Hosting;

namespace Federated.Cli.Tests;

/// <summary>What a demonstration splits, trains and scores by itself.</summary>
[TestClass]
public sealed class DemoScoresTests
{
    [TestMethod]
    public void Every_hospital_with_nobody_to_train_on_is_named()
    {
        using var scratch = new TestFolder();
        var (plan, sites) = Study(scratch, rows: [1, 300, 1, 1, 1, 1, 1, 1, 1, 1]);

        var refused = Assert.ThrowsExactly<OperatorException>(() => SplitSite.Of(plan, sites));

        var faults = refused.Message.Split('\n');
        Assert.IsInRange(1, 9, faults.Length, "each of nine is held out with probability 1/3");
        Assert.DoesNotContain("site sud", refused.Message, "this one has enough");
        foreach (var fault in faults)
        {
            Assert.MatchesRegex(
                @"synthetic-\w+\.csv: nobody is left to train on at site \w+: rows 1, usable 1, held out for testing 1\.",
                fault
            );
        }

        Assert.AreEqual("give more patients, or another split with --seed", refused.Hint);
    }

    [TestMethod]
    public void Hospitals_with_nobody_to_test_on_at_all_are_refused()
    {
        using var scratch = new TestFolder();
        var (plan, sites) = Study(scratch, rows: [20, 20]);
        plan = plan with { Holdout = plan.Holdout with { Fraction = 0 } };

        var refused = Assert.ThrowsExactly<OperatorException>(() => SplitSite.Of(plan, sites));

        Assert.AreEqual("Nobody is held out for testing at site nord, site sud: no model could be scored.", refused.Message);
    }

    [TestMethod]
    public void One_hospital_with_nobody_to_test_on_is_scored_on_the_others_patients()
    {
        using var scratch = new TestFolder();
        var (plan, sites) = Study(scratch, rows: [60, 60]);
        var split = SplitSite.Of(plan, sites).ToList();
        split[0] = split[0] with { Test = split[0].Test.Select([]) };

        var scores = DemoScores.Of(plan, split, InitialModel.Of(plan), CancellationToken.None);

        Assert.IsNull(scores.Local[0].PerSite[0]);
        Assert.AreEqual(split[1].Test.Count, scores.Local[0].Union!.Rows);
        Assert.AreEqual(scores.Pooled.Union, scores.Pooled.PerSite[1]);
    }

    [TestMethod]
    public void A_model_that_gives_no_number_has_no_score_and_the_others_have()
    {
        using var scratch = new TestFolder();
        var (plan, sites) = Study(scratch, rows: [60], model: "mlp");
        // Hidden units overflow to infinity; the last layer takes one from another.
        var huge = new float[plan.Shape.ParameterCount];
        for (var i = 0; i < huge.Length; i++)
        {
            huge[i] = i % 2 == 0 ? 3e38f : -3e38f;
        }

        var scores = DemoScores.Of(
            plan,
            SplitSite.Of(plan, sites),
            new ModelState(
                new(1),
                [.. huge],
                [
                    [.. new double[huge.Length]],
                ]
            ),
            CancellationToken.None
        );

        Assert.IsNull(scores.Federated.Union);
        Assert.IsNotNull(scores.Pooled.Union);
    }

    [TestMethod]
    public void Training_that_runs_away_is_said_with_whose_it_is()
    {
        using var scratch = new TestFolder();
        var (plan, sites) = Study(scratch, rows: [60], model: "mlp");
        plan = plan with { Training = plan.Training with { LearningRate = 1e30, Rounds = 20 } };

        var refused = Assert.ThrowsExactly<OperatorException>(() =>
            DemoScores.Of(plan, SplitSite.Of(plan, sites), InitialModel.Of(plan), CancellationToken.None)
        );

        Assert.StartsWith("Training nord alone failed: In round ", refused.Message);
        Assert.Contains("is not finite", refused.Message);
    }

    private static (StudyPlan Plan, IReadOnlyList<DemoSite> Sites) Study(TestFolder scratch, int[] rows, string model = "logistic")
    {
        GenerateCommand.Write(scratch.Root, seed: 1, rows);
        var sites = DemoSite.In(scratch.Root);
        var options = new DemoOptions
        {
            DataFolder = scratch.Root,
            Sites = rows.Length,
            Rounds = 3,
            Model = model,
            Mode = "fedavg",
            Seed = 1,
            Keep = null,
            JsonFile = null,
            Port = 0,
            Chaos = null,
            Device = "cpu",
        };
        return (DemoPlan.For(options, [.. sites.Select(site => site.Name)]), sites);
    }
}
