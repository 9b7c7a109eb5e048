using System.Globalization;
using System.Text.Json.Serialization;
using Federated.Bench.Reporting;

namespace Federated.Bench.SecureAggregation;

/// <summary>What one party's round cost.</summary>
internal sealed record PartyFigures
{
    /// <summary>Milliseconds of CPU; of sites, the median.</summary>
    [JsonPropertyName("cpu_ms")]
    public required double CpuMs { get; init; }

    /// <summary>Bytes sent; of sites, the median.</summary>
    [JsonPropertyName("bytes_up"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long BytesUp { get; init; }

    /// <summary>Bytes received; of sites, the median.</summary>
    [JsonPropertyName("bytes_down"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long BytesDown { get; init; }
}

/// <summary>One phase of the round.</summary>
/// <param name="Name">keys, shares, inputs, survivors or unmasking.</param>
/// <param name="SiteCpuMs">CPU of a site, median.</param>
/// <param name="AggregatorCpuMs">CPU of the aggregator.</param>
/// <param name="WallMs">Of the simulated network, at the aggregator.</param>
internal sealed record PhaseFigures(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("site_cpu_ms")] double SiteCpuMs,
    [property: JsonPropertyName("aggregator_cpu_ms")] double AggregatorCpuMs,
    [property: JsonPropertyName("wall_ms")] double WallMs
);

/// <summary>One measured configuration.</summary>
internal sealed record SecAggFigures
{
    [JsonPropertyName("sites")]
    public required int Sites { get; init; }

    [JsonPropertyName("dimension")]
    public required int Dimension { get; init; }

    [JsonPropertyName("dropouts")]
    public required int Dropouts { get; init; }

    [JsonPropertyName("suite")]
    public required int Suite { get; init; }

    [JsonPropertyName("site")]
    public required PartyFigures Site { get; init; }

    [JsonPropertyName("aggregator")]
    public required PartyFigures Aggregator { get; init; }

    [JsonPropertyName("phases")]
    public required IReadOnlyList<PhaseFigures> Phases { get; init; }

    /// <summary>Bytes up beside float32 in clear.</summary>
    [JsonPropertyName("expansion")]
    public required double Expansion { get; init; }

    /// <summary>The sum is exactly that of the integers in clear.</summary>
    [JsonPropertyName("sum_exact")]
    public required bool SumExact { get; init; }

    /// <summary>Against the sum of the floating-point inputs.</summary>
    [JsonPropertyName("max_error")]
    public required double MaxError { get; init; }

    /// <summary>Half a grid step for each survivor.</summary>
    [JsonPropertyName("error_bound")]
    public required double ErrorBound { get; init; }

    /// <summary>Of the whole process, all sites and the bench's own sums in clear included.</summary>
    [JsonPropertyName("peak_mb")]
    public required double PeakMb { get; init; }

    [JsonPropertyName("mask_gb_per_s_per_core")]
    public required double MaskGbPerSecond { get; init; }

    [JsonPropertyName("openssl_gb_per_s_per_core")]
    public required double? OpenSslGbPerSecond { get; init; }

    internal string ToText()
    {
        var table = new TextTable("phase", "site CPU ms (median)", "aggregator CPU ms", "wall ms");
        foreach (var phase in Phases)
        {
            table.Add(phase.Name, Figure(phase.SiteCpuMs), Figure(phase.AggregatorCpuMs), Figure(phase.WallMs));
        }

        table.Add("all", Figure(Site.CpuMs), Figure(Aggregator.CpuMs), Figure(Phases.Sum(phase => phase.WallMs)));
        var openssl = OpenSslGbPerSecond is { } speed
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"; openssl speed -evp aes-256-ctr in the same run: {speed:f2} GB/s, ratio {MaskGbPerSecond / speed:f2}"
            )
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {Sites} sites, {Dimension} parameters, {Dropouts} dropouts, suite {Suite}
            {table}
            a site sends {Site.BytesUp} bytes ({Expansion:f3} times float32 in clear) and gets {Site.BytesDown} (of these {8L
                * Dimension} the sum)
            the sum {(
                SumExact ? "is exactly" : "IS NOT"
            )} that of the integers in clear; largest error against floating point {MaxError:g3}, bound {ErrorBound:g3}
            peak of the whole process {PeakMb:f0} MB
            masks, made and added: {MaskGbPerSecond:f2} GB/s on one core{openssl}

            """
        );
    }

    private static string Figure(double value) => value.ToString("f2", CultureInfo.InvariantCulture);
}
