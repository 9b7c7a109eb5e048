using System.Text;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Learning.Metrics;
using Federated.Learning.Training;
using TorchSharp;

namespace Federated.Cli.Demo;

/// <summary>One hospital's rows, split.</summary>
internal sealed record SplitSite(SiteName Name, EncodedRows Train, EncodedRows Test);

/// <summary>A model's scores on the union of all test rows and on each hospital's own.</summary>
internal sealed record ModelScores(string Name, BinaryMetrics Union, IReadOnlyList<BinaryMetrics?> PerSite);

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
    internal static DemoScores Of(StudyPlan plan, IReadOnlyList<DemoSite> sites, ModelState federated, CancellationToken cancellationToken)
    {
        torch.set_num_threads(1);
        var holdout = new HoldoutSplit(Encoding.UTF8.GetBytes(plan.Holdout.Key), plan.Holdout.Fraction);
        var layout = plan.Layout;
        var split = sites
            .Select(site =>
            {
                var (train, test) = holdout.Apply(FeatureEncoder.Encode(layout, plan.Outcome, site.Table).Rows);
                return new SplitSite(site.Name, train, test);
            })
            .ToList();
        using var scorer = new Scorer(plan.Shape, torch.CPU);

        ModelScores Score(string name, ModelState model)
        {
            var risks = split.Select(site => scorer.Probabilities(model.Parameters.AsSpan(), site.Test)).ToList();
            var labels = split.SelectMany(site => site.Test.Labels.ToArray()).ToArray();
            var perSite = split.Zip(risks, (site, p) => p.Length == 0 ? null : BinaryMetrics.Of(p, site.Test.Labels.Span));
            return new ModelScores(name, BinaryMetrics.Of([.. risks.SelectMany(p => p)], labels), [.. perSite]);
        }

        ModelState Alone(SiteName name, EncodedRows rows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Simulation.Run(plan.Shape, plan, [(name, rows)], torch.CPU);
        }

        var local = split.Select(site => Score(site.Name.Value, Alone(site.Name, site.Train))).ToList();
        var pooled = Alone(split[0].Name, EncodedRows.Concatenate([.. split.Select(site => site.Train)]));
        return new DemoScores(split, local, Score("federated", federated), Score("pooled", pooled));
    }
}
