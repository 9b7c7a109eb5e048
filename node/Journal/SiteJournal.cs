using Federated.Federation;
using Federated.Hosting;
using Federated.V1;

namespace Federated.Node.Journal;

/// <summary>
/// What this site did, in order, on disk: an append-only chain of lines (docs/formats.md). A restart reads it and so releases nothing twice.
/// Thread-safe.
/// </summary>
internal sealed class SiteJournal : IDisposable
{
    /// <summary>Of one plan.</summary>
    private const int MostRefusals = 1000;

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly LineFile _file; // this and what follows: guarded by _lock
    private Digest _head;
    private long _lines;
    private JournalHistory _history;
    private OperatorException? _failed; // a write failed: what is on disk is uncertain until the next start reads it

    private SiteJournal(string path, LineFile file, JournalFile read, TimeProvider time)
    {
        _path = path;
        _file = file;
        _time = time;
        (_head, _lines, _history) = (read.Head, read.Lines, read.History);
        TornBytes = read.TornBytes;
    }

    /// <summary>Bytes of a half-written last line that were cut off at start.</summary>
    internal long TornBytes { get; }

    /// <summary>Whole lines.</summary>
    internal long Lines
    {
        get
        {
            lock (_lock)
            {
                return _lines;
            }
        }
    }

    /// <summary>What the lines say together.</summary>
    internal JournalHistory History
    {
        get
        {
            lock (_lock)
            {
                return _history;
            }
        }
    }

    /// <summary>Reads and verifies the journal, cuts a torn last line, and goes on writing behind it; makes a new one where there is none.</summary>
    /// <remarks>The caller holds the folder's lock.</remarks>
    /// <exception cref="OperatorException">As <see cref="JournalFile.Read"/>; or the file cannot be written.</exception>
    internal static SiteJournal Open(StateFolder state, SiteName site, TimeProvider time)
    {
        var read = JournalFile.Read(state.Journal, site);
        SiteJournal? journal = null;
        try
        {
            journal = new SiteJournal(state.Journal, LineFile.Open(state.Journal, read.WholeBytes), read, time);
            if (read.Lines == 0)
            {
                // If we die before this line is on disk, the next start finds no journal or a torn line, and makes a new one.
                journal.Record(new JournalEntry.Opened(site));
                FolderSync.Force(state.Root); // or else the file's name may be lost with all its forced lines
            }

            return journal;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            journal?.Dispose();
            throw NotWritten(state.Journal, e);
        }
    }

    /// <summary>What the journal remembers of one plan.</summary>
    internal PlanHistory Of(Digest plan) => History.Of(plan);

    /// <summary>
    /// Writes that a vector is about to leave, and forces it to disk; false, and nothing is written, if that attempt or a later one was
    /// answered before, or if the operator or the study's end stopped releases meanwhile. Only after true may a first byte leave.
    /// </summary>
    /// <param name="plan">Plan hash.</param>
    /// <param name="attempt">The attempt that the vector answers.</param>
    /// <param name="vector">Digest of its bytes.</param>
    /// <param name="refusal">Why not, where not.</param>
    /// <exception cref="OperatorException">The journal cannot be written: nothing may leave.</exception>
    internal bool TryRelease(Digest plan, Attempt attempt, Digest vector, out DeclineCode refusal)
    {
        lock (_lock)
        {
            var history = _history.Of(plan);
            refusal =
                history.Completed is not null ? DeclineCode.StudyOver
                : history.Decision is { Approved: false } ? DeclineCode.Rejected
                : _history.IsPaused ? DeclineCode.Paused
                : attempt <= history.Last ? DeclineCode.Replay
                : DeclineCode.Unspecified;
            if (refusal != DeclineCode.Unspecified)
            {
                return false;
            }

            // If we die before this returns, nothing of the vector has left; whether or not the line reached the disk, no other vector of this
            // attempt did or will. If we die after it, part of the vector may have left, and the line is on disk: this attempt is never
            // answered again. Either way the attempt is lost, and the next one is new work.
            AppendUnderLock(new JournalEntry.Releasing(plan, attempt, vector), force: true);
            return true;
        }
    }

    /// <summary>
    /// Writes for which survivors shares are about to be shown, and forces it to disk; false, and nothing is written, if shares were shown for others in that round, or if the
    /// operator or the study's end stopped this site meanwhile. Only after true may a share leave.
    /// </summary>
    /// <exception cref="OperatorException">The journal cannot be written: nothing may be shown.</exception>
    internal bool TryReveal(JournalEntry.Revealed entry)
    {
        lock (_lock)
        {
            var history = _history.Of(entry.Plan);
            if (
                history.Completed is not null
                || history.Decision is { Approved: false }
                || _history.IsPaused
                || _history.With(entry, out _) is null
            )
            {
                return false;
            }

            // If we die before this returns, no share has left, and after the restart this site is in no attempt. If we die after it, the sum of these sites may have been
            // opened: no share of this round is ever shown for other survivors, so that no two sums of it show their difference.
            AppendUnderLock(entry, force: true);
            return true;
        }
    }

    /// <summary>Notes why an attempt was left, as long as there are not very many: a coordinator must not fill this disk.</summary>
    internal void Refused(JournalEntry.Refused entry)
    {
        lock (_lock)
        {
            if (_history.Of(entry.Plan).Refusals < MostRefusals)
            {
                AppendUnderLock(entry, force: false); // nothing rests on it: it is for people
            }
        }
    }

    /// <summary>Writes the model and the result that a committed round gave, unless the journal has that round.</summary>
    internal void Committed(Digest plan, RoundNumber round, Digest model, Digest result)
    {
        lock (_lock)
        {
            if (round == _history.Of(plan).Committed.Next)
            {
                // Not forced: if a power cut takes this line, the round is fetched and computed again after the restart, and the next release
                // forces all lines before it. What is lost until then is a second pair of eyes on one round, not a vector.
                AppendUnderLock(new JournalEntry.Committed(plan, round, model, result), force: false);
            }
        }
    }

    /// <summary>Writes anything else, and forces it to disk: what an operator decided holds from when this returns.</summary>
    /// <exception cref="OperatorException">The journal cannot be written.</exception>
    internal void Record(JournalEntry entry)
    {
        lock (_lock)
        {
            AppendUnderLock(entry, force: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void AppendUnderLock(JournalEntry entry, bool force)
    {
        if (_failed is { } failed)
        {
            throw failed;
        }

        var next =
            _history.With(entry, out var fault) ?? throw new InvalidOperationException($"A {entry.GetType().Name} was refused: {fault}.");
        var written = new JournalLine(_lines + 1, _head, _time.GetUtcNow(), entry);
        var line = written.ToBytes();
        if (line.Length > JournalLine.MaxBytes)
        {
            throw new InvalidOperationException($"A line of {line.Length} bytes would make the journal unreadable.");
        }

        try
        {
            _file.Append(line, force);
        }
        catch (IOException e)
        {
            // A line that reached the disk all the same is one of a release that never began: it only makes its attempt one that is not answered.
            _failed = NotWritten(_path, e);
            throw _failed;
        }

        (_head, _lines, _history) = (written.Hash, _lines + 1, next);
    }

    private static OperatorException NotWritten(string path, Exception e) =>
        new(
            $"Journal {path} cannot be written: {e.Message}",
            "free space on that disk, then start the node again; nothing left this site without its line, and the study goes on where it is",
            e
        );
}
