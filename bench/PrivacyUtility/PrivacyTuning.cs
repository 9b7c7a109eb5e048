using System.Globalization;
using System.Text;
using Federated.Bench.Reporting;
using Federated.Bench.Tuning;
using Federated.Data;
using Federated.Learning.Metrics;
using Federated.Learning.Training;
using Federated.Privacy;
using Federated.Privacy.Calibration;
using TorchSharp;

namespace Federated.Bench.PrivacyUtility;

/// <summary>
/// Chooses the rule of private training by five-fold cross-validation inside training rows. No row on which the published benchmark tests takes part, nor any that the
/// demonstration holds out at this seed.
/// </summary>
/// <param name="Results">Best first.</param>
internal sealed record PrivacyTuning(IReadOnlyList<PrivacyTuning.Result> Results)
{
    private const int Shown = 12;
    private const int HonestShares = 3;

    private static readonly double[] Epsilons = [0.1, 0.25, 1, 4];
    private static readonly Delta Failure = new(1e-3);

    private static readonly IReadOnlyList<TrainingRule> Grid =
    [
        .. from steps in new[] { 16, 32, 64 }
        from norm in new[] { 0.5, 0.75, 1, 1.5 }
        from path in new[] { 45.0, 90 }
        from drift in new[] { 0.23, 0.46, 0.92 }
        select new TrainingRule(steps, norm, TrainingRule.Default.AveragedShare, path, drift),
    ];

    /// <summary>One rule's mean of AUROC and accuracy: on each study over all ε, and at each ε over all studies.</summary>
    internal sealed record Result(TrainingRule Rule, double[] OnStudy, double[] AtEpsilon)
    {
        internal double Mean => OnStudy.Average();
    }

    internal static PrivacyTuning Of(DirectoryInfo data, int seed, int repeats)
    {
        torch.set_num_threads(1);
        var make = new TuningStudies(seed);
        TuningStudy[] studies = [make.FlambyPublicRanges(data), make.Real(data), make.Synthetic()];
        var progress = new Progress("rules", Grid.Count);
        var results = new List<Result>();
        foreach (var rule in Grid)
        {
            // scores[study][ε]
            double[][] scores =
            [
                .. studies.Select(study => Epsilons.Select(epsilon => Score(study, rule, new Epsilon(epsilon), repeats)).ToArray()),
            ];
            results.Add(
                new Result(
                    rule,
                    [.. scores.Select(study => study.Average())],
                    [.. Epsilons.Select((_, i) => scores.Average(study => study[i]))]
                )
            );
            progress.Advance();
        }

        return new PrivacyTuning([.. results.OrderByDescending(result => result.Mean)]);
    }

    internal string ToText()
    {
        var text = new StringBuilder();
        text.Append("Mean of AUROC and accuracy on held-back training rows over five folds, at delta 1e-3; best first.\n\n");
        var table = new TextTable([
            "rank",
            "rule",
            "mean",
            "flamby",
            "demo, uci-heart",
            "demo, synthetic",
            .. Epsilons.Select(epsilon => $"epsilon {epsilon.ToString(CultureInfo.InvariantCulture)}"),
        ]);
        for (var i = 0; i < Results.Count; i++)
        {
            var result = Results[i];
            var isDefault = result.Rule == TrainingRule.Default;
            if (i < Shown || isDefault)
            {
                table.Add([
                    (i + 1).ToString(CultureInfo.InvariantCulture) + (isDefault ? " (default)" : ""),
                    result.Rule.ToString(),
                    Figure(result.Mean),
                    .. result.OnStudy.Select(Figure),
                    .. result.AtEpsilon.Select(Figure),
                ]);
            }
        }

        return text.Append(table).ToString();
    }

    private static double Score(TuningStudy study, TrainingRule rule, Epsilon epsilon, int repeats)
    {
        using var scorer = new Scorer(study.Shape, torch.CPU);
        return study.Folds.Average(fold =>
        {
            List<ExpectedHospital> sites = [.. fold.Select(site => new ExpectedHospital(site.Train, site.Train.Count))];
            var method = new SummedGradients(study.Shape, rule, "federated", "federated", sites, HonestShares);
            var noise = method.Release.Calibrate(new PrivacyTarget(epsilon, Failure));
            var held = EncodedRows.Concatenate([.. fold.Select(site => site.Validation)]);
            return Enumerable
                .Range(0, repeats)
                .Average(repeat =>
                {
                    // The same names for all rules: they are compared under the same draws.
                    var model = method.Train(noise, FormattableString.Invariant($"tune-privacy/{study.Name}/{epsilon}/{repeat}"));
                    var metrics = BinaryMetrics.Of(scorer.Probabilities(model, held), held.Labels.Span);
                    return (metrics.Auroc!.Value + metrics.Accuracy) / 2; // folds keep both classes
                });
        });
    }

    private static string Figure(double value) => value.ToString("f4", CultureInfo.InvariantCulture);
}
