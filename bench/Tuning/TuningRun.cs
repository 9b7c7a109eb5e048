using System.Globalization;
using System.Text;
using Federated.Bench.Reporting;
using TorchSharp;

namespace Federated.Bench.Tuning;

/// <summary>All settings of the grid on all studies.</summary>
/// <param name="Studies">Names, in order.</param>
/// <param name="Results">Best first.</param>
internal sealed record TuningRun(IReadOnlyList<string> Studies, IReadOnlyList<TuningRun.Result> Results)
{
    private const int Shown = 15;

    /// <summary>Losses this close cannot be told apart by five folds.</summary>
    private const double Alike = 0.001;

    /// <summary>One setting's AUROC on each study, and how far it falls behind the best setting of a study at worst.</summary>
    internal sealed record Result(TuningSettings Settings, double[] Auroc, double WorstLoss);

    internal static TuningRun Of(DirectoryInfo data, int seed)
    {
        torch.set_num_threads(1);
        var make = new TuningStudies(seed);
        TuningStudy[] studies = [make.FlambyPooledMoments(data), make.FlambyPublicRanges(data), make.Real(data), make.Synthetic()];
        var progress = new Progress("settings", TuningSettings.Grid.Count);
        var scores = new List<(TuningSettings Settings, double[] Auroc)>();
        foreach (var settings in TuningSettings.Grid)
        {
            scores.Add((settings, [.. studies.Select(study => study.Auroc(settings))]));
            progress.Advance();
        }

        double[] best = [.. studies.Select((_, i) => scores.Max(score => score.Auroc[i]))];
        var results = scores
            .Select(score => new Result(score.Settings, score.Auroc, score.Auroc.Zip(best, (auroc, top) => top - auroc).Max()))
            .OrderBy(result => result.WorstLoss);
        return new TuningRun([.. studies.Select(study => study.Name)], [.. results]);
    }

    /// <summary>
    /// Among the settings that lose about least at worst, those about best on average, and of those the gentlest: the smallest learning rate, then the
    /// least momentum, then the best. The default serves the mlp too, which bears large steps worse.
    /// </summary>
    internal TuningSettings Choice
    {
        get
        {
            var steady = Results.Where(result => result.WorstLoss <= Results[0].WorstLoss + Alike).ToList();
            var best = steady.Max(result => result.Auroc.Average());
            return steady
                .Where(result => result.Auroc.Average() >= best - Alike)
                .OrderBy(result => result.Settings.LearningRate)
                .ThenBy(result => result.Settings.Momentum)
                .ThenByDescending(result => result.Auroc.Average())
                .First()
                .Settings;
        }
    }

    internal string ToText()
    {
        var text = new StringBuilder();
        text.Append(
            "Mean AUROC on held-back training rows over five folds; the settings that lose least on the study where they lose most come first.\n\n"
        );
        var table = new TextTable(["rank", "settings", .. Studies, "worst loss"]);
        for (var i = 0; i < Results.Count; i++)
        {
            var result = Results[i];
            var isDefault = result.Settings == TuningSettings.Default;
            if (i < Shown || isDefault)
            {
                table.Add([
                    (i + 1).ToString(CultureInfo.InvariantCulture) + (isDefault ? " (default)" : ""),
                    result.Settings.ToString(),
                    .. result.Auroc.Select(Figure),
                    Figure(result.WorstLoss),
                ]);
            }
        }

        return text.Append(table).Append('\n').Append(CultureInfo.InvariantCulture, $"choice: {Choice}\n").ToString();
    }

    internal object ToJson() =>
        new
        {
            studies = Studies,
            choice = Choice.ToString(),
            results = Results.Select(result => new
            {
                learning_rate = result.Settings.LearningRate,
                batch_size = result.Settings.BatchSize,
                local_epochs = result.Settings.LocalEpochs,
                momentum = result.Settings.Momentum,
                weight_decay = result.Settings.WeightDecay,
                is_default = result.Settings == TuningSettings.Default,
                auroc = result.Auroc,
                worst_loss = result.WorstLoss,
            }),
        };

    private static string Figure(double value) => value.ToString("f4", CultureInfo.InvariantCulture);
}
