using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Fixtures;

namespace Federated.Federation.Tests.Steps;

/// <summary>What a study does after a round, training's or the evaluation's.</summary>
[TestClass]
public sealed class StudyStepTests
{
    private static readonly StudyPlan Plan = SamplePlan.For("alpha", "beta", "gamma").WithPrivacy() with
    {
        Server = new ServerOptimizer.Sgd(1, 0.5) { AverageFrom = 1 },
    };

    // 200 patients are expected: a sum of 200·2^12 steps is a mean of 1.
    [TestMethod]
    public void A_sum_of_training_moves_the_model_by_its_mean()
    {
        var next = StudyStep.Next(Plan, Start(), [200L << 12, 0, 0, -100L << 12], Plan.Roster)!;

        Assert.AreEqual(new RoundNumber(1), next.Round);
        CollectionAssert.AreEqual(new[] { 1f, 0f, 0f, -0.5f }, next.Parameters);
    }

    [TestMethod]
    public void The_evaluation_keeps_the_model_the_memory_and_the_mean_of_models()
    {
        var trained = Trained();

        var next = StudyStep.Next(Plan, trained, [.. Enumerable.Repeat(1L << 20, 40)], Plan.Roster)!;

        Assert.AreEqual(new RoundNumber(3), next.Round);
        CollectionAssert.AreEqual(trained.Parameters, next.Parameters);
        Assert.HasCount(trained.Memory.Length, next.Memory);
        Assert.IsGreaterThan(1, trained.Memory.Length, "momentum and the mean of models are in it");
        for (var i = 0; i < trained.Memory.Length; i++)
        {
            CollectionAssert.AreEqual(trained.Memory[i], next.Memory[i]);
        }

        var (result, resultAfter) = (Plan.Server.ResultOf(trained), Plan.Server.ResultOf(next));
        CollectionAssert.AreEqual(result, resultAfter);
        CollectionAssert.AreNotEqual(trained.Parameters, result, "the result is the mean, not the last model");
    }

    [TestMethod]
    [DataRow(0, 3, DisplayName = "one number too few for a step")]
    [DataRow(0, 40, DisplayName = "an evaluation in a round of training")]
    [DataRow(2, 4, DisplayName = "a step in the round of evaluation")]
    [DataRow(2, 39, DisplayName = "one count too few")]
    [DataRow(2, 0, DisplayName = "nothing")]
    public void A_sum_of_another_length_gives_no_state(int roundsBehind, int length) =>
        Assert.IsNull(StudyStep.Next(Plan, roundsBehind == 0 ? Start() : Trained(), new long[length], Plan.Roster));

    private static ModelState Start() => new(new RoundNumber(0), [0, 0, 0, 0], []);

    private static ModelState Trained()
    {
        var first = StudyStep.Next(Plan, Start(), [200L << 12, 0, 0, 0], Plan.Roster)!;
        return StudyStep.Next(Plan, first, [0, 200L << 12, 0, 0], Plan.Roster)!;
    }
}
