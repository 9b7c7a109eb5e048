using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Federated.Bench.Reporting;
using Federated.Hosting;
using Federated.Learning.Models;

namespace Federated.Bench.Rounds;

/// <summary><c>fed-bench rounds</c>: whole rounds between real processes over TLS, as <c>fed demo</c> runs them.</summary>
internal static class RoundsCommand
{
    private static readonly string[] Models = ["logistic", "mlp"];

    internal static Command Create()
    {
        var sites = Options.Whole("--sites", "Synthetic hospitals, 2 to 200.", 4, 2, 200);
        var rounds = Options.Whole("--rounds", "Rounds of each study, 1 to 10000.", 200, 1, 10_000);
        var device = new Option<string>("--device") { Description = "Where the nodes train.", DefaultValueFactory = _ => "auto" };
        device.AcceptOnlyFromAmong([.. Devices.Names]);
        var writes = Options.Whole(
            "--forced-writes",
            "Rounds of one study more, under strace: what a round waits for on disks, shown apart. 0 for none.",
            40,
            0,
            10_000
        );
        var json = Options.Json();
        var command = new Command(
            "rounds",
            "Time whole rounds of the demonstration: coordinator and nodes in processes of their own, TLS, loopback."
        )
        {
            sites,
            rounds,
            device,
            writes,
            json,
        };
        command.SetAction(
            async (parsed, cancellationToken) =>
            {
                var file = parsed.GetValue(json);
                JsonFile.RefuseUnwritable(file);
                var traced = parsed.GetValue(writes);
                if (traced > 0)
                {
                    ForcedWrites.RequireStrace(); // now, and not after the studies
                }

                var results = new List<RoundTimes>();
                foreach (var model in Models)
                {
                    await Console.Error.WriteLineAsync($"fed demo --model {model} --device {parsed.GetValue(device)}");
                    results.Add(
                        await RunAsync(model, parsed.GetValue(sites), parsed.GetValue(rounds), parsed.GetValue(device)!, cancellationToken)
                    );
                }

                Console.WriteLine(ToText(results));
                var forced = traced > 0 ? await TraceAsync(parsed.GetValue(sites), traced, cancellationToken) : [];
                if (forced.Count > 0)
                {
                    Console.WriteLine(ToText(forced));
                }

                JsonFile.Write(
                    file,
                    new
                    {
                        results,
                        forced_writes = forced.Select(write => new
                        {
                            write.Who,
                            write.File,
                            write.PerRound,
                            MedianMs = write.Times.Median,
                        }),
                    }
                );
                return 0;
            }
        );
        return command;
    }

    /// <summary>One study's rounds, in milliseconds; overhead is a round minus the slowest site's training in it.</summary>
    private sealed record RoundTimes(
        string Model,
        int Sites,
        int Rounds,
        double Median,
        double P95,
        double OverheadMedian,
        double WallSeconds
    );

    private static async Task<RoundTimes> RunAsync(string model, int sites, int rounds, string device, CancellationToken cancellationToken)
    {
        var figures = Path.GetTempFileName();
        var keep = Directory.CreateTempSubdirectory("fed-bench-");
        try
        {
            await DemoAsync(
                Launcher(),
                [.. Demo(sites, rounds), "--model", model, "--device", device, "--json", figures, "--keep", keep.FullName],
                cancellationToken
            );

            using var json = JsonDocument.Parse(await File.ReadAllBytesAsync(figures, cancellationToken));
            var times = json.RootElement.GetProperty("round_ms");
            return new RoundTimes(
                model,
                sites,
                rounds,
                times.GetProperty("median").GetDouble(),
                times.GetProperty("p95").GetDouble(),
                times.GetProperty("overhead_median").GetDouble(),
                json.RootElement.GetProperty("wall_seconds").GetDouble()
            );
        }
        finally
        {
            File.Delete(figures);
            keep.Delete(recursive: true);
        }
    }

    /// <summary>One study of logistic regression, of which strace notes every forced write and how long it took.</summary>
    private static async Task<IReadOnlyList<ForcedWrites>> TraceAsync(int sites, int rounds, CancellationToken cancellationToken)
    {
        var trace = Path.GetTempFileName();
        var keep = Directory.CreateTempSubdirectory("fed-bench-");
        try
        {
            await Console.Error.WriteLineAsync("strace fed demo");
            await DemoAsync(
                "strace",
                [.. ForcedWrites.Strace(trace), Launcher(), .. Demo(sites, rounds), "--keep", keep.FullName],
                cancellationToken
            );
            return ForcedWrites.Read(File.ReadLines(trace), sites, rounds);
        }
        finally
        {
            File.Delete(trace);
            keep.Delete(recursive: true);
        }
    }

    private static string[] Demo(int sites, int rounds) =>
        ["demo", "--sites", sites.ToString(CultureInfo.InvariantCulture), "--rounds", rounds.ToString(CultureInfo.InvariantCulture)];

    private static async Task DemoAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var demo =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("The demonstration did not start.");
        await FollowAsync(demo, cancellationToken);
        if (demo.ExitCode != 0)
        {
            throw new OperatorException($"fed demo ended with exit code {demo.ExitCode}; its messages stand above.");
        }
    }

    /// <summary>Passes the demonstration's output on as progress until it ends.</summary>
    private static async Task FollowAsync(Process demo, CancellationToken cancellationToken)
    {
        try
        {
            while (await demo.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
            {
                await Console.Error.WriteLineAsync($"  {line}");
            }

            await demo.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Its daemons end with it: they watch the standard input that it holds.
            demo.Kill();
            await demo.WaitForExitAsync(CancellationToken.None);
            throw;
        }
    }

    /// <summary>The command line, built beside this one.</summary>
    private static string Launcher()
    {
        var path = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Federated.Cli", "release", "fed"));
        return File.Exists(path) ? path : throw new OperatorException($"{path} does not exist.", "build it with ./fed setup");
    }

    private static string ToText(IReadOnlyList<RoundTimes> results)
    {
        var table = new TextTable("model", "sites", "rounds", "median ms", "95 % ms", "overhead ms (median)", "wall s");
        foreach (var result in results)
        {
            table.Add(
                result.Model,
                result.Sites.ToString(CultureInfo.InvariantCulture),
                result.Rounds.ToString(CultureInfo.InvariantCulture),
                Figure(result.Median),
                Figure(result.P95),
                Figure(result.OverheadMedian),
                Figure(result.WallSeconds)
            );
        }

        return table.ToString();
    }

    private static string ToText(IReadOnlyList<ForcedWrites> forced)
    {
        var table = new TextTable("forced writes", "file", "a round, each process", "median ms", "ms a round, each process");
        foreach (var write in forced)
        {
            table.Add(
                write.Who,
                write.File,
                Figure(write.PerRound),
                write.Times.Median.ToString("f2", CultureInfo.InvariantCulture),
                (write.PerRound * write.Times.Mean).ToString("f2", CultureInfo.InvariantCulture)
            );
        }

        return table.ToString();
    }

    private static string Figure(double value) => value.ToString("f1", CultureInfo.InvariantCulture);
}
