using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Federated.Privacy.Evaluation;

namespace Federated.Cli.Studies;

/// <summary><c>fed study evaluation</c>: how well the model fits held-out patients, as far as noise lets it be seen.</summary>
internal static class EvaluationCommand
{
    internal static Command Create()
    {
        var plan = StudyOptions.Plan();
        var options = new StudyOptions();
        var json = StudyOptions.Json();
        var command = new Command(
            "evaluation",
            "Show what a private study released of its held-out patients: AUROC, accuracy and calibration, each with the error that noise gives it."
        )
        {
            plan,
            json,
        };
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                using var client = options.Connect(parsed);
                var hash = await PlanReference.ResolveAsync(parsed.GetRequiredValue(plan), client, cancellationToken);
                var signed = (await client.FetchPlanAsync(hash, cancellationToken)).Signed();
                var evaluation = await client.FetchEvaluationAsync(signed, hash, cancellationToken);
                if (parsed.GetValue(json))
                {
                    Console.WriteLine(JsonSerializer.Serialize(Figures(evaluation)));
                    return 0;
                }

                foreach (var line in Lines(evaluation))
                {
                    Console.WriteLine(line);
                }

                return 0;
            }
        );
        return command;
    }

    /// <summary>For people.</summary>
    internal static IEnumerable<string> Lines(ReleasedEvaluation evaluation)
    {
        yield return $"released     AUROC {Words(evaluation.Auroc())}, accuracy at 0.5 {Words(AccuracyOf(evaluation))}, of held-out patients of all sites";
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"             about {evaluation.Positives:0} positive and {evaluation.Negatives:0} negative; ± is one standard deviation of the noise"
        );
    }

    /// <summary>For programs.</summary>
    internal static object Figures(ReleasedEvaluation evaluation) =>
        new
        {
            auroc = Figure(evaluation.Auroc()),
            accuracy = Figure(AccuracyOf(evaluation)),
            positives = evaluation.Positives,
            negatives = evaluation.Negatives,
            edges = evaluation.Bins.Edges,
            calibration = evaluation.Calibration().Select(Figure),
        };

    private static NoisyFigure? AccuracyOf(ReleasedEvaluation evaluation) => evaluation.Accuracy((evaluation.Bins.Count / 2) - 1); // the edge at 0.5

    private static object? Figure(NoisyFigure? figure) =>
        figure is { } known ? new { value = known.Value, deviation = known.Deviation } : null;

    private static string Words(NoisyFigure? figure) =>
        figure is { } known
            ? string.Create(CultureInfo.InvariantCulture, $"{known.Value:f3} ± {known.Deviation:f3}")
            : "not to be seen in the noise";
}
