using System.Collections.Immutable;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Hosting;
using Federated.V1;

namespace Federated.Coordinator.Storage;

/// <summary>Reads studies back, and checks what can be checked without computing.</summary>
internal static class StoredStudies
{
    /// <summary>All studies, the oldest first.</summary>
    /// <exception cref="OperatorException">A plan does not have its hash, or rounds have gaps: the file was altered or damaged.</exception>
    internal static IReadOnlyList<StoredStudy> Read(Database database)
    {
        try
        {
            return ReadAll(database);
        }
        catch (Exception e)
            when (e is FormatException or ArgumentException or InvalidCastException or Google.Protobuf.InvalidProtocolBufferException)
        {
            throw Altered($"The coordinator's database holds what no release writes: {e.Message}");
        }
    }

    private static List<StoredStudy> ReadAll(Database database)
    {
        return database.Rows(
            "SELECT plan_hash, plan, certificate, signature, submitted_by, state, reason, attempt FROM studies ORDER BY submitted_ms, rowid",
            row =>
            {
                var hash = new Digest((byte[])row[0]);
                var signed = new SignedPlan((byte[])row[1], (byte[])row[2], (byte[])row[3], row.GetString(4));
                if (signed.Hash != hash)
                {
                    throw Altered(
                        $"The stored plan of study {hash.Abbreviated} was altered: its bytes have the hash {signed.Hash.Abbreviated}."
                    );
                }

                if (!Enum.TryParse<StudyPhase>(row.GetString(5), ignoreCase: true, out var phase))
                {
                    throw Altered($"Study {hash.Abbreviated} has the unknown state '{row.GetString(5)}'.");
                }

                var rounds = Rounds(database, hash);
                return new StoredStudy(
                    signed,
                    phase,
                    row.GetString(6),
                    new AttemptNumber((uint)row.GetInt64(7)),
                    Fixed(database, hash, (uint)rounds.Count + 1),
                    rounds,
                    Snapshot(database, hash),
                    Receipts(database, hash),
                    database.Rows(
                        "SELECT event FROM events WHERE plan_hash = $hash ORDER BY sequence",
                        e => StudyEvent.Parser.ParseFrom((byte[])e[0]),
                        ("$hash", hash.ToArray())
                    )
                );
            }
        );
    }

    private static List<CommittedRound> Rounds(Database database, Digest plan)
    {
        var rounds = database.Rows(
            "SELECT round, attempt, survivors, sum_hash, next_model_hash, result FROM rounds WHERE plan_hash = $hash ORDER BY round",
            row => new CommittedRound(
                new RoundNumber((uint)row.GetInt64(0)),
                new AttemptNumber((uint)row.GetInt64(1)),
                Names(row.GetString(2)),
                new Digest((byte[])row[3]),
                new Digest((byte[])row[4]),
                new Digest((byte[])row[5])
            ),
            ("$hash", plan.ToArray())
        );
        return rounds.Select((round, index) => round.Round.Value == index + 1).All(isNext => isNext)
            ? rounds
            : throw Altered($"A round of study {plan.Abbreviated} is missing.");
    }

    private static ImmutableArray<SiteName>? Fixed(Database database, Digest plan, uint round) =>
        database
            .Rows<ImmutableArray<SiteName>?>(
                "SELECT survivors FROM survivors WHERE plan_hash = $hash AND round = $round ORDER BY attempt DESC LIMIT 1",
                row => Names(row.GetString(0)),
                ("$hash", plan.ToArray()),
                ("$round", (long)round)
            )
            .SingleOrDefault();

    private static ImmutableArray<SiteName> Names(string stored) => [.. stored.Split(' ').Select(SiteName.Parse)];

    /// <summary>Null also where it cannot be read: then the rounds are stepped through, and their hashes decide.</summary>
    private static ModelState? Snapshot(Database database, Digest plan) =>
        database
            .Rows(
                "SELECT model FROM snapshots WHERE plan_hash = $hash",
                row => ModelState.From((byte[])row[0], out _),
                ("$hash", plan.ToArray())
            )
            .SingleOrDefault();

    private static Dictionary<SiteName, (RoundNumber, AttemptNumber)> Receipts(Database database, Digest plan) =>
        database
            .Rows(
                "SELECT site, round, attempt FROM receipts WHERE plan_hash = $hash",
                row =>
                    (
                        Site: SiteName.Parse(row.GetString(0)),
                        Last: (new RoundNumber((uint)row.GetInt64(1)), new AttemptNumber((uint)row.GetInt64(2)))
                    ),
                ("$hash", plan.ToArray())
            )
            .ToDictionary(receipt => receipt.Site, receipt => receipt.Last);

    private static OperatorException Altered(string what) =>
        new(what, "restore the coordinator's database from backup; find out who wrote to it");
}
