using Federated.Learning.Metrics;
using Federated.Learning.Training;

namespace Federated.Bench.FlambyHeart;

/// <summary>One model on the test rows.</summary>
/// <param name="Accuracy">Of each hospital.</param>
/// <param name="MeanAuroc">Mean of the hospitals' AUROC.</param>
/// <param name="Risks">Of all test rows, hospital after hospital.</param>
internal sealed record FlambyScores(double[] Accuracy, double MeanAuroc, float[] Risks)
{
    internal double MeanAccuracy => Accuracy.Average();

    /// <param name="model">Its parameters.</param>
    /// <param name="each">Scale on which each hospital's own test is scored.</param>
    /// <param name="union">Scale on which all test rows together are.</param>
    /// <param name="scorer">Applies the model.</param>
    internal static FlambyScores Of(float[] model, FlambyScale each, FlambyScale union, Scorer scorer)
    {
        var metrics = each
            .Hospitals.Select(hospital => BinaryMetrics.Of(scorer.Probabilities(model, hospital.Test), hospital.Test.Labels.Span))
            .ToList();
        return new FlambyScores(
            [.. metrics.Select(m => m.Accuracy)],
            metrics.Average(m => m.Auroc!.Value), // every hospital tests both classes
            scorer.Probabilities(model, union.Test)
        );
    }
}
