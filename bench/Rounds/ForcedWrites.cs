using System.Globalization;
using System.Text.RegularExpressions;
using Federated.Bench.Reporting;
using Federated.Hosting;

namespace Federated.Bench.Rounds;

/// <summary>
/// What a round waits for on disks, read from a trace of every process of a study: <c>strace -f -y -T</c> of the calls that force writes. The trace slows the processes, and not the disk: its
/// durations are those of the calls alone.
/// </summary>
/// <param name="Who">Coordinator, or a node.</param>
/// <param name="File">Which of its files.</param>
/// <param name="PerRound">Calls in a round, by one process.</param>
/// <param name="Times">Milliseconds of each call.</param>
internal sealed partial record ForcedWrites(string Who, string File, double PerRound, Sample Times)
{
    /// <summary>Says that strace is missing before anything is measured.</summary>
    /// <exception cref="OperatorException">It is not installed.</exception>
    internal static void RequireStrace()
    {
        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        if (!folders.Any(folder => System.IO.File.Exists(Path.Combine(folder, "strace"))))
        {
            throw new OperatorException("strace is not installed.", "apt-get install strace, or measure without it: --forced-writes 0");
        }
    }

    /// <summary>Arguments of strace before the program that it starts.</summary>
    /// <param name="trace">File for the trace.</param>
    internal static string[] Strace(string trace) => ["-f", "-y", "-T", "-e", "trace=fsync,fdatasync", "-o", trace];

    /// <summary>Reads a trace.</summary>
    /// <param name="lines">Of the trace.</param>
    /// <param name="sites">Nodes in the study.</param>
    /// <param name="rounds">Its rounds.</param>
    internal static IReadOnlyList<ForcedWrites> Read(IEnumerable<string> lines, int sites, int rounds)
    {
        var underWay = new Dictionary<string, string>(StringComparer.Ordinal); // by thread
        var times = new SortedDictionary<(string Who, string File), List<double>>();
        foreach (var line in lines)
        {
            if (Call().Match(line) is not { Success: true } call)
            {
                continue;
            }

            var thread = call.Groups["thread"].Value;
            var path = call.Groups["path"] is { Success: true } named ? named.Value : underWay.GetValueOrDefault(thread, "");
            underWay[thread] = path;
            if (call.Groups["seconds"] is { Success: true } seconds && PartOf(path) is { } part)
            {
                if (!times.TryGetValue(part, out var all))
                {
                    times[part] = all = [];
                }

                all.Add(1000 * double.Parse(seconds.Value, CultureInfo.InvariantCulture));
            }
        }

        return
        [
            .. times.Select(pair =>
            {
                var processes = pair.Key.Who == "coordinator" ? 1 : sites;
                return new ForcedWrites(
                    pair.Key.Who,
                    pair.Key.File,
                    pair.Value.Count / (double)(processes * rounds),
                    new Sample(pair.Value)
                );
            }),
        ];
    }

    private static (string Who, string File)? PartOf(string path)
    {
        var file = Path.GetFileName(path);
        return file.StartsWith("coordinator.db", StringComparison.Ordinal) ? ("coordinator", "database")
            : file == "journal.jsonl" ? ("node", "journal")
            : path.Contains("/ledger/", StringComparison.Ordinal) ? ("node", "ledger")
            : null;
    }

    /// <summary>A whole call, the beginning of one that another thread's line interrupts, or its end.</summary>
    [GeneratedRegex(
        """^(?<thread>\d+) +(?:(?:fsync|fdatasync)\(\d+<(?<path>[^>]*)>|<\.\.\. (?:fsync|fdatasync) resumed>).*?(?:= 0 <(?<seconds>[0-9.]+)>)?$"""
    )]
    private static partial Regex Call();
}
