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

    /// <summary>On all test rows.</summary>
    internal Sample UnionAuroc { get; } = new([.. scores.Select(s => BinaryMetrics.Of(s.Risks, labels).Auroc!.Value)]);

    /// <summary>Risks of all test rows, one array per seed.</summary>
    internal IReadOnlyList<float[]> Risks { get; } = [.. scores.Select(s => s.Risks)];

    internal Sample Accuracy(int hospital) => new([.. scores.Select(s => s.Accuracy[hospital])]);
}
