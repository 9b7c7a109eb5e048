using Federated.Bench.Reporting;
using Federated.Learning.Metrics;

namespace Federated.Bench.FlambyHeart;

/// <summary>One method's figures over all seeds, beside the published ones where there are some.</summary>
internal sealed class FlambyFigures(string name, IReadOnlyList<FlambyScores> scores, PublishedFigures? published, float[] labels)
{
    internal string Name => name;

    internal PublishedFigures? Published => published;

    internal Sample MeanAccuracy { get; } = new([.. scores.Select(s => s.MeanAccuracy)]);

    internal Sample MeanAuroc { get; } = new([.. scores.Select(s => s.MeanAuroc)]);

    /// <summary>On all test rows, each hospital's standardized by its own training rows.</summary>
    internal Sample OwnAuroc { get; } = new([.. scores.Select(s => BinaryMetrics.Of(s.OwnRisks, labels).Auroc!.Value)]);

    /// <summary>On all test rows, standardized by all training rows together.</summary>
    internal Sample PooledAuroc { get; } = new([.. scores.Select(s => BinaryMetrics.Of(s.PooledRisks, labels).Auroc!.Value)]);

    internal Sample Accuracy(int hospital) => new([.. scores.Select(s => s.Accuracy[hospital])]);
}
