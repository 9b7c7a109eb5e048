using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Hosting;
using Google.Protobuf;

namespace Federated.Coordinator.Storage;

/// <summary>
/// The coordinator's memory: one SQLite file in a folder of its own, write-ahead log, so that a forced commit that returned survives a power cut
/// (synchronous = FULL), and any other one the death of the process (NORMAL). Thread-safe: one writer, and readers beside it.
/// </summary>
/// <remarks>
/// Order of writes, and what is true on disk if we die between two of them:
/// 1. <see cref="AddStudy"/> before the researcher is answered. Before: the study is unknown, and the researcher submits again. After: it runs.
/// 2. <see cref="Save"/> with an attempt's number before its invitations. Before: no site has heard of the attempt. After: the next one has a higher number,
///    so that no site is asked twice for the same attempt. (A new study, and a round's commit, already hold number 1: one forced write a round.)
/// 3. <see cref="Save"/> with an attempt's survivors before they are announced (M6). Before: no site has heard of them, and the attempt dies with us. After: the attempt dies with
///    us too, since masked inputs are in memory only; the next one invites exactly these survivors, since sites may have shown shares for them and then sign no others.
/// 4. <see cref="Save"/> with a round (sum, proof, next model's hash, H4) before <c>RoundCommitted</c> is announced. Before: the round is tried again, no site has taken a step, and
///    sites that showed shares show them again for the same survivors only. After: every site can fetch the sum, however often we die.
/// 5. <see cref="Save"/> with a phase before anybody hears of it.
/// 6. What the log says of any of these is written in the same transaction, so that nothing counts of which the log says nothing, and the other way round. It is forced before a
///    checkpoint over it is signed (<see cref="ForceLog"/>): two checkpoints of one size then never disagree, however often we die. The log's files are made from these rows.
/// Masked inputs are not here: an attempt dies with the process (<see cref="KeptInputs"/> has them for auditors). Receipts and events are not forced: they inform people and nodes, and no decision of ours rests on
/// the last few.
/// </remarks>
internal sealed class CoordinatorStore : IDisposable
{
    /// <summary>Name of the database in the state folder.</summary>
    internal const string FileName = "coordinator.db";

    /// <summary>For the pages around the data, for events, and for a round's entries of the log: in the database, its write-ahead log and the log's files.</summary>
    private const long Margin = 256 * 1024;

    private readonly Lock _writing = new();
    private readonly Lock _reading = new();
    private readonly FolderLock _lock;
    private readonly Database _writer; // guarded by _writing
    private readonly Database _reader; // guarded by _reading
    private readonly string _folder;
    private bool _forces = true; // guarded by _writing; the connection's synchronous = FULL
    private long _logSize; // guarded by _writing
    private bool _isLogForced = true; // guarded by _writing

    /// <summary>Opens or makes the database in a folder, which then belongs to this process alone.</summary>
    /// <exception cref="OperatorException">It cannot be opened, is damaged, of another version, or another coordinator has it.</exception>
    internal CoordinatorStore(string folder)
    {
        var path = Path.Combine(folder, FileName);
        _folder = folder;
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException(
                $"The state folder {folder} cannot be made: {e.Message}",
                "check coordinator.state and its permissions",
                e
            );
        }

        _lock = FolderLock.Take(Path.Combine(folder, "lock"), $"state folder {folder}");
        try
        {
            _writer = Database.Open(path);
            _reader = Database.Open(path);
            _logSize = _writer.Guard("read", () => StoredLog.SizeOf(_writer));
        }
        catch
        {
            _writer?.Dispose();
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>All studies, the oldest first.</summary>
    /// <exception cref="OperatorException">A stored plan does not have its hash, or rounds have gaps: the file was altered or damaged.</exception>
    internal IReadOnlyList<StoredStudy> Load()
    {
        lock (_reading)
        {
            return _reader.Guard("read", () => StoredStudies.Read(_reader));
        }
    }

    /// <summary>The sum of a committed round, as it is on disk.</summary>
    internal byte[] Sum(Digest plan, RoundNumber round) => Blob("sum", plan, round);

    /// <summary>The proof of a committed round, as it is on disk.</summary>
    internal byte[] Proof(Digest plan, RoundNumber round) => Blob("proof", plan, round);

    private byte[] Blob(string column, Digest plan, RoundNumber round)
    {
        lock (_reading)
        {
            return _reader.Guard(
                "read",
                () =>
                    _reader
                        .Rows(
                            $"SELECT {column} FROM rounds WHERE plan_hash = $hash AND round = $round",
                            row => (byte[])row[0],
                            ("$hash", plan.ToArray()),
                            ("$round", (long)round.Value)
                        )
                        .Single()
            );
        }
    }

    /// <summary>Called after a commit that the log grew by, on the thread that made it; must not block.</summary>
    internal Action? LogGrew { get; set; }

    /// <summary>Entries of the log.</summary>
    internal long LogSize
    {
        get
        {
            lock (_writing)
            {
                return _logSize;
            }
        }
    }

    /// <summary>Entries from a place on, in order, at most so many.</summary>
    internal IReadOnlyList<LogLine> LogFrom(long place, int most)
    {
        lock (_reading)
        {
            return _reader.Guard("read", () => StoredLog.Read(_reader, place, most));
        }
    }

    /// <summary>Our own entries of a study, or of none, the newest first.</summary>
    internal IReadOnlyList<ReadOnlyMemory<byte>> LogOf(Digest? plan, int most)
    {
        lock (_reading)
        {
            return _reader.Guard("read", () => StoredLog.NewestOf(_reader, plan, most));
        }
    }

    /// <summary>A site's entries before a place, the last first, at most so many.</summary>
    internal IReadOnlyList<(long Place, LogLine Line)> LogOfSite(SiteName site, long before, int most)
    {
        lock (_reading)
        {
            return _reader.Guard("read", () => StoredLog.OfSite(_reader, site, before, most));
        }
    }

    /// <summary>Entries of a study, everybody's, in order.</summary>
    internal IReadOnlyList<LogLine> LogOfStudy(Digest plan)
    {
        lock (_reading)
        {
            return _reader.Guard("read", () => StoredLog.OfStudy(_reader, plan));
        }
    }

    /// <summary>Where an entry is.</summary>
    /// <exception cref="InvalidOperationException">The log does not have it.</exception>
    internal long PlaceOf(LogLine line) =>
        FindInLog(line) ?? throw new InvalidOperationException("An entry was looked for that nobody had appended.");

    /// <summary>Where an entry is; null if the log does not have it.</summary>
    internal long? FindInLog(LogLine line)
    {
        lock (_reading)
        {
            return _reader.Guard("read", () => StoredLog.PlaceOf(_reader, line));
        }
    }

    /// <summary>Writes entries that belong to no change of a study, durably.</summary>
    /// <returns>Place of each; of one that the log has already, where it is.</returns>
    internal IReadOnlyList<long> AddToLog(params IReadOnlyList<LogLine> lines)
    {
        Commit(isForced: true, lines, static () => { });
        return [.. lines.Select(PlaceOf)];
    }

    /// <summary>Makes sure that every entry is on disk for good.</summary>
    /// <returns>How many there are.</returns>
    internal long ForceLog()
    {
        lock (_writing)
        {
            if (_isLogForced)
            {
                return _logSize;
            }
        }

        return Commit(isForced: true, [], () => StoredLog.Touch(_writer)); // a forced commit forces all before it
    }

    /// <summary>Registers a study, durably, and says so in the log.</summary>
    internal void AddStudy(SignedPlan signed, DateTimeOffset now, LogLine registered) =>
        Commit(
            isForced: true,
            [registered],
            () =>
                _writer.Execute(
                    "INSERT INTO studies VALUES ($hash, $plan, $certificate, $signature, $by, $now, 'running', '', 1)",
                    ("$hash", signed.Hash.ToArray()),
                    ("$plan", signed.Plan.ToArray()),
                    ("$certificate", signed.Certificate.ToArray()),
                    ("$signature", signed.Signature.ToArray()),
                    ("$by", signed.Researcher),
                    ("$now", now.ToUnixTimeMilliseconds())
                )
        );

    /// <summary>Writes a change of one study, all of it or nothing; see the order of writes.</summary>
    /// <param name="plan">Which study.</param>
    /// <param name="change">What changed.</param>
    /// <param name="isForced">True if somebody will rely on it.</param>
    /// <returns>Entries of the log after it.</returns>
    /// <exception cref="OperatorException">The disk is full or broken: nothing of the change is on disk.</exception>
    internal long Save(Digest plan, StudyChange change, bool isForced) =>
        Commit(isForced, change.Entries, () => WriteUnderLock(plan.ToArray(), change));

    /// <summary>Refuses to begin what the disk has no room for.</summary>
    /// <param name="bytes">What the next commit will write.</param>
    /// <exception cref="OperatorException">Less is free.</exception>
    internal void RequireRoom(long bytes)
    {
        var free = new DriveInfo(_folder).AvailableFreeSpace;
        if (free < bytes + Margin)
        {
            throw new OperatorException(
                $"The disk of {_folder} is full: {free / 1024} KiB are free, and the next round needs {(bytes + Margin) / 1024}.",
                "free space on that disk, then start the coordinator again: what was committed is there, and the round is tried again"
            );
        }
    }

    public void Dispose()
    {
        lock (_reading)
        {
            _reader.Dispose();
        }

        lock (_writing)
        {
            _writer.Dispose();
        }

        _lock.Dispose();
    }

    private void ForceUnderLock(bool isForced)
    {
        if (_forces != isForced)
        {
            _writer.Execute(isForced ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
            _forces = isForced;
        }
    }

    /// <summary>One transaction: entries of the log, and what they speak of.</summary>
    /// <returns>Entries of the log after it.</returns>
    private long Commit(bool isForced, IReadOnlyList<LogLine> entries, Action writeUnderLock)
    {
        long before;
        long after;
        lock (_writing)
        {
            before = after = _logSize;
            _writer.Guard(
                "written",
                () =>
                {
                    ForceUnderLock(isForced);
                    using var transaction = _writer.Begin();
                    foreach (var entry in entries)
                    {
                        after += StoredLog.Append(_writer, after, entry);
                    }

                    writeUnderLock();
                    transaction.Commit();
                    return true;
                }
            );
            _logSize = after;
            _isLogForced = isForced || (_isLogForced && after == before);
        }

        if (after > before)
        {
            LogGrew?.Invoke();
        }

        return after;
    }

    private void WriteUnderLock(byte[] hash, StudyChange change)
    {
        if (change.Change.Fixed is { } survivors)
        {
            _writer.Execute(
                "INSERT INTO survivors VALUES ($hash, $round, $attempt, $survivors, $h3)",
                ("$hash", hash),
                ("$round", (long)survivors.Round.Value),
                ("$attempt", (long)survivors.Attempt.Value),
                ("$survivors", string.Join(' ', survivors.Survivors)),
                ("$h3", survivors.H3.ToArray())
            );
        }

        if (change.Change.Round is { } round)
        {
            _writer.Execute(
                "INSERT INTO rounds VALUES ($hash, $round, $attempt, $survivors, $sum, $sum_hash, $next, $result, $proof)",
                ("$hash", hash),
                ("$round", (long)round.Round.Value),
                ("$attempt", (long)round.Attempt.Value),
                ("$survivors", string.Join(' ', round.Survivors)),
                ("$sum", change.Change.Sum.ToArray()),
                ("$sum_hash", round.SumHash.ToArray()),
                ("$next", round.NextModelHash.ToArray()),
                ("$result", round.Result.ToArray()),
                ("$proof", change.Change.Proof.ToArray())
            );
        }

        if (change.Change.Snapshot is { } model)
        {
            _writer.Execute(
                "INSERT INTO snapshots VALUES ($hash, $round, $model) ON CONFLICT DO UPDATE SET round = $round, model = $model",
                ("$hash", hash),
                ("$round", (long)model.Round.Value),
                ("$model", model.ToBytes())
            );
        }

        _writer.Execute(
            "UPDATE studies SET state = $state, reason = $reason, attempt = $attempt WHERE plan_hash = $hash",
            ("$state", change.Phase.Name()),
            ("$reason", change.Reason),
            ("$attempt", (long)change.Attempt.Value),
            ("$hash", hash)
        );
        foreach (var (site, received) in change.Receipts)
        {
            _writer.Execute(
                "INSERT INTO receipts VALUES ($hash, $site, $round, $attempt) ON CONFLICT DO UPDATE SET round = $round, attempt = $attempt",
                ("$hash", hash),
                ("$site", site.Value),
                ("$round", (long)received.Round.Value),
                ("$attempt", (long)received.Attempt.Value)
            );
        }

        foreach (var what in change.Events)
        {
            _writer.Execute(
                "INSERT INTO events VALUES ($hash, $sequence, $event)",
                ("$hash", hash),
                ("$sequence", (long)what.Sequence),
                ("$event", what.ToByteArray())
            );
        }
    }
}
