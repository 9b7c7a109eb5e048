using System.CommandLine;
using System.Globalization;
using Federated.Bench.Reporting;
using Federated.Federation.Aggregation;
using Federated.Hosting;
using Federated.SecureAggregation.Suites;

namespace Federated.Bench.SecureAggregation;

/// <summary><c>fed-bench secagg</c>: what a round of secure aggregation costs a site and the coordinator.</summary>
internal static class SecAggCommand
{
    internal static Command Create()
    {
        var sites = Options.Whole("--sites", $"Sites, 2 to {Thresholds.MaxSites}.", 16, 2, Thresholds.MaxSites);
        var dim = Options.Whole("--dim", "Parameters, 1 to 100 million.", 1_000_000, 1, 100_000_000);
        var dropout = Options.Whole("--dropout", "Sites that share and then send no input.", 0, 0, Thresholds.MaxSites);
        var suite = Options.Whole("--suite", "1: X25519 and Ed25519. 2: P-256.", 1, 1, 2);
        var latency = Options.Whole("--latency-ms", "One way, of the simulated network.", 0, 0, 10_000);
        var mbit = Options.Whole("--mbit", "Of each site's link, each way; 0 for no limit.", 0, 0, 100_000);
        var warm = Options.Whole("--repeats", "Rounds; the last is reported, so that the code is compiled by then.", 3, 1, 100);
        var json = Options.Json();
        var command = new Command(
            "secagg",
            "Run the whole protocol of secure aggregation in this process, one thread for each party, and report CPU time, bytes, memory and exactness."
        )
        {
            sites,
            dim,
            dropout,
            suite,
            latency,
            mbit,
            warm,
            json,
        };
        command.SetAction(
            (parsed, cancellationToken) =>
            {
                var file = parsed.GetValue(json);
                JsonFile.RefuseUnwritable(file);
                var (n, gone) = (parsed.GetValue(sites), parsed.GetValue(dropout));
                var most = n - Thresholds.LeastMinimum(n, Thresholds.UsualColluders(n));
                if (gone > most)
                {
                    throw new OperatorException(
                        $"{gone} of {n} sites cannot drop out: at least {n - most} must be in a sum.",
                        string.Create(CultureInfo.InvariantCulture, $"use --dropout {most} or less")
                    );
                }

                var consortium = new BenchConsortium(n, parsed.GetValue(dim), gone, Suite.Numbered(parsed.GetValue(suite))!);
                SimulatedRound? round = null;
                for (var i = 0; i < parsed.GetValue(warm); i++)
                {
                    round = new SimulatedRound(consortium, gone, parsed.GetValue(latency), parsed.GetValue(mbit));
                    round.Run(cancellationToken);
                }

                var figures = FiguresOf(consortium, round!, gone);
                Console.Write(figures.ToText());
                JsonFile.Write(file, figures);
                return Task.FromResult(figures.SumExact ? 0 : 1);
            }
        );
        return command;
    }

    private static SecAggFigures FiguresOf(BenchConsortium consortium, SimulatedRound round, int dropouts)
    {
        var peak = PeakMb(); // before the speed of masks is measured
        var survivors = Enumerable.Range(0, round.Up.Length).Where(site => round.SiteCpu[site].ContainsKey("unmasking")).ToArray();
        string[] phases = ["keys", "shares", "inputs", "survivors", "unmasking"];
        var up = Median(survivors.Select(site => (double)round.Up[site]));
        return new SecAggFigures
        {
            Sites = round.Up.Length,
            Dimension = consortium.Study.Dimension,
            Dropouts = dropouts,
            Suite = consortium.Study.Suite.Number,
            Site = new PartyFigures
            {
                CpuMs = Median(survivors.Select(site => round.SiteCpu[site].Values.Sum())),
                BytesUp = (long)up,
                BytesDown = (long)Median(survivors.Select(site => (double)round.Down[site])),
            },
            Aggregator = new PartyFigures { CpuMs = round.HubCpu.Values.Sum() },
            Phases =
            [
                .. phases.Select(phase => new PhaseFigures(
                    phase,
                    Median(survivors.Select(site => round.SiteCpu[site].GetValueOrDefault(phase))),
                    round.HubCpu.GetValueOrDefault(phase),
                    round.Wall.GetValueOrDefault(phase)
                )),
            ],
            Expansion = up / (4.0 * consortium.Study.Dimension),
            SumExact = round.IsExact,
            MaxError = round.MaxError,
            ErrorBound = survivors.Length * 0.5 / consortium.Grid.Scale,
            PeakMb = peak,
            MaskGbPerSecond = MaskSpeed.GigabytesPerSecond(),
            OpenSslGbPerSecond = MaskSpeed.OpenSsl(),
        };
    }

    private static double Median(IEnumerable<double> values) => new Sample([.. values]).Median; // of survivors: a round that ended has some

    /// <summary>Most memory that this process ever had resident.</summary>
    private static double PeakMb()
    {
        const string key = "VmHWM:";
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(key, StringComparison.Ordinal));
        return double.Parse(line[key.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
    }
}
