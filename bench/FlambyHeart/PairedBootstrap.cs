using Federated.Bench.Reporting;
using Federated.Federation;
using Federated.Learning.Metrics;

namespace Federated.Bench.FlambyHeart;

/// <summary>How sure a difference of AUROC on the same test rows is.</summary>
/// <param name="Difference">Mean AUROC of the first method's models minus that of the second's, on the test rows as they are.</param>
/// <param name="Error">Standard deviation of that difference over resampled test rows.</param>
internal sealed record PairedBootstrap(double Difference, double Error)
{
    private const int Resamples = 2000;

    /// <summary>True if the difference lies within two standard errors of none.</summary>
    internal bool IsWithinTwoErrors => Math.Abs(Difference) <= 2 * Error;

    /// <summary>Resamples the test rows with replacement, the same for both methods (Efron and Tibshirani 1993, chapter 8).</summary>
    /// <param name="first">Risks of the test rows, one array per seed.</param>
    /// <param name="second">Risks of the same rows.</param>
    /// <param name="labels">Of the test rows.</param>
    internal static PairedBootstrap Of(IReadOnlyList<float[]> first, IReadOnlyList<float[]> second, float[] labels)
    {
        var random = new KeyedRandom("flamby-heart/bootstrap");
        int[] rows = [.. Enumerable.Range(0, labels.Length)];
        var progress = new Progress("resamples", Resamples);
        var differences = new List<double>(Resamples);
        var difference = On(rows);
        while (differences.Count < Resamples)
        {
            foreach (ref var row in rows.AsSpan())
            {
                row = random.NextInt32(labels.Length);
            }

            differences.Add(On(rows));
            progress.Advance();
        }

        return new PairedBootstrap(difference, new Sample(differences).Deviation);

        double On(int[] drawn) => Auroc(first, labels, drawn) - Auroc(second, labels, drawn);
    }

    /// <summary>Mean AUROC of several models on drawn rows. A draw of 254 rows without both classes does not occur.</summary>
    private static double Auroc(IReadOnlyList<float[]> models, float[] labels, int[] drawn)
    {
        float[] drawnLabels = [.. drawn.Select(row => labels[row])];
        return models.Average(risks => BinaryMetrics.Of([.. drawn.Select(row => risks[row])], drawnLabels).Auroc!.Value);
    }
}
