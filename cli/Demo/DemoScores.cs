using Federated.Data;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Hosting;
using Federated.Learning.Metrics;
using Federated.Learning.Training;
using TorchSharp;

namespace Federated.Cli.Demo;

/// <summary>
/// A model's scores on the union of all test rows and on each hospital's own; null where there is no test row, or where the model gives no
/// number for one.
/// </summary>
internal sealed record ModelScores(string Name, BinaryMetrics? Union, IReadOnlyList<BinaryMetrics?> PerSite);

/// <summary>
/// What the demonstration finds out from the files it was given. Nobody can do this in production: there, no one sees two hospitals' rows.
/// </summary>
internal sealed record DemoScores(
    IReadOnlyList<SplitSite> Sites,
    IReadOnlyList<ModelScores> Local,
    ModelScores Federated,
    ModelScores Pooled
)
{
    /// <summary>Trains each hospital alone and all of them pooled, and scores these models and the federated one.</summary>
    /// <exception cref="OperatorException">A hospital alone, or all pooled, cannot be trained to finite numbers.</exception>
    /// <exception cref="OperationCanceledException">Between two rounds.</exception>
    internal static DemoScores Of(StudyPlan plan, IReadOnlyList<SplitSite> sites, ModelState federated, CancellationToken cancellationToken)
    {
        torch.set_num_threads(1);
        using var scorer = new Scorer(plan.Shape, torch.CPU);
        var union = EncodedRows.Concatenate([.. sites.Select(site => site.Test)]);

        ModelScores Score(string name, ModelState model, ServerOptimizer server)
        {
            var result = server.ResultOf(model);
            BinaryMetrics? On(EncodedRows rows) => scorer.Score(result.AsSpan(), rows);
            return new ModelScores(name, On(union), [.. sites.Select(site => On(site.Test))]);
        }

        // Alone and pooled are what is had without a promise: the plain study's own settings.
        var plain = plan.Privacy is null
            ? plan
            : plan with
            {
                Privacy = null,
                Training = DefaultStudy.Training("fedavg", DefaultStudy.Rounds, plan.Training.Seed),
                Server = DefaultStudy.Server("fedavg"),
                Aggregation = DefaultStudy.Aggregation(plan.Sites.Length),
            };

        ModelState Train(string what, SiteName name, EncodedRows rows)
        {
            try
            {
                return Simulation.Run(plan.Shape, plain, [(name, rows)], torch.CPU, cancellationToken);
            }
            catch (NotFiniteNumberException e)
            {
                throw new OperatorException($"Training {what} failed: {e.Message}", "try another --model, --mode or --seed", e);
            }
        }

        var local = sites.Select(site => Score(site.Name.Value, Train($"{site.Name} alone", site.Name, site.Train), plain.Server)).ToList();
        var pooled = Train("on pooled data", sites[0].Name, EncodedRows.Concatenate([.. sites.Select(site => site.Train)]));
        return new DemoScores(sites, local, Score("federated", federated, plan.Server), Score("pooled", pooled, plain.Server));
    }
}
