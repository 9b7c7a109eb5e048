using Federated.Data;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Learning.Metrics;
using Federated.Learning.Training;
using TorchSharp;

namespace Federated.Bench.Tuning;

/// <summary>Training rows of one site, and the part of them that is held back to choose settings.</summary>
internal sealed record FoldSite(SiteName Name, EncodedRows Train, EncodedRows Validation);

/// <summary>One set of hospitals on which settings are tried.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Shape">The model.</param>
/// <param name="Plan">The plan; settings replace its training.</param>
/// <param name="Folds">Each a split of the sites' training rows.</param>
internal sealed record TuningStudy(string Name, ModelShape Shape, StudyPlan Plan, IReadOnlyList<IReadOnlyList<FoldSite>> Folds)
{
    /// <summary>Mean over the folds of the AUROC on all held-back rows.</summary>
    internal double Auroc(TuningSettings settings)
    {
        var plan = settings.Apply(Plan);
        using var scorer = new Scorer(Shape, torch.CPU);
        return Folds.Average(fold =>
        {
            var model = Simulation.Run(Shape, plan, [.. fold.Select(site => (site.Name, site.Train))], torch.CPU, CancellationToken.None);
            var held = EncodedRows.Concatenate([.. fold.Select(site => site.Validation)]);
            return BinaryMetrics.Of(scorer.Probabilities(plan.Server.ResultOf(model).AsSpan(), held), held.Labels.Span).Auroc!.Value;
        });
    }
}
