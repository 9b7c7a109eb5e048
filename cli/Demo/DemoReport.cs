using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Federated.Federation.Plans;
using Spectre.Console;

namespace Federated.Cli.Demo;

/// <summary>The end of a demonstration, for people and for programs.</summary>
internal sealed class DemoReport(
    DemoOptions options,
    StudyPlan plan,
    DemoScores scores,
    DemoTimings timings,
    DemoPrivacy? privacy,
    DemoChaos? chaos,
    TimeSpan training,
    TimeSpan wall
)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Prints the table.</summary>
    internal void Print(IAnsiConsole console)
    {
        console.WriteLine();
        console.WriteLine(
            "Scored exactly by the demonstration itself, from the files it was given. In production nobody can: no one sees two hospitals' rows."
        );
        var table = new Table { Border = TableBorder.Simple };
        table.AddColumn("trained on");
        foreach (var heading in new[] { "train", "test", "AUROC, all test rows", "accuracy", "AUROC, own test rows" })
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        for (var i = 0; i < scores.Sites.Count; i++)
        {
            var site = scores.Sites[i];
            var local = scores.Local[i];
            table.AddRow(
                $"{local.Name} alone",
                Count(site.Train.Count),
                Count(site.Test.Count),
                Figure(local.Union?.Auroc),
                Figure(local.Union?.Accuracy),
                Figure(local.PerSite[i]?.Auroc)
            );
        }

        AddWhole(table, scores.Federated, "all, federated");
        AddWhole(table, scores.Pooled, privacy is null ? "all, pooled" : "all, pooled, no privacy");
        console.Write(table);
        foreach (var line in privacy?.Lines() ?? [])
        {
            console.WriteLine(line);
        }

        console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{plan.Training.Rounds} rounds in {training.TotalSeconds:f1} s with start-up; a round {timings.MedianMs:f1} ms (median), {timings.P95Ms:f1} ms (95 %), of which {timings.OverheadMedianMs:f1} ms are not the slowest site's training; {wall.TotalSeconds:f1} s in all."
            )
        );
        if (chaos is not null)
        {
            Print(console, chaos);
        }
    }

    private static void Print(IAnsiConsole console, DemoChaos chaos)
    {
        var phases = string.Join(", ", chaos.PerPhase.Select(phase => $"{phase.Phase} {Count(phase.Kills)}"));
        console.WriteLine($"chaos, seed {Count(chaos.Seed)}: {Count(chaos.Kills.Count)} nodes killed, by phase: {phases}");
    }

    /// <summary>All figures.</summary>
    internal byte[] ToJson() =>
        JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                seed = options.Seed,
                synthetic = options.DataFolder is null,
                privacy = privacy is null ? JsonValue.Create(plan.PrivacyInWords) : (JsonNode)privacy.Json(),
                model = plan.Model.Kind,
                mode = plan.Training.Mode,
                sites = scores.Sites.Select(site => new
                {
                    name = site.Name.Value,
                    n_train = site.Train.Count,
                    n_test = site.Test.Count,
                }),
                federated = Whole(scores.Federated),
                pooled = Whole(scores.Pooled),
                local = scores.Local.Select(
                    (model, i) =>
                        new
                        {
                            name = model.Name,
                            auroc = model.Union?.Auroc,
                            accuracy = model.Union?.Accuracy,
                            own_auroc = model.PerSite[i]?.Auroc,
                            own_accuracy = model.PerSite[i]?.Accuracy,
                        }
                ),
                rounds = plan.Training.Rounds,
                wall_seconds = wall.TotalSeconds,
                training_seconds = training.TotalSeconds,
                round_ms = new
                {
                    median = timings.MedianMs,
                    p95 = timings.P95Ms,
                    overhead_median = timings.OverheadMedianMs,
                },
                chaos = chaos is null
                    ? null
                    : new
                    {
                        seed = chaos.Seed,
                        kills_per_phase = chaos.PerPhase.ToDictionary(phase => phase.Phase, phase => phase.Kills),
                        kills = chaos.Kills.Select(kill => new
                        {
                            site = kill.Site.Value,
                            round = kill.Round,
                            attempt = kill.Attempt,
                            phase = kill.Phase,
                        }),
                    },
            },
            Indented
        );

    private object Whole(ModelScores model) =>
        new
        {
            auroc = model.Union?.Auroc,
            accuracy = model.Union?.Accuracy,
            brier = model.Union?.Brier,
            log_loss = model.Union?.LogLoss,
            per_site = model.PerSite.Select(
                (metrics, i) =>
                    new
                    {
                        name = scores.Sites[i].Name.Value,
                        auroc = metrics?.Auroc,
                        accuracy = metrics?.Accuracy,
                    }
            ),
        };

    private void AddWhole(Table table, ModelScores model, string name)
    {
        var own = model.PerSite.Select(metrics => metrics?.Auroc).OfType<double>().ToList();
        table.AddRow(
            name,
            Count(scores.Sites.Sum(site => site.Train.Count)),
            Count(scores.Sites.Sum(site => site.Test.Count)),
            Figure(model.Union?.Auroc),
            Figure(model.Union?.Accuracy),
            own.Count == 0 ? "–" : $"{Figure(own.Average())} (mean)"
        );
    }

    private static string Count(int n) => n.ToString(CultureInfo.InvariantCulture);

    /// <summary>A dash where a figure is undefined, such as the AUROC of one class, or any of a model that gives no number.</summary>
    private static string Figure(double? value) => value is { } x ? x.ToString("f4", CultureInfo.InvariantCulture) : "–";
}
