using System.Globalization;
using System.Text;
using Federated.Bench.Reporting;

namespace Federated.Bench.FlambyHeart;

/// <summary>The benchmark's figures for people and for programs.</summary>
internal sealed class FlambyHeartReport(
    IReadOnlyList<string> hospitals,
    IReadOnlyList<FlambyFigures> repeated,
    FlambyFigures ours,
    PairedBootstrap bootstrap
)
{
    internal string ToText()
    {
        var text = new StringBuilder();
        var seeds = ours.MeanAccuracy.Count;
        text.Append(CultureInfo.InvariantCulture, $"Fed-Heart-Disease, mean ± standard error over {seeds} seeds.\n\n");
        var table = new TextTable("method", "figure", "here", "published", "difference / SE", "within 2 SE");
        foreach (var comparison in repeated.SelectMany(Comparisons))
        {
            table.Add(
                comparison.Method,
                comparison.Figure,
                Figure(comparison.Here),
                comparison.Published.ToString("f4", CultureInfo.InvariantCulture),
                comparison.Distance.ToString("f1", CultureInfo.InvariantCulture),
                comparison.IsWithin ? "yes" : "NO"
            );
        }

        text.Append(table).Append('\n');
        text.Append(OursTable()).Append('\n');
        text.Append(
            CultureInfo.InvariantCulture,
            $"AUROC on all test rows, ours − pooled: {bootstrap.Difference:f4}, standard error {bootstrap.Error:f4} (paired bootstrap over test rows): {(bootstrap.IsWithinTwoErrors ? "equal within two standard errors" : "DIFFERENT by more than two standard errors")}.\n"
        );
        return text.ToString();
    }

    internal object ToJson() =>
        new
        {
            seeds = ours.MeanAccuracy.Count,
            repeated = repeated
                .SelectMany(Comparisons)
                .Select(c => new
                {
                    method = c.Method,
                    figure = c.Figure,
                    mean = c.Here.Mean,
                    standard_error = c.Here.Error,
                    published = c.Published,
                    standard_errors_apart = c.Distance,
                    within_two = c.IsWithin,
                }),
            ours = new
            {
                accuracy = hospitals.Select((name, i) => new { hospital = name, mean = ours.Accuracy(i).Mean }),
                mean_accuracy = ours.MeanAccuracy.Mean,
                mean_auroc = ours.MeanAuroc.Mean,
                auroc = ours.OwnAuroc.Mean,
                auroc_standard_error = ours.OwnAuroc.Error,
                minus_pooled = bootstrap.Difference,
                bootstrap_standard_error = bootstrap.Error,
                within_two = bootstrap.IsWithinTwoErrors,
            },
        };

    private string OursTable()
    {
        var table = new TextTable([
            "trained on",
            .. hospitals,
            "mean accuracy",
            "mean AUROC",
            "AUROC all, own scaling",
            "AUROC all, pooled scaling",
        ]);
        foreach (var method in repeated.Append(ours))
        {
            table.Add([
                method.Name,
                .. hospitals.Select((_, i) => Figure(method.Accuracy(i))),
                Figure(method.MeanAccuracy),
                Figure(method.MeanAuroc),
                Figure(method.OwnAuroc),
                Figure(method.PooledAuroc),
            ]);
        }

        return table.ToString();
    }

    private IEnumerable<Comparison> Comparisons(FlambyFigures method)
    {
        var published = method.Published!;
        for (var i = 0; i < hospitals.Count; i++)
        {
            yield return Comparison.WithSample(method.Name, $"accuracy {hospitals[i]}", method.Accuracy(i), published.Accuracy(i));
        }

        yield return Comparison.WithSample(method.Name, "mean accuracy", method.MeanAccuracy, published.MeanAccuracy);
        yield return Comparison.WithMean(method.Name, "mean AUROC", method.MeanAuroc, published.MeanAuroc);
        yield return Comparison.WithMean(method.Name, "AUROC all test rows", method.PooledAuroc, published.UnionAuroc);
    }

    private static string Figure(Sample sample) => string.Create(CultureInfo.InvariantCulture, $"{sample.Mean:f4} ± {sample.Error:f4}");

    /// <summary>A figure of ours beside a published one; the distance is in standard errors of the difference.</summary>
    private sealed record Comparison(string Method, string Figure, Sample Here, double Published, double Distance)
    {
        internal bool IsWithin => Math.Abs(Distance) <= 2;

        internal static Comparison WithSample(string method, string figure, Sample here, Sample published) =>
            new(method, figure, here, published.Mean, Ratio(here.Mean - published.Mean, here.ErrorOfDifference(published)));

        internal static Comparison WithMean(string method, string figure, Sample here, double published) =>
            new(method, figure, here, published, Ratio(here.Mean - published, here.ErrorOfDifference(PublishedFigures.Seeds)));

        // Where every seed of ours and of theirs has one value, both errors are 0 and rounding is all that is left of the difference.
        private static double Ratio(double difference, double error) => Math.Abs(difference) < 1e-9 ? 0 : difference / error;
    }
}
