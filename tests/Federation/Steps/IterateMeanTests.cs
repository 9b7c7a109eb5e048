using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Steps;

namespace Federated.Federation.Tests.Steps;

/// <summary>What a study gives in the end may be a mean of its models; its rounds never see it.</summary>
[TestClass]
public sealed class IterateMeanTests
{
    private static readonly ReleaseGrid Grid = new(4, 1000, 4);
    private static readonly long[][] Sums =
    [
        [16, -32],
        [48, 0],
        [-16, 80],
        [160, 16],
        [3, -7],
    ];

    [TestMethod]
    [DataRow(1, DisplayName = "from the first model on")]
    [DataRow(3, DisplayName = "from the third model on")]
    [DataRow(5, DisplayName = "the last model alone")]
    public void The_result_is_the_mean_of_the_models_from_a_round_on(int from)
    {
        var optimizer = new ServerOptimizer.Sgd(0.5, 0.5) { AverageFrom = from };

        var models = Run(optimizer);

        for (var round = 1; round <= Sums.Length; round++)
        {
            var result = optimizer.ResultOf(models[round]);
            var counted = models[from..Math.Max(from, round + 1)];
            for (var i = 0; i < result.Length; i++)
            {
                var expected = round < from ? models[round].Parameters[i] : counted.Average(model => (double)model.Parameters[i]);
                Assert.AreEqual(expected, result[i], 1e-6, $"round {round}, parameter {i}");
            }
        }
    }

    [TestMethod]
    [DataRow("sgd")]
    [DataRow("adam")]
    public void Rounds_go_on_from_the_model_and_not_from_the_mean(string kind)
    {
        ServerOptimizer plain = kind == "adam" ? ServerOptimizer.Adam.Usual(0.1) : new ServerOptimizer.Sgd(0.5, 0);

        var without = Run(plain);
        var with = Run(plain with { AverageFrom = 2 });

        for (var round = 0; round <= Sums.Length; round++)
        {
            CollectionAssert.AreEqual(without[round].Parameters, with[round].Parameters);
            Assert.HasCount(without[round].Memory.Length + (round >= 2 ? 1 : 0), with[round].Memory);
            Assert.AreEqual(round < 2, without[round].Hash == with[round].Hash, "the mean counts in the hash");
        }
    }

    [TestMethod]
    public void Without_a_mean_the_result_is_the_model_itself()
    {
        var optimizer = new ServerOptimizer.Sgd(0.5, 0.5);

        foreach (var model in Run(optimizer))
        {
            CollectionAssert.AreEqual(model.Parameters, optimizer.ResultOf(model));
        }
    }

    [TestMethod]
    public void A_mean_of_the_same_models_is_that_model_to_the_bit()
    {
        var optimizer = new ServerOptimizer.Sgd(1, 0) { AverageFrom = 1 };
        float[] values = [0.1f, -3.3e-20f, float.MaxValue, float.Epsilon];
        var state = new ModelState(new RoundNumber(0), [.. values], []);
        for (var round = 0; round < 7; round++)
        {
            state = ServerStep.Next(state, new long[values.Length], 1, Grid, optimizer)!;
        }

        CollectionAssert.AreEqual(values, optimizer.ResultOf(state));
    }

    private static ModelState[] Run(ServerOptimizer optimizer)
    {
        var states = new List<ModelState> { new(new RoundNumber(0), [1f, -2f], []) };
        foreach (var sum in Sums)
        {
            states.Add(ServerStep.Next(states[^1], sum, 0.75, Grid, optimizer)!);
        }

        return [.. states];
    }
}
