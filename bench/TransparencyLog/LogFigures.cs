using System.Globalization;
using Federated.Bench.Reporting;

namespace Federated.Bench.TransparencyLog;

/// <summary>What one run of the audit log came to; times are of one core.</summary>
internal sealed record LogFigures
{
    public required int Entries { get; init; }

    public required int EntryBytes { get; init; }

    public required int Batch { get; init; }

    /// <summary>Entries a second, with all files made and a checkpoint signed for each batch.</summary>
    public required double AppendsPerSecond { get; init; }

    /// <summary>Milliseconds for a proof of inclusion from files that are checked on the way; nothing read before. Median and the slowest hundredth.</summary>
    public required double ProofMedianMs { get; init; }

    public required double ProofSlowMs { get; init; }

    /// <summary>The same where the reader keeps what it has checked.</summary>
    public required double ProofKeptMs { get; init; }

    /// <summary>Entries a second on one core, everything but the entries' signatures.</summary>
    public required double VerifiedPerSecond { get; init; }

    /// <summary>True if the log verified and so did every proof.</summary>
    public required bool Verified { get; init; }

    internal string ToText()
    {
        var table = new TextTable("figure", "here", "wanted");
        table.Add("entries", Number(Entries, 0), "1,000,000");
        table.Add("bytes of an entry", Number(EntryBytes, 0), "");
        table.Add("appends a second", Number(AppendsPerSecond, 0), "10,000");
        table.Add("ms for a proof, nothing read before: median", Number(ProofMedianMs, 3), "1");
        table.Add("ms for a proof, nothing read before: 99 of 100 within", Number(ProofSlowMs, 3), "1");
        table.Add("ms for a proof, same reader: mean", Number(ProofKeptMs, 3), "1");
        table.Add("verified entries a second", Number(VerifiedPerSecond, 0), "500,000");
        return $"{table}log and proofs verified: {(Verified ? "yes" : "NO")}\n";
    }

    private static string Number(double value, int decimals) => value.ToString($"N{decimals}", CultureInfo.InvariantCulture);
}
