using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Hosting;
using Federated.V1;
using Google.Protobuf;
using Microsoft.Data.Sqlite;

namespace Federated.Coordinator.Storage;

/// <summary>
/// The coordinator's memory: one SQLite file, write-ahead log, synchronous = FULL, so that a commit that returned survives a power cut. Thread-safe:
/// one connection, one writer at a time.
/// </summary>
/// <remarks>
/// Order of writes, and what is true on disk if we die between two of them:
/// 1. <see cref="AddStudy"/> before the researcher is answered. Before: the study is unknown, and the researcher submits again. After: it runs.
/// 2. <see cref="Save"/> with an attempt's number before its invitations. Before: no site has heard of the attempt. After: the next one has a higher number,
///    so that no site is asked twice for the same attempt. (A new study, and a round's commit, already hold number 1: one forced write a round.)
/// 3. <see cref="Save"/> with a round (sum, survivors, next model's hash) before <c>RoundCommitted</c> is announced. Before: the round is tried again, and no site has
///    taken a step. After: every site can fetch the sum, however often we die.
/// Vectors are not stored: an attempt dies with the process. Receipts and events go with the next change: they inform people, no decision rests on the
/// last few.
/// </remarks>
internal sealed class CoordinatorStore : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SqliteConnection _connection; // guarded by _lock

    /// <summary>Opens or makes the database.</summary>
    /// <exception cref="OperatorException">It cannot be opened, is damaged, or of another version.</exception>
    internal CoordinatorStore(string path)
    {
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            _connection.Open();
            Run("PRAGMA journal_mode = WAL");
            Run("PRAGMA synchronous = FULL");
            Run("PRAGMA foreign_keys = ON");
            var version = (long)Query("PRAGMA user_version").ExecuteScalar()!;
            if (version == 0)
            {
                using var transaction = _connection.BeginTransaction();
                Run(Schema.Sql);
                Run($"PRAGMA user_version = {Schema.Version}");
                transaction.Commit();
            }
            else if (version != Schema.Version)
            {
                throw new OperatorException(
                    $"{path} has format {version}; this coordinator reads {Schema.Version}.",
                    "run the release that wrote it, or restore a backup of this format"
                );
            }
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            _connection.Dispose();
            throw new OperatorException(
                $"The coordinator's database {path} cannot be used: {e.Message}",
                "check disk and permissions, or restore a backup",
                e
            );
        }
    }

    /// <summary>All studies.</summary>
    /// <exception cref="OperatorException">A stored plan does not have its hash, or rounds have gaps: the file was altered or damaged.</exception>
    internal IReadOnlyList<StoredStudy> Load()
    {
        lock (_lock)
        {
            var studies = new List<StoredStudy>();
            using var query = Query(
                "SELECT plan_hash, plan, certificate, signature, submitted_by, state, reason, attempt FROM studies ORDER BY submitted_ms"
            );
            using var row = query.ExecuteReader();
            while (row.Read())
            {
                var hash = new Digest((byte[])row[0]);
                var signed = new SignedPlan((byte[])row[1], (byte[])row[2], (byte[])row[3], row.GetString(4));
                if (signed.Hash != hash)
                {
                    throw new OperatorException(
                        $"The stored plan of study {hash.Abbreviated} was altered: its bytes have the hash {signed.Hash.Abbreviated}.",
                        "restore the coordinator's database from backup; find out who wrote to it"
                    );
                }

                studies.Add(
                    new StoredStudy(
                        signed,
                        Enum.Parse<StudyPhase>(row.GetString(5), ignoreCase: true),
                        row.GetString(6),
                        new AttemptNumber((uint)row.GetInt64(7)),
                        RoundsUnderLock(hash),
                        SnapshotUnderLock(hash),
                        ReceiptsUnderLock(hash),
                        EventsUnderLock(hash)
                    )
                );
            }

            return studies;
        }
    }

    internal void AddStudy(SignedPlan signed, DateTimeOffset now) =>
        Write(
            "INSERT INTO studies VALUES ($hash, $plan, $certificate, $signature, $by, $now, 'running', '', 1)",
            ("$hash", signed.Hash.ToArray()),
            ("$plan", signed.Plan.ToArray()),
            ("$certificate", signed.Certificate.ToArray()),
            ("$signature", signed.Signature.ToArray()),
            ("$by", signed.Researcher),
            ("$now", now.ToUnixTimeMilliseconds())
        );

    /// <summary>Makes a change of one study durable, all of it or nothing; see the order of writes.</summary>
    internal void Save(Digest plan, StudyChange change)
    {
        lock (_lock)
        {
            using var transaction = _connection.BeginTransaction();
            var hash = plan.ToArray();
            if (change.Round is { } round)
            {
                Execute(
                    "INSERT INTO rounds VALUES ($hash, $round, $attempt, $survivors, $sum, $sum_hash, $next)",
                    ("$hash", hash),
                    ("$round", (long)round.Round.Value),
                    ("$attempt", (long)round.Attempt.Value),
                    ("$survivors", string.Join(' ', round.Survivors)),
                    ("$sum", round.Sum.ToArray()),
                    ("$sum_hash", round.SumHash.ToArray()),
                    ("$next", round.NextModelHash.ToArray())
                );
            }

            if (change.Snapshot is { } model)
            {
                Execute(
                    "INSERT INTO snapshots VALUES ($hash, $round, $model) ON CONFLICT DO UPDATE SET round = $round, model = $model",
                    ("$hash", hash),
                    ("$round", (long)model.Round.Value),
                    ("$model", model.ToBytes())
                );
            }

            Execute(
                "UPDATE studies SET state = $state, reason = $reason, attempt = $attempt WHERE plan_hash = $hash",
                ("$state", change.Phase.ToString().ToLowerInvariant()),
                ("$reason", change.Reason),
                ("$attempt", (long)change.Attempt.Value),
                ("$hash", hash)
            );
            foreach (var (site, received) in change.Receipts)
            {
                Execute(
                    "INSERT INTO receipts VALUES ($hash, $site, $round, $attempt) ON CONFLICT DO UPDATE SET round = $round, attempt = $attempt",
                    ("$hash", hash),
                    ("$site", site.Value),
                    ("$round", (long)received.Round.Value),
                    ("$attempt", (long)received.Attempt.Value)
                );
            }

            foreach (var what in change.Events)
            {
                Execute(
                    "INSERT INTO events VALUES ($hash, $sequence, $event)",
                    ("$hash", hash),
                    ("$sequence", (long)what.Sequence),
                    ("$event", what.ToByteArray())
                );
            }

            transaction.Commit();
        }
    }

    /// <summary>Copies the database to a file while it is in use.</summary>
    internal void BackUp(string path)
    {
        lock (_lock)
        {
            Execute("VACUUM INTO $path", ("$path", path));
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _connection.Dispose();
        }
    }

    private List<CommittedRound> RoundsUnderLock(Digest plan)
    {
        using var query = Query(
            "SELECT round, attempt, survivors, sum, sum_hash, next_model_hash FROM rounds WHERE plan_hash = $hash ORDER BY round"
        );
        query.Parameters.AddWithValue("$hash", plan.ToArray());
        using var row = query.ExecuteReader();
        var rounds = new List<CommittedRound>();
        while (row.Read())
        {
            var committed = new CommittedRound(
                new RoundNumber((uint)row.GetInt64(0)),
                new AttemptNumber((uint)row.GetInt64(1)),
                [.. row.GetString(2).Split(' ').Select(SiteName.Parse)],
                (byte[])row[3],
                new Digest((byte[])row[4]),
                new Digest((byte[])row[5])
            );
            if (committed.Round.Value != rounds.Count + 1 || Digest.Of(committed.Sum.Span) != committed.SumHash)
            {
                throw new OperatorException(
                    $"The stored sum of study {plan.Abbreviated}, round {committed.Round} was altered, or a round before it is missing.",
                    "restore the coordinator's database from backup; find out who wrote to it"
                );
            }

            rounds.Add(committed);
        }

        return rounds;
    }

    private ModelState? SnapshotUnderLock(Digest plan)
    {
        using var query = Query("SELECT model FROM snapshots WHERE plan_hash = $hash");
        query.Parameters.AddWithValue("$hash", plan.ToArray());
        return query.ExecuteScalar() is byte[] bytes ? ModelState.From(bytes, out _) : null;
    }

    private Dictionary<SiteName, (RoundNumber, AttemptNumber)> ReceiptsUnderLock(Digest plan)
    {
        using var query = Query("SELECT site, round, attempt FROM receipts WHERE plan_hash = $hash");
        query.Parameters.AddWithValue("$hash", plan.ToArray());
        using var row = query.ExecuteReader();
        var receipts = new Dictionary<SiteName, (RoundNumber, AttemptNumber)>();
        while (row.Read())
        {
            receipts[SiteName.Parse(row.GetString(0))] = (new RoundNumber((uint)row.GetInt64(1)), new AttemptNumber((uint)row.GetInt64(2)));
        }

        return receipts;
    }

    private List<StudyEvent> EventsUnderLock(Digest plan)
    {
        using var query = Query("SELECT event FROM events WHERE plan_hash = $hash ORDER BY sequence");
        query.Parameters.AddWithValue("$hash", plan.ToArray());
        using var row = query.ExecuteReader();
        var events = new List<StudyEvent>();
        while (row.Read())
        {
            events.Add(StudyEvent.Parser.ParseFrom((byte[])row[0]));
        }

        return events;
    }

    private void Write(string sql, params (string Name, object Value)[] parameters)
    {
        lock (_lock)
        {
            Execute(sql, parameters);
        }
    }

    private void Execute(string sql, params (string Name, object Value)[] parameters)
    {
        using var command = Query(sql);
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }

    private void Run(string sql)
    {
        using var command = Query(sql);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Query(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
