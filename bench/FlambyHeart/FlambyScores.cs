using Federated.Learning.Metrics;
using Federated.Learning.Training;

namespace Federated.Bench.FlambyHeart;

/// <summary>One model on the test rows.</summary>
/// <param name="Accuracy">Of each hospital, its test rows standardized by its own training rows.</param>
/// <param name="MeanAuroc">Mean of the hospitals' AUROC, standardized likewise.</param>
/// <param name="OwnRisks">Risks of all test rows, hospital after hospital, standardized likewise.</param>
/// <param name="PooledRisks">Risks of the same rows, standardized by all training rows together.</param>
internal sealed record FlambyScores(double[] Accuracy, double MeanAuroc, float[] OwnRisks, float[] PooledRisks)
{
    internal double MeanAccuracy => Accuracy.Average();

    internal static FlambyScores Of(float[] model, FlambyRows rows, Scorer scorer)
    {
        var risks = rows.Own.Select(hospital => scorer.Probabilities(model, hospital.Test)).ToList();
        var metrics = rows.Own.Zip(risks, (hospital, p) => BinaryMetrics.Of(p, hospital.Test.Labels.Span)).ToList();
        return new FlambyScores(
            [.. metrics.Select(m => m.Accuracy)],
            metrics.Average(m => m.Auroc!.Value), // every hospital tests both classes
            [.. risks.SelectMany(p => p)],
            scorer.Probabilities(model, rows.PooledTest)
        );
    }
}
