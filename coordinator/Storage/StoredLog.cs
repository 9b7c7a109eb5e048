using Federated.Federation;
using Microsoft.Data.Sqlite;

namespace Federated.Coordinator.Storage;

/// <summary>One entry of the log as the database has it.</summary>
/// <param name="Entry">The entry's bytes.</param>
/// <param name="Site">Whose it is; null for the coordinator's own.</param>
/// <param name="Plan">Of which study; null for none.</param>
internal sealed record LogLine(ReadOnlyMemory<byte> Entry, SiteName? Site, Digest? Plan)
{
    /// <summary>SHA-256 of the entry.</summary>
    internal Digest Hash { get; } = Digest.Of(Entry.Span);
}

/// <summary>Reads and writes the database's table of the log.</summary>
internal static class StoredLog
{
    internal static long SizeOf(Database database) =>
        database.Rows("SELECT COALESCE(MAX(place) + 1, 0) FROM log", row => row.GetInt64(0)).Single();

    /// <summary>Entries from a place on, in order, at most so many.</summary>
    internal static IReadOnlyList<LogLine> Read(Database database, long place, int most) =>
        database.Rows(
            "SELECT entry, site, plan_hash FROM log WHERE place >= $place ORDER BY place LIMIT $most",
            Line,
            ("$place", place),
            ("$most", (long)most)
        );

    /// <summary>Everybody's entries of a study, in order.</summary>
    internal static IReadOnlyList<LogLine> OfStudy(Database database, Digest plan) =>
        database.Rows("SELECT entry, site, plan_hash FROM log WHERE plan_hash = $hash ORDER BY place", Line, ("$hash", plan.ToArray()));

    /// <summary>A site's entries before a place, the last first, at most so many.</summary>
    internal static IReadOnlyList<(long Place, LogLine Line)> OfSite(Database database, SiteName site, long before, int most) =>
        database.Rows(
            "SELECT entry, site, plan_hash, place FROM log WHERE site = $site AND place < $before ORDER BY place DESC LIMIT $most",
            row => (row.GetInt64(3), Line(row)),
            ("$site", site.Value),
            ("$before", before),
            ("$most", (long)most)
        );

    private static LogLine Line(SqliteDataReader row) =>
        new(
            (byte[])row[0],
            SiteName.TryParse(row.GetString(1), out var site) ? site : null,
            Digest.TryFrom((byte[])row[2], out var plan) ? plan : null
        );

    /// <summary>Our own entries of a study, or of none, the newest first.</summary>
    internal static IReadOnlyList<ReadOnlyMemory<byte>> NewestOf(Database database, Digest? plan, int most) =>
        database.Rows(
            "SELECT entry FROM log WHERE plan_hash = $hash AND site = '' ORDER BY place DESC LIMIT $most",
            row => new ReadOnlyMemory<byte>((byte[])row[0]),
            ("$hash", plan?.ToArray() ?? []),
            ("$most", (long)most)
        );

    /// <summary>Appends at a place.</summary>
    /// <returns>1; or 0 if the log has that very entry.</returns>
    internal static int Append(Database database, long place, LogLine line) =>
        database.Execute(
            "INSERT INTO log VALUES ($place, $hash, $site, $plan, $entry) ON CONFLICT (hash) DO NOTHING",
            ("$place", place),
            ("$hash", line.Hash.ToArray()),
            ("$site", line.Site?.Value ?? ""),
            ("$plan", line.Plan?.ToArray() ?? []),
            ("$entry", line.Entry.ToArray())
        );

    /// <summary>Changes nothing, in a way that is a commit.</summary>
    internal static void Touch(Database database) =>
        database.Execute("UPDATE log SET site = site WHERE place = (SELECT MAX(place) FROM log)");

    /// <summary>Where an entry is.</summary>
    internal static long? PlaceOf(Database database, LogLine line) =>
        database
            .Rows("SELECT place FROM log WHERE hash = $hash", row => (long?)row.GetInt64(0), ("$hash", line.Hash.ToArray()))
            .SingleOrDefault();
}
