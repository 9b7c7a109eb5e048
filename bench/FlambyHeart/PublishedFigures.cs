using Federated.Bench.Reporting;

namespace Federated.Bench.FlambyHeart;

/// <summary>One method's published figures.</summary>
/// <param name="Right">Test rows that were right, for each of the five published seeds 42 to 46: cleveland, hungarian, switzerland, va.</param>
/// <param name="MeanAuroc">Mean of the four hospitals' AUROC, from a re-run of the same set-up; not part of the publication.</param>
/// <param name="UnionAuroc">AUROC on all test rows, from the same re-run.</param>
internal sealed record PublishedFigures(int[][] Right, double MeanAuroc, double UnionAuroc)
{
    /// <summary>Seeds behind each published mean.</summary>
    internal const int Seeds = 5;

    /// <summary>Test rows of the hospitals, in the same order.</summary>
    private static readonly double[] TestRows = [104, 89, 16, 45];

    // FLamby publishes accuracies per seed in flamby/results/results_benchmark_fed_heart_disease/heart_seed{42..46}.csv
    // (as of commits a422b61c and f553c7ac); each is a whole number of test rows over the hospital's.
    internal static PublishedFigures Pooled { get; } =
        new(
            [
                [83, 68, 12, 29],
                [81, 68, 12, 29],
                [82, 68, 12, 29],
                [81, 68, 12, 29],
                [80, 68, 12, 29],
            ],
            0.8557,
            0.8813
        );

    internal static PublishedFigures LocalCleveland { get; } =
        new(
            [
                [76, 67, 11, 30],
                [78, 68, 12, 30],
                [76, 67, 10, 30],
                [78, 68, 13, 30],
                [80, 68, 12, 28],
            ],
            0.8396,
            0.8636
        );

    internal static PublishedFigures LocalSwitzerland { get; } =
        new(
            [
                [59, 41, 13, 30],
                [51, 34, 13, 34],
                [44, 32, 10, 26],
                [49, 35, 13, 30],
                [47, 32, 9, 31],
            ],
            0.5424,
            0.4961
        );

    internal static PublishedFigures FedAvg { get; } =
        new(
            [
                [79, 62, 11, 28],
                [75, 66, 12, 30],
                [77, 67, 8, 26],
                [76, 60, 12, 28],
                [73, 65, 9, 32],
            ],
            0.8197,
            0.8200
        );

    /// <summary>Accuracy at one hospital, over the seeds.</summary>
    internal Sample Accuracy(int hospital) => new([.. Right.Select(right => right[hospital] / TestRows[hospital])]);

    /// <summary>Mean accuracy of the four hospitals, over the seeds.</summary>
    internal Sample MeanAccuracy => new([.. Right.Select(right => right.Zip(TestRows, (n, of) => n / of).Average())]);
}
