using System.Globalization;
using System.Text.Json.Nodes;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Privacy.Plans;

namespace Federated.Cli.Studies;

/// <summary>What a plan means, for the person who decides on it. Says every value, those that were left out in the study's file too.</summary>
internal static class PlanSummary
{
    /// <summary>Bytes of the vector that a site sends in a round, without framing.</summary>
    internal static long BytesSent(StudyPlan plan) => (long)plan.Shape.ParameterCount * ReleaseGrid.LaneBits / 8;

    /// <summary>Bytes of the sum that a site fetches in a round, without framing.</summary>
    internal static long BytesFetched(StudyPlan plan) => (long)plan.Shape.ParameterCount * sizeof(long);

    /// <summary>For people: name and value of each line.</summary>
    internal static void Print(StudyPlan plan)
    {
        foreach (var (name, value) in Lines(plan))
        {
            Console.WriteLine($"{name, -12} {value}");
        }
    }

    /// <summary>For programs: the plan as it is hashed, and what follows from it.</summary>
    internal static JsonObject Json(StudyPlan plan) =>
        new()
        {
            ["plan_hash"] = Digest.Of(plan.ToBytes()).ToString(),
            ["name"] = plan.Name,
            ["inputs"] = plan.Layout.Width,
            ["parameters"] = plan.Shape.ParameterCount,
            ["bytes_sent_per_site_and_round"] = BytesSent(plan),
            ["bytes_fetched_per_site_and_round"] = BytesFetched(plan),
            ["plan"] = JsonNode.Parse(plan.ToBytes()),
        };

    private static IEnumerable<(string Name, string Value)> Lines(StudyPlan plan)
    {
        yield return ("study", plan.Name);
        yield return ("purpose", plan.Purpose);
        yield return ("plan hash", Digest.Of(plan.ToBytes()).ToString());
        foreach (var (line, i) in ReleaseWords.Lines(plan).Select((line, i) => (line, i)))
        {
            yield return (i == 0 ? "privacy" : "", line);
        }

        if (PlanWords.Warning(plan) is { } warning)
        {
            yield return ("PAIR", warning);
        }

        yield return ("masking", string.Join("; ", PlanWords.Masking(plan)));
        yield return ("sites", $"{plan.Sites.Length}, of which {plan.Aggregation.MinimumSites} must take part in a round: {Roster(plan)}");
        yield return ("schema", $"{plan.Schema}, {Text($"{plan.Outcome.Variable} above {plan.Outcome.PositiveAbove} is positive")}");
        yield return (
            "features",
            $"{plan.Features.Length}, {plan.Layout.Width} inputs: {string.Join(", ", plan.Layout.Inputs.Select(i => i.Name))}"
        );
        yield return ("held out", Text($"{plan.Holdout.Fraction:0.##%} of the patients"));
        yield return (
            "model",
            $"{plan.Model.Kind} {Layers(plan)}, {Text($"{plan.Shape.ParameterCount:n0}")} parameters, seed {plan.Model.Seed}"
        );
        yield return ("training", Training(plan.Training));
        yield return ("server", Server(plan.Server));
        yield return (
            "sums",
            Text(
                $"each coordinate within ±{plan.Aggregation.Bound}, grid 2^{-plan.Aggregation.ScaleBits}; {plan.Aggregation.Timeout.TotalSeconds} s and {plan.Aggregation.Attempts} attempts for a round"
            )
        );
        yield return ("scores", plan.EvaluateEvery == 0 ? "never" : $"at the sites, every {plan.EvaluateEvery} rounds");
        yield return ("traffic", Text($"a site sends {BytesSent(plan):n0} and fetches {BytesFetched(plan):n0} bytes a round"));
    }

    private static string Roster(StudyPlan plan)
    {
        var areEqual = plan.Sites.All(site => site.Weight == plan.Sites[0].Weight);
        return string.Join(", ", plan.Sites.Select(site => areEqual ? site.Name.Value : Text($"{site.Name} (weight {site.Weight})")));
    }

    private static string Layers(StudyPlan plan) => string.Join(" → ", plan.Shape.Layers.Select(l => l.Inputs).Append(1));

    private static string Training(TrainingPlan training)
    {
        var batch = training.BatchSize == 0 ? "all patients at once" : $"batches of {training.BatchSize}";
        var local = training.Mode == "fedavg" ? Text($", {training.LocalEpochs} local epochs, learning rate {training.LearningRate}") : "";
        return Text(
            $"{training.Rounds} rounds of {training.Mode}{local}, {batch}, weight decay {training.WeightDecay}, seed {training.Seed}"
        );
    }

    private static string Server(ServerOptimizer server)
    {
        var settings = server switch
        {
            ServerOptimizer.Sgd sgd => Text($", momentum {sgd.Momentum}"),
            ServerOptimizer.Adam adam => Text($", beta1 {adam.Beta1}, beta2 {adam.Beta2}, epsilon {adam.Epsilon}"),
            _ => throw new ArgumentException($"There are no words for {server.Kind}.", nameof(server)),
        };
        var mean = server.AverageFrom == 0 ? "" : $"; the result is the mean of the models from round {server.AverageFrom} on";
        return Text($"{server.Kind}, learning rate {server.LearningRate}{settings}{mean}");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
