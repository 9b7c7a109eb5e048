using System.Collections.Immutable;

namespace Federated.Bench.PrivacyUtility;

/// <summary>One published point: mean accuracy of the four hospitals.</summary>
/// <param name="Claimed">ε as published; infinite for none.</param>
/// <param name="Accuracy">Mean accuracy of the hospitals at a threshold of one half.</param>
/// <param name="Counted">ε at the same δ if every step is counted, least and most over the hospitals; null where nobody counted.</param>
internal sealed record PublishedPoint(double Claimed, double Accuracy, (double Least, double Most)? Counted);

/// <summary>
/// FLamby (Ogier du Terrail et al., NeurIPS 2022, datasets track), the same rows, features and split, trained with Opacus at δ = 1e-3. The ε there is
/// understated: 15 epochs are accounted, while each hospital takes 1,500 steps on batches that are no Poisson samples.
/// </summary>
internal static class PublishedCurve
{
    internal const double Delta = 1e-3;

    internal static ImmutableArray<PublishedPoint> Points { get; } =
    [
        new(0.1, 0.629, null),
        new(1, 0.702, (1.5, 4.4)),
        new(5, 0.700, (7, 24)),
        new(10, 0.698, null),
        new(double.PositiveInfinity, 0.7125, null),
    ];
}
