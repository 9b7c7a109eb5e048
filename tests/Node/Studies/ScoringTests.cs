using System.Text;
using System.Text.Json.Nodes;
using Federated.Data;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Fixtures;
using Federated.Learning.Training;
using TorchSharp;

namespace Federated.Node.Tests.Studies;

/// <summary>What is scored, on whom.</summary>
[TestClass]
public sealed class ScoringTests
{
    private static readonly string[] Others = ["beta", "delta", "gamma"];

    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task Where_a_plan_averages_its_models_their_mean_is_scored_and_not_the_last_of_them()
    {
        var plan = SamplePlan.ThreeOfFour() with { Server = new ServerOptimizer.Sgd(1, 0) { AverageFrom = 1 } };
        await using var bench = await StudyAtNode.JoinAsync(plan, Stop);
        var first = bench.Sum(null, [1 << 20, -(1 << 20), 1 << 19, 1 << 18], Others);
        var second = bench.Sum(first, [-(1 << 21), 1 << 20, 1 << 20, 0], Others);

        await bench.CommitAsync(first);
        await bench.CommitAsync(second);
        await bench.EndAsync(completed: true);

        var scored = File.ReadAllLines(bench.Files.Metrics)
            .Select(line => JsonNode.Parse(line)!)
            .Last(line => line["kind"]!.GetValue<string>() == "scored");
        using var scorer = new Scorer(plan.Shape, torch.CPU);
        var mean = scorer.Score(plan.Server.ResultOf(second.Next).AsSpan(), Test(plan))!;
        var last = scorer.Score(second.Next.Parameters.AsSpan(), Test(plan))!;
        Assert.AreEqual(2, scored["round"]!.GetValue<int>());
        Assert.AreEqual(second.Next.Hash.ToString(), scored["model"]!.GetValue<string>());
        Assert.AreEqual(mean.LogLoss, scored["log_loss"]!.GetValue<double>(), 1e-6);
        Assert.AreNotEqual(last.LogLoss, mean.LogLoss, 1e-3);
    }

    private static EncodedRows Test(StudyPlan plan) =>
        new HoldoutSplit(Encoding.UTF8.GetBytes(plan.Holdout.Key), plan.Holdout.Fraction).Apply(Patients.Encoded(plan, "alpha", 60)).Test;
}
