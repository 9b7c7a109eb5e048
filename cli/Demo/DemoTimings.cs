using System.Text.Json;
using Federated.Federation;

namespace Federated.Cli.Demo;

/// <summary>Times of a demonstration's rounds, in milliseconds.</summary>
/// <param name="MedianMs">Of whole rounds, from invitation to committed sum.</param>
/// <param name="P95Ms">Of whole rounds.</param>
/// <param name="OverheadMedianMs">Of rounds minus the slowest site's training in them, read from the nodes' own files.</param>
internal sealed record DemoTimings(double MedianMs, double P95Ms, double OverheadMedianMs)
{
    internal static DemoTimings Of(IReadOnlyList<TimeSpan> rounds, IEnumerable<string> metricsFiles, Digest planHash)
    {
        var slowest = new double[rounds.Count];
        foreach (var line in metricsFiles.SelectMany(File.ReadLines))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.GetProperty("kind").GetString() != "trained" || root.GetProperty("plan").GetString() != planHash.ToString())
            {
                continue;
            }

            var round = root.GetProperty("round").GetInt32();
            var training = root.GetProperty("training_us").GetInt64() / 1000.0;
            slowest[round - 1] = Math.Max(slowest[round - 1], training);
        }

        double[] whole = [.. rounds.Select(time => time.TotalMilliseconds)];
        return new DemoTimings(
            Quantile(whole, 0.5),
            Quantile(whole, 0.95),
            Quantile([.. whole.Zip(slowest, (all, work) => all - work)], 0.5)
        );
    }

    private static double Quantile(double[] values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[(int)Math.Min(sorted.Length - 1, Math.Floor(share * sorted.Length))];
    }
}
