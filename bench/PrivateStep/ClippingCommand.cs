using System.CommandLine;
using System.Globalization;
using Federated.Bench.GpuTraining;
using Federated.Bench.Micro;
using Federated.Bench.Reporting;
using Federated.Bench.TorchStep;
using TorchSharp;

namespace Federated.Bench.PrivateStep;

/// <summary><c>fed-bench clipping</c>: what per-patient clipping costs a training step, beside the step without it and beside PyTorch from Python.</summary>
internal static class ClippingCommand
{
    /// <summary>Of a synthetic hospital: enough to have 256 rows that are complete.</summary>
    private const int Patients = 600;

    private static readonly int[][] Networks =
    [
        [],
        [64, 32],
        [256, 256],
    ];

    internal static Command Create()
    {
        var repeats = Options.Whole("--repeats", "Samples of each implementation, 3 to 1000.", 31, 3, 1000);
        var python = new Option<FileInfo>("--python")
        {
            Description = "Python with torch; left out of the table if it is not there.",
            DefaultValueFactory = _ => new FileInfo("/usr/bin/python3"),
        };
        var json = Options.Json();
        var command = new Command(
            "clipping",
            "Time a training step with per-patient clipping, without it, and in PyTorch from Python, by turns on one thread."
        )
        {
            repeats,
            python,
            json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                var file = parsed.GetValue(json);
                JsonFile.RefuseUnwritable(file);
                torch.set_num_threads(1);
                Run(parsed.GetValue(repeats), parsed.GetValue(python)!, file, cancellationToken);
                return Task.FromResult(0);
            }
        );
        return command;
    }

    private static void Run(int repeats, FileInfo python, FileInfo? file, CancellationToken cancellationToken)
    {
        var rows = new SyntheticFile(Patients).Encode(GpuTrainingCommand.Features);
        using var peer = python.Exists ? new Peer("Python", python.FullName, Path.Combine(AppContext.BaseDirectory, "step.py")) : null;
        int[] batches = [64, 256];
        var progress = new Progress("cases", Networks.Length * batches.Length);
        var results = new List<ClippingFigures>();
        foreach (var hidden in Networks)
        {
            foreach (var batch in batches)
            {
                cancellationToken.ThrowIfCancellationRequested();
                results.Add(ClippingFigures.Measure(hidden, batch, rows, peer, repeats));
                progress.Advance();
            }
        }

        Console.WriteLine(
            $"CPU: {MachineWords.Processor}; 1 of them used. libtorch {torch.__version__}. Steps a second; ratios of speeds.\n"
        );
        Console.WriteLine(ToText(results));
        JsonFile.Write(
            file,
            new
            {
                cpu = MachineWords.Processor,
                libtorch = torch.__version__,
                repeats,
                results,
            }
        );
    }

    private static TextTable ToText(List<ClippingFigures> results)
    {
        var table = new TextTable(
            "network, batch",
            "plain",
            "clipped",
            "Python",
            "clipped / plain",
            "per layer / plain",
            "two rows a patient / plain",
            "plain / Python"
        );
        foreach (var result in results)
        {
            table.Add(
                Text($"{result.Widths}, {result.Batch}"),
                Text($"{result.Plain:n0}"),
                Text($"{result.Clipped:n0}"),
                result.Python is { } python ? Text($"{python:n0}") : "–",
                Text($"{result.Kept:f2}"),
                Text($"{result.KeptByLayer:f2}"),
                Text($"{result.KeptInPairs:f2}"),
                result.PlainToPython is { } ratio ? Text($"{ratio:f2}") : "–"
            );
        }

        return table;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
