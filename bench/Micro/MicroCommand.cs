using System.CommandLine;
using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Federated.Bench.Reporting;
using Federated.Hosting;

namespace Federated.Bench.Micro;

/// <summary><c>fed-bench micro</c>: single operations, by BenchmarkDotNet.</summary>
internal static class MicroCommand
{
    private static readonly Type[] Benchmarks =
    [
        typeof(GridEncode),
        typeof(GridDecode),
        typeof(LanesAdd),
        typeof(ServerStepNext),
        typeof(Digests),
        typeof(Plans),
        typeof(KeyedRandoms),
        typeof(CsvReading),
        typeof(SiteUpdates),
        typeof(SecretShares),
        typeof(PeerKeys),
    ];

    internal static Command Create()
    {
        var filter = new Option<string>("--filter")
        {
            Description = $"Part of a name among {string.Join(", ", Benchmarks.Select(type => type.Name))}.",
            DefaultValueFactory = _ => "",
        };
        var json = Options.Json();
        var command = new Command(
            "micro",
            "Time single operations; those of a round also against the obvious loop, whose results they must equal bit for bit."
        )
        {
            filter,
            json,
        };
        command.SetAction(parsed =>
        {
            var file = parsed.GetValue(json);
            JsonFile.RefuseUnwritable(file);
            var results = Run(parsed.GetValue(filter)!);
            Console.WriteLine(ToText(results));
            JsonFile.Write(file, new { results });
            return 0;
        });
        return command;
    }

    /// <summary>One operation. The ratio is its time over that of the obvious loop in the same run, or null where there is none.</summary>
    private sealed record Result(
        string Benchmark,
        string Method,
        string Parameters,
        double MeanNanoseconds,
        double ErrorNanoseconds,
        double? Ratio,
        long AllocatedBytes
    );

    private static List<Result> Run(string filter)
    {
        var chosen = Benchmarks.Where(type => type.Name.Contains(filter, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (chosen.Length == 0)
        {
            throw new OperatorException(
                $"No benchmark's name contains '{filter}'.",
                $"choose from {string.Join(", ", Benchmarks.Select(type => type.Name))}"
            );
        }

        var artifacts = Directory.CreateTempSubdirectory("fed-bench-");
        try
        {
            var config = ManualConfig
                .CreateEmpty()
                // In this process: a generated project would not find the package set of this checkout.
                .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
                .AddDiagnoser(MemoryDiagnoser.Default)
                .AddColumnProvider(DefaultColumnProviders.Instance)
                .AddLogger(new ProgressLogger())
                .WithArtifactsPath(artifacts.FullName);
            var results = new List<Result>();
            foreach (var type in chosen)
            {
                results.AddRange(Collect(BenchmarkRunner.Run(type, config)));
            }

            return results;
        }
        finally
        {
            artifacts.Delete(recursive: true);
        }
    }

    private static IEnumerable<Result> Collect(Summary summary)
    {
        foreach (var report in summary.Reports)
        {
            var benchmark = report.BenchmarkCase;
            if (report.ResultStatistics is not { } statistics)
            {
                throw new InvalidOperationException($"{benchmark.DisplayInfo} gave no result; its message stands above.");
            }

            var baseline = summary.Reports.FirstOrDefault(other =>
                other.BenchmarkCase.Descriptor.Baseline && other.BenchmarkCase.Parameters.DisplayInfo == benchmark.Parameters.DisplayInfo
            );
            yield return new Result(
                benchmark.Descriptor.Type.Name,
                benchmark.Descriptor.WorkloadMethod.Name,
                benchmark.Parameters.DisplayInfo.Trim('[', ']'),
                statistics.Mean,
                statistics.StandardError,
                baseline is null ? null : statistics.Mean / baseline.ResultStatistics?.Mean,
                report.GcStats.GetBytesAllocatedPerOperation(benchmark) ?? 0
            );
        }
    }

    private static string ToText(List<Result> results)
    {
        var table = new TextTable("operation", "of", "mean", "standard error", "ratio", "allocated");
        foreach (var result in results)
        {
            table.Add(
                $"{result.Benchmark}.{result.Method}",
                result.Parameters,
                Time(result.MeanNanoseconds),
                Time(result.ErrorNanoseconds),
                result.Ratio?.ToString("f2", CultureInfo.InvariantCulture) ?? "",
                string.Create(CultureInfo.InvariantCulture, $"{result.AllocatedBytes:n0} B")
            );
        }

        return table.ToString();
    }

    private static string Time(double nanoseconds)
    {
        var (value, unit) = nanoseconds switch
        {
            < 1e3 => (nanoseconds, "ns"),
            < 1e6 => (nanoseconds / 1e3, "µs"),
            _ => (nanoseconds / 1e6, "ms"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{value:f2} {unit}");
    }

    /// <summary>Names each benchmark as it starts, and passes errors on; the rest of BenchmarkDotNet's log is left out.</summary>
    private sealed class ProgressLogger : ILogger
    {
        public string Id => nameof(ProgressLogger);

        public int Priority => 0;

        public void Write(LogKind logKind, string text)
        {
            if (logKind == LogKind.Error || text.StartsWith("// Benchmark: ", StringComparison.Ordinal))
            {
                Console.Error.WriteLine(text.TrimEnd());
            }
        }

        public void WriteLine() { }

        public void WriteLine(LogKind logKind, string text) => Write(logKind, text);

        public void Flush() => Console.Error.Flush();
    }
}
