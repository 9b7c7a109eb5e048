using System.Globalization;
using System.Text;
using Federated.Bench.Reporting;

namespace Federated.Bench.FlambyHeart;

/// <summary>Our default on one scale, and how far it is from pooled training.</summary>
internal sealed record OwnFigures(FlambyFigures Figures, PairedBootstrap MinusPooled);

/// <summary>The benchmark's figures for people and for programs.</summary>
internal sealed class FlambyHeartReport(
    IReadOnlyList<string> hospitals,
    IReadOnlyList<FlambyFigures> repeated,
    IReadOnlyList<OwnFigures> ours
)
{
    internal string ToText()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Fed-Heart-Disease, mean ± standard error over {Seeds} seeds.\n\n");
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

        return text.Append(table).Append('\n').Append(MethodTable()).Append('\n').Append(OwnTable()).ToString();
    }

    internal object ToJson() =>
        new
        {
            seeds = Seeds,
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
            ours = ours.Select(own => new
            {
                method = own.Figures.Name,
                accuracy = hospitals.Select((name, i) => new { hospital = name, mean = own.Figures.Accuracy(i).Mean }),
                mean_accuracy = own.Figures.MeanAccuracy.Mean,
                mean_auroc = own.Figures.MeanAuroc.Mean,
                auroc = own.Figures.UnionAuroc.Mean,
                auroc_standard_error = own.Figures.UnionAuroc.Error,
                minus_pooled = own.MinusPooled.Difference,
                bootstrap_standard_error = own.MinusPooled.Error,
                within_two = own.MinusPooled.IsWithinTwoErrors,
            }),
        };

    private int Seeds => repeated[0].MeanAccuracy.Count;

    private string MethodTable()
    {
        var table = new TextTable([
            "trained on",
            .. hospitals.Select(name => $"accuracy {name}"),
            "mean accuracy",
            "mean AUROC",
            "AUROC all",
        ]);
        foreach (var method in repeated.Concat(ours.Select(own => own.Figures)))
        {
            table.Add([
                method.Name,
                .. hospitals.Select((_, i) => Figure(method.Accuracy(i))),
                Figure(method.MeanAccuracy),
                Figure(method.MeanAuroc),
                Figure(method.UnionAuroc),
            ]);
        }

        return table.ToString();
    }

    private string OwnTable()
    {
        var table = new TextTable("AUROC on all test rows", "minus pooled", "standard error (paired bootstrap)", "within 2 SE");
        foreach (var own in ours)
        {
            table.Add(
                own.Figures.Name,
                own.MinusPooled.Difference.ToString("f4", CultureInfo.InvariantCulture),
                own.MinusPooled.Error.ToString("f4", CultureInfo.InvariantCulture),
                own.MinusPooled.IsWithinTwoErrors ? "yes" : "NO"
            );
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
        yield return Comparison.WithMean(method.Name, "AUROC all test rows", method.UnionAuroc, published.UnionAuroc);
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
