using System.Globalization;
using System.Text;
using Federated.Bench.Reporting;

namespace Federated.Bench.PrivacyUtility;

/// <summary>The benchmark's figures for people and for programs.</summary>
/// <param name="seeds">Trainings behind each mean.</param>
/// <param name="rows">One for each guarantee; the last without.</param>
/// <param name="without">Trainings that know no clipping and no noise.</param>
internal sealed class PrivacyUtilityReport(int seeds, IReadOnlyList<UtilityRow> rows, IReadOnlyList<UtilityFigures> without)
{
    /// <summary>Key of the training that the aims are measured against.</summary>
    internal const string PooledWithoutPrivacy = "none-pooled";

    internal IReadOnlyList<UtilityRow> Rows => rows;

    internal UtilityFigures Pooled => without.Single(figures => figures.Key == PooledWithoutPrivacy);

    /// <summary>The rows of one δ, by rising ε.</summary>
    internal IEnumerable<UtilityRow> At(double delta) => rows.Where(row => row.Aim.Delta == delta);

    internal string ToText()
    {
        var text = new StringBuilder();
        Line(text, $"Fed-Heart-Disease, patient-level privacy, mean ± standard error over {seeds} seeds, scored exactly on all test rows.");
        foreach (var delta in PrivacyAim.Deltas)
        {
            Line(text, $"\nDelta {PrivacyAim.Text(delta)}\n\n{Compared([.. At(delta), rows[^1]])}");
        }

        Line(text, $"\nFederated with shared noise minus the others, and standard errors of the difference\n\n{Differences()}");
        Line(text, $"\nWithout clipping and noise\n\n{WithoutPrivacy()}");
        foreach (var delta in PrivacyAim.Deltas)
        {
            Line(
                text,
                $"\nFederated with shared noise, delta {PrivacyAim.Text(delta)}: what is promised, and what the release of the evaluation says\n\n{Details(At(delta))}"
            );
        }

        Line(
            text,
            $"\nPublished at delta {PrivacyAim.Text(PublishedCurve.Delta)} (mean accuracy of the four hospitals; its epsilon is understated)\n\n{Published()}"
        );
        return text.Append('\n').Append(Aims()).ToString();
    }

    internal object ToJson() =>
        new
        {
            seeds,
            rows = rows.Select(row => new
            {
                epsilon = row.Aim.Target is null ? (double?)null : row.Aim.Epsilon,
                delta = row.Aim.Delta,
                training = Json(row.Training),
                evaluation = Json(row.Evaluation),
                methods = row.Methods.Select(Json),
            }),
            without_privacy = without.Select(Json),
            published = PublishedCurve.Points.Select(point => new
            {
                epsilon = double.IsFinite(point.Claimed) ? point.Claimed : (double?)null,
                epsilon_counted_least = point.Counted?.Least,
                epsilon_counted_most = point.Counted?.Most,
                mean_accuracy = point.Accuracy,
            }),
        };

    private static object? Json(Guarantee? guarantee) =>
        guarantee is null
            ? null
            : new
            {
                noise_multiplier = guarantee.Noise.Value,
                noise_of_a_sum = guarantee.Sum,
                epsilon = guarantee.Counted,
                epsilon_rdp = guarantee.CrossChecked,
                epsilon_floor = guarantee.Alone,
            };

    private static object Json(UtilityFigures figures) =>
        new
        {
            method = figures.Key,
            auroc = Json(figures.Auroc),
            accuracy = Json(figures.Accuracy),
            mean_auroc = Json(figures.HospitalAuroc),
            mean_accuracy = Json(figures.HospitalAccuracy),
            released_auroc = Json(figures.ReleasedAuroc),
            released_accuracy = Json(figures.ReleasedAccuracy),
        };

    private static object? Json(Sample? sample) =>
        sample is null
            ? null
            : new
            {
                mean = sample.Mean,
                standard_error = sample.Error,
                seeds = sample.Count,
            };

    private static string Compared(IReadOnlyList<UtilityRow> shown)
    {
        var table = new TextTable(["epsilon", .. shown[0].Methods.SelectMany(method => new[] { $"{method.Name}: AUROC", "accuracy" })]);
        foreach (var row in shown)
        {
            table.Add([row.Aim.EpsilonText, .. row.Methods.SelectMany(method => new[] { Figure(method.Auroc), Figure(method.Accuracy) })]);
        }

        return table.ToString();
    }

    private string Differences()
    {
        var promised = rows.Where(row => row.Aim.Target is not null).ToList();
        var table = new TextTable([
            "delta",
            "epsilon",
            .. promised[0].Methods.Skip(1).SelectMany(method => new[] { $"AUROC, minus {method.Name}", "accuracy" }),
        ]);
        foreach (var row in promised)
        {
            var federated = row.Methods[0];
            table.Add([
                PrivacyAim.Text(row.Aim.Delta!.Value),
                row.Aim.EpsilonText,
                .. row
                    .Methods.Skip(1)
                    .SelectMany(other =>
                        new[] { Difference(federated.Auroc, other.Auroc), Difference(federated.Accuracy, other.Accuracy) }
                    ),
            ]);
        }

        return table.ToString();
    }

    private string WithoutPrivacy()
    {
        var table = new TextTable("training", "AUROC", "accuracy", "mean AUROC of hospitals", "mean accuracy of hospitals");
        foreach (var method in without)
        {
            table.Add(
                method.Name,
                Figure(method.Auroc),
                Figure(method.Accuracy),
                Figure(method.HospitalAuroc),
                Figure(method.HospitalAccuracy)
            );
        }

        return table.ToString();
    }

    private string Details(IEnumerable<UtilityRow> shown)
    {
        var table = new TextTable(
            "epsilon",
            "noise z",
            "noise of a sum / C",
            "counted, PLD",
            "counted, RDP",
            "if all others collude",
            "mean AUROC of hospitals",
            "mean accuracy of hospitals",
            "released AUROC",
            "released accuracy"
        );
        foreach (var row in shown)
        {
            var (federated, training) = (row.Methods[0], row.Training!); // rows of a δ have a guarantee
            table.Add(
                row.Aim.EpsilonText,
                Number(training.Noise.Value),
                Number(training.Sum),
                training.Counted.ToString("f4", CultureInfo.InvariantCulture),
                training.CrossChecked.ToString("f4", CultureInfo.InvariantCulture),
                training.Alone.ToString("f2", CultureInfo.InvariantCulture),
                Figure(federated.HospitalAuroc),
                Figure(federated.HospitalAccuracy),
                Released(federated.ReleasedAuroc),
                Released(federated.ReleasedAccuracy)
            );
        }

        return table.ToString();
    }

    private string Published()
    {
        var table = new TextTable("epsilon as published", "counted properly", "published", "ours at that epsilon");
        foreach (var point in PublishedCurve.Points)
        {
            var ours = rows.FirstOrDefault(row => row.Aim.Epsilon.Equals(point.Claimed) && row.Aim.Delta is null or PublishedCurve.Delta);
            table.Add(
                double.IsFinite(point.Claimed) ? Number(point.Claimed) : "none",
                point.Counted is { } counted ? $"{Number(counted.Least)} to {Number(counted.Most)}" : "",
                point.Accuracy.ToString("f4", CultureInfo.InvariantCulture),
                ours is null ? "" : Figure(ours.Methods[0].HospitalAccuracy)
            );
        }

        return table.ToString();
    }

    /// <summary>What we aimed at, and whether it was reached.</summary>
    private string Aims()
    {
        var (one, two) = (FederatedAt(1), FederatedAt(2));
        var none = Pooled.Auroc.Mean;
        var table = new TextTable("aim at delta 1e-3, federated", "figure", "limit", "reached");
        Add("AUROC at epsilon 1", one.Auroc.Mean, 0.84);
        Add("accuracy at epsilon 1", one.Accuracy.Mean, 0.75);
        Add("AUROC at epsilon 2, within .02 of pooled without privacy", two.Auroc.Mean, none - 0.02);
        return table.ToString();

        void Add(string aim, double figure, double limit) =>
            table.Add(
                aim,
                figure.ToString("f4", CultureInfo.InvariantCulture),
                limit.ToString("f4", CultureInfo.InvariantCulture),
                figure > limit ? "yes" : "NO"
            );

        UtilityFigures FederatedAt(double epsilon) => At(1e-3).Single(row => row.Aim.Epsilon.Equals(epsilon)).Methods[0];
    }

    private string Released(Sample? sample) =>
        sample is null ? "hidden by noise"
        : sample.Count < seeds ? $"{Figure(sample)} ({sample.Count} of {seeds})"
        : Figure(sample);

    private static string Figure(Sample sample) => string.Create(CultureInfo.InvariantCulture, $"{sample.Mean:f4} ± {sample.Error:f4}");

    private static string Difference(Sample first, Sample second)
    {
        var (difference, error) = (first.Mean - second.Mean, first.ErrorOfDifference(second));
        return string.Create(CultureInfo.InvariantCulture, $"{difference:+0.0000;-0.0000;0.0000} ({difference / error:+0.0;-0.0;0.0} SE)");
    }

    private static string Number(double value) => value.ToString("g4", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
