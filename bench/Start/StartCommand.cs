using System.CommandLine;
using System.Globalization;
using Federated.Bench.Reporting;

namespace Federated.Bench.Start;

/// <summary><c>fed-bench start</c>: how soon a hospital's node is there, and what it costs while nothing is to be done.</summary>
internal static class StartCommand
{
    internal static Command Create()
    {
        var runs = Options.Whole("--runs", "How often a node is started, 1 to 100.", 5, 1, 100);
        var idle = Options.Whole("--idle", "Seconds that a node idles before its memory is read, 1 to 600.", 5, 1, 600);
        var json = Options.Json();
        var command = new Command(
            "start",
            "Time a real node from its start to its session with a real coordinator, and read its resident memory while it idles, before any model."
        )
        {
            runs,
            idle,
            json,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var file = parsed.GetValue(json);
                JsonFile.RefuseUnwritable(file);
                using var consortium = await SmallConsortium.MakeAsync(cancellationToken);
                await using var coordinator = consortium.StartCoordinator();
                await coordinator.WaitForAsync("Listening on", cancellationToken);
                var results = new List<StartFigures>();
                var progress = new Progress("starts", parsed.GetValue(runs));
                for (var run = 0; run < parsed.GetValue(runs); run++)
                {
                    results.Add(await RunAsync(consortium, TimeSpan.FromSeconds(parsed.GetValue(idle)), cancellationToken));
                    progress.Advance();
                }

                Console.WriteLine(ToText(results));
                JsonFile.Write(file, new { results });
                return 0;
            }
        );
        return command;
    }

    /// <summary>One start.</summary>
    /// <param name="ConnectedMs">From the start of the process to its line that it is connected.</param>
    /// <param name="IdleMegabytes">Resident memory (VmRSS) after the idle time, in 10^6 bytes; files that are mapped included.</param>
    private sealed record StartFigures(double ConnectedMs, double IdleMegabytes);

    private static async Task<StartFigures> RunAsync(SmallConsortium consortium, TimeSpan idle, CancellationToken cancellationToken)
    {
        await using var node = consortium.StartNode();
        var connected = await node.WaitForAsync("Connected to", cancellationToken);
        await Task.Delay(idle, cancellationToken);
        return new StartFigures(connected.TotalMilliseconds, node.ResidentBytes() / 1e6);
    }

    private static string ToText(IReadOnlyList<StartFigures> results)
    {
        var table = new TextTable("figure", "median", "worst", "runs");
        Add("start-up to connected, ms", results.Select(run => run.ConnectedMs));
        Add("resident memory of an idle node, MB", results.Select(run => run.IdleMegabytes));
        return table.ToString();

        void Add(string name, IEnumerable<double> values)
        {
            var ordered = values.Order().ToList();
            var median = (ordered[(ordered.Count - 1) / 2] + ordered[ordered.Count / 2]) / 2;
            table.Add(name, Figure(median), Figure(ordered[^1]), ordered.Count.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static string Figure(double value) => value.ToString("f0", CultureInfo.InvariantCulture);
}
