using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Federated.Bench.Micro;
using Federated.Bench.Reporting;
using Federated.Federation.Plans;
using Federated.Federation.Schemas;
using Federated.Learning.Models;
using TorchSharp;

namespace Federated.Bench.GpuTraining;

/// <summary><c>fed-bench gpu-training</c>: a site's training on the CPU and on a GPU, by the product's own trainer.</summary>
internal static class GpuTrainingCommand
{
    /// <summary>Most that the two devices' gradients of one step may differ: both compute in float32 and add in another order.</summary>
    private const double GradientTolerance = 1e-5;

    /// <summary>
    /// Most that their updates after an epoch may differ. Each step carries the rounding of those before it on, and a unit near its ReLU's
    /// edge falls to one side or the other: the CPU's own update is as far from itself when its model moves by one unit in the last place.
    /// </summary>
    private const double UpdateTolerance = 1e-2;

    /// <summary>A hospital of the UCI size, a large one, and a registry.</summary>
    private static readonly ImmutableArray<int> Sizes = [500, 10_000, 100_000];

    /// <summary>The default study's variables without indicators: 13 inputs, as the networks' names say.</summary>
    internal static readonly ImmutableArray<FeatureSpec> Features =
    [
        .. DefaultStudy.Features.Select(feature => feature with { MissingIndicator = false }),
    ];

    internal static Command Create()
    {
        var rows = Options.Whole("--rows", "Training patients, 1 to 1000000; 0 for 500, then 10,000, then 100,000.", 0, 0, 1_000_000);
        var repeats = Options.Whole("--repeats", "Samples of each device, 1 to 100.", 5, 1, 100);
        var threads = Options.Whole("--threads", "Threads of the CPU, 1 to 256; a node's default is 1.", 1, 1, 256);
        var json = Options.Json();
        var command = new Command(
            "gpu-training",
            "Time a site's local epoch on the CPU and on a CUDA device by turns, and check that both give the same update; without such a device, time the CPU alone."
        )
        {
            rows,
            repeats,
            threads,
            json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                var file = parsed.GetValue(json);
                JsonFile.RefuseUnwritable(file);
                torch.set_num_threads(parsed.GetValue(threads));
                int[] sizes = parsed.GetValue(rows) is > 0 and var size ? [size] : [.. Sizes];
                return Task.FromResult(Run(sizes, parsed.GetValue(repeats), parsed.GetValue(threads), file, cancellationToken));
            }
        );
        return command;
    }

    private static int Run(IReadOnlyList<int> sizes, int repeats, int threads, FileInfo? file, CancellationToken cancellationToken)
    {
        var gpu = torch.cuda.is_available() ? Devices.Of("cuda") : null;
        var cards = gpu is null ? null : MachineWords.Cards;
        Console.WriteLine($"CPU: {MachineWords.Processor}; {threads} of them used");
        Console.WriteLine(
            gpu is null
                ? $"GPU: none. libtorch {torch.__version__} finds no CUDA device here; the CPU is timed alone, and nothing is compared."
                : $"GPU: {cards}"
        );
        Console.WriteLine($"libtorch {torch.__version__}\n");

        var results = new List<CaseFigures>();
        var progress = new Progress("cases", sizes.Sum(size => TrainingCase.All(size).Count()));
        foreach (var size in sizes)
        {
            var rows = new SyntheticFile(size).Encode(Features);
            foreach (var work in TrainingCase.All(size))
            {
                cancellationToken.ThrowIfCancellationRequested();
                results.Add(CaseFigures.Measure(work with { Rows = rows.Count }, rows, gpu, repeats));
                progress.Advance();
            }
        }

        Console.WriteLine(ToText(results));
        JsonFile.Write(
            file,
            new
            {
                cpu = MachineWords.Processor,
                threads,
                cards,
                libtorch = torch.__version__,
                repeats,
                gradientTolerance = GradientTolerance,
                updateTolerance = UpdateTolerance,
                results,
            }
        );
        return gpu is null || Agree(results) ? 0 : 1;
    }

    /// <summary>Says whether the devices agree. Written so that NaN does not.</summary>
    private static bool Agree(IReadOnlyList<CaseFigures> results)
    {
        var cuda = results.Select(result => result.Cuda!).ToList();
        var agree = cuda.All(figures => figures.GradientDifference <= GradientTolerance && figures.UpdateDifference <= UpdateTolerance);
        Console.WriteLine(
            $"{(agree ? "Both devices agree" : "THE DEVICES DISAGREE")}: gradients of one step differ by at most {Small(cuda.Max(figures => figures.GradientDifference))} of the CPU's ({Small(GradientTolerance)} is allowed), updates after the epoch by {Small(cuda.Max(figures => figures.UpdateDifference))} ({Small(UpdateTolerance)} is allowed)."
        );
        return agree;
    }

    private static string ToText(IReadOnlyList<CaseFigures> results)
    {
        var table = new TextTable(
            "network",
            "patients",
            "batch",
            "steps",
            "CPU ms",
            "GPU ms",
            "CPU / GPU",
            "auto takes",
            "gradient differs",
            "update differs",
            "CPU, one ulp off",
            "same bits twice"
        );
        foreach (var result in results)
        {
            var cuda = result.Cuda;
            table.Add(
                result.Widths,
                result.Rows.ToString(CultureInfo.InvariantCulture),
                result.Batch.ToString(CultureInfo.InvariantCulture),
                result.Steps.ToString(CultureInfo.InvariantCulture),
                Figure(result.CpuMs),
                cuda is null ? "–" : Figure(cuda.Ms),
                cuda is null ? "–" : Figure(cuda.Speedup),
                cuda is { IsAutomatic: true } ? "GPU" : "CPU",
                cuda is null ? "–" : Small(cuda.GradientDifference),
                cuda is null ? "–" : Small(cuda.UpdateDifference),
                cuda is null ? "–" : Small(cuda.RoundingDifference),
                cuda is null ? "–"
                    : cuda.Repeats ? "yes"
                    : "no"
            );
        }

        return table.ToString();
    }

    private static string Figure(double value) => value.ToString("f2", CultureInfo.InvariantCulture);

    private static string Small(double value) => value.ToString("0.0e-0", CultureInfo.InvariantCulture);
}
