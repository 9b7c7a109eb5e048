using System.Text;
using Federated.Federation;
using Federated.Hosting;
using Federated.Node.Journal;
using Federated.Privacy.Ledger;

namespace Federated.Node.Ledger;

/// <summary>
/// The privacy ledger of this node's data set, on disk. A charge counts before anything leaves under it, whatever ends the process: a crash charges at most
/// one attempt more, never less. Thread-safe, and one process at a time: the caller holds the state folder's lock.
/// </summary>
internal sealed class DataSetLedger : IDisposable
{
    private readonly Lock _lock = new();
    private readonly LedgerAnchor? _anchor;
    private readonly TimeProvider _time;
    private LedgerFile _read; // its ledger, and what follows: guarded by _lock
    private LineFile? _file; // null while there is nothing that may be appended to
    private string? _fault;
    private string? _behind;
    private OperatorException? _failed; // a write failed: what is on disk is uncertain until the next start reads it

    private DataSetLedger(DataSetName name, string path, LedgerAnchor? anchor, LedgerFile read, string? fault, TimeProvider time) =>
        (Name, Path, _anchor, _read, _fault, _time) = (name, path, anchor, read, fault, time);

    /// <summary>Whose patients.</summary>
    internal DataSetName Name { get; }

    /// <summary>The file.</summary>
    internal string Path { get; }

    /// <summary>Why every charge is refused, and what to do; null if the ledger is sound.</summary>
    internal string? Fault
    {
        get
        {
            lock (_lock)
            {
                return FaultUnderLock();
            }
        }
    }

    /// <summary>True once a person registered the data set.</summary>
    internal bool IsRegistered => History.Registration is not null;

    /// <summary>What the lines say together.</summary>
    internal LedgerHistory History
    {
        get
        {
            lock (_lock)
            {
                return _read.Ledger.History;
            }
        }
    }

    /// <summary>
    /// Reads and verifies the ledger and compares it with its anchor. One that is damaged, or behind its anchor, is opened too and says so: it refuses every
    /// charge, and its file is not touched. Nor does one that was never registered make a file.
    /// </summary>
    /// <exception cref="OperatorException">The file cannot be opened for writing.</exception>
    internal static DataSetLedger Open(StateFolder state, DataSetName name, LedgerAnchor? anchor, TimeProvider time)
    {
        var path = PathOf(state, name);
        var read = Examine(path, name, anchor, out var fault);
        var ledger = new DataSetLedger(name, path, anchor, read, fault, time);
        if (fault is null && read.Hashes.Count > 0)
        {
            try
            {
                ledger.OpenFileUnderLock(); // nobody else has it yet
            }
            catch (Exception)
            {
                ledger.Dispose();
                throw;
            }
        }

        return ledger;
    }

    /// <summary>Where the ledger of a data set lies.</summary>
    internal static string PathOf(StateFolder state, DataSetName name) => System.IO.Path.Combine(state.Ledgers, $"{name}.jsonl");

    /// <summary>Reads a ledger and compares it with its anchor; changes nothing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Whose it must be.</param>
    /// <param name="anchor">Where there is one.</param>
    /// <param name="fault">Why nothing may be charged to it, and what to do; null if it is sound, or not there yet.</param>
    internal static LedgerFile Examine(string path, DataSetName name, LedgerAnchor? anchor, out string? fault)
    {
        // The anchor first: a daemon that runs meanwhile writes it after the ledger, so that the ledger that is read next has all that the anchor has seen.
        var seen = Read(() => anchor?.Read(name), null, out var anchorFault);
        var read = Read(() => LedgerFile.Read(path, name), new LedgerFile(new PrivacyLedger(), [], 0, 0), out fault);
        fault ??= anchorFault;
        if (fault is null)
        {
            var behind =
                seen is { } position ? read.Behind(position)
                : anchor is not null && read.Hashes.Count > 0
                    ? $"its anchor {anchor.File} is not there, so that nothing shows whether it is the newest"
                : null;
            fault = behind is null ? null : $"Ledger {path} cannot be relied on: {behind}. {WhatToDo(name)}";
        }

        return read;
    }

    private static T Read<T>(Func<T> read, T orElse, out string? fault)
    {
        try
        {
            fault = null;
            return read();
        }
        catch (OperatorException e)
        {
            fault = $"{e.Message} {e.Hint}";
            return orElse;
        }
    }

    /// <summary>
    /// Charges a release and forces the charge to disk, or refuses it. Only after <see cref="ChargeResult.Charged"/> may anything leave.
    /// </summary>
    /// <param name="charge">The release.</param>
    /// <param name="limit">What the study's plan promises.</param>
    /// <param name="remaining">How many more like it the study will make at most; a hint.</param>
    /// <param name="announce">Called with the line before it is written; what it puts on disk is there before the charge is. Null for nothing.</param>
    /// <exception cref="OperatorException">Ledger or anchor cannot be written: nothing may leave, and nothing is charged until the next start.</exception>
    internal ChargeResult TryCharge(Charge charge, Budget limit, long remaining, Action<ChargedLine>? announce = null)
    {
        lock (_lock) // over check and write: of two studies that would pass the cap together, the second is weighed with the first
        {
            if (FaultUnderLock() is { } fault)
            {
                return new ChargeResult.Refused(ChargeRefusal.Behind, fault);
            }

            if (_read.Ledger.History.Registration is null)
            {
                return new ChargeResult.Refused(ChargeRefusal.Unregistered, Unregistered(Name));
            }

            var result = _read.Ledger.Charge(charge, limit, remaining, _time.GetUtcNow());
            if (result is ChargeResult.Charged charged)
            {
                AnnounceUnderLock(announce, charge, charged.Line);
                WriteUnderLock(charged.Line);
            }

            return result;
        }
    }

    /// <summary>Whether a line that an earlier process announced was written before it died, by what this one read at its start; null while this ledger has a fault.</summary>
    /// <param name="ledger">Which ledger it was announced for; of another than this one nothing is doubted.</param>
    /// <param name="number">Number of the line, from 1.</param>
    /// <param name="hash">SHA-256 of it.</param>
    internal bool? IsWritten(Digest ledger, long number, Digest hash)
    {
        lock (_lock)
        {
            return FaultUnderLock() is not null ? null
                : _read.Hashes.Count > 0 && _read.Hashes[0] != ledger ? true
                : number <= _read.Hashes.Count && _read.Hashes[(int)number - 1] == hash;
        }
    }

    /// <summary>Which ledger this is, as the log names it; null before the first line.</summary>
    internal Digest? Identity
    {
        get
        {
            lock (_lock)
            {
                return _read.Hashes.Count > 0 ? _read.Hashes[0] : null;
            }
        }
    }

    /// <summary>Whether a whole study would fit; see <see cref="PrivacyLedger.Admit"/>.</summary>
    internal AdmissionResult Admit(Digest plan, Budget limit, params IEnumerable<PlannedReleases> planned)
    {
        lock (_lock)
        {
            return FaultUnderLock() is { } fault ? new AdmissionResult.Refused(ChargeRefusal.Behind, fault)
                : _read.Ledger.History.Registration is null ? new AdmissionResult.Refused(ChargeRefusal.Unregistered, Unregistered(Name))
                : _read.Ledger.Admit(plan, limit, planned);
        }
    }

    /// <summary>
    /// True if the ledger has a charge for this attempt. A release that the journal or the coordinator knows and the ledger does not shows that charges are
    /// missing: the caller says so with <see cref="CountAsBehind"/>.
    /// </summary>
    internal bool HasCharge(Digest plan, Attempt attempt) => History.HasCharge(plan, attempt.Round, attempt.Number);

    /// <summary>From now on every charge is refused: somebody else knows of a release that this ledger lacks. Found anew after a restart.</summary>
    /// <param name="missing">Which, and who knows it: <c>the coordinator has a vector of attempt 2 of round 7 of plan 0123abcd</c>.</param>
    internal void CountAsBehind(string missing)
    {
        lock (_lock)
        {
            _behind ??= $"Ledger {Path} lacks a charge: {missing}. {WhatToDo(Name)}";
        }
    }

    /// <summary>Writes what a person decided, and forces it to disk. A recovery is what a ledger takes that is not sound; it is sound afterwards.</summary>
    /// <exception cref="OperatorException">The ledger is not sound, the entry contradicts it, or it cannot be written.</exception>
    internal void Record(LedgerEntry entry)
    {
        lock (_lock)
        {
            if (entry is LedgerEntry.Recovered)
            {
                (_fault, _behind) = (null, null);
            }

            if (FaultUnderLock() is { } fault)
            {
                throw new OperatorException(fault);
            }

            WriteUnderLock(Line(_read.Ledger, entry, Name.Value, _time));
        }
    }

    /// <summary>
    /// Begins a ledger in place of one that was lost: the line that registers, and the line that says what the lost one may have held. The file is there with
    /// both or not at all: with the first alone, the whole cap would be free again.
    /// </summary>
    /// <exception cref="OperatorException">An entry is refused, or the file or the anchor cannot be written.</exception>
    internal static void Begin(
        StateFolder state,
        DataSetName name,
        LedgerAnchor? anchor,
        TimeProvider time,
        LedgerEntry.Registered registered,
        LedgerEntry.Recovered recovered
    )
    {
        var ledger = new PrivacyLedger();
        var lines = new[] { registered, (LedgerEntry)recovered }.Select(entry => Line(ledger, entry, name.Value, time)).ToList();
        StateFolder.Create(state.Ledgers);
        PrivateFiles.WriteSecret(PathOf(state, name), string.Concat(lines.Select(line => Encoding.UTF8.GetString(line.ToBytes()) + '\n')));
        // If we die here, the anchor is the lost ledger's, and the new one is refused until it is recovered once more.
        anchor?.Write(name, ledger.Head);
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static string WhatToDo(DataSetName name) =>
        $"Nothing is released until it is put right: fed-node ledger recover {name} --config FILE says how (docs/ledger.md).";

    private static string Unregistered(DataSetName name) =>
        $"Data set '{name}' is not registered: nobody has said what its patients may lose. Stop the node, then: fed-node ledger register {name} --epsilon E --delta D --reason TEXT --config FILE";

    private string? FaultUnderLock() => _failed is not null ? $"{_failed.Message} {_failed.Hint}" : _fault ?? _behind;

    private static LedgerLine Line(PrivacyLedger ledger, LedgerEntry entry, string name, TimeProvider time) =>
        ledger.Record(entry, time.GetUtcNow(), out var contradiction)
        ?? throw new OperatorException($"The ledger of {name} does not take that: {contradiction}.");

    private void AnnounceUnderLock(Action<ChargedLine>? announce, Charge charge, LedgerLine line)
    {
        var ofThisKind = _read.Ledger.History.Charges.Count(entry =>
            entry.Charge.Plan == charge.Plan && entry.Charge.Population == charge.Population
        );
        try
        {
            announce?.Invoke(new ChargedLine(_read.Hashes[0], checked((int)line.Number), Digest.Of(line.ToBytes()), ofThisKind));
        }
        catch (Exception e)
        {
            // What is in memory is a line ahead of the file: nothing may be written after it.
            _failed = new OperatorException($"A charge to ledger {Path} could not be announced: {e.Message}", "start the node again", e);
            throw;
        }
    }

    private void WriteUnderLock(LedgerLine line)
    {
        var isNew = line.Number == 1;
        try
        {
            OpenFileUnderLock();
            // If we die before this is forced, the line is there, torn, or not there; nothing has left under it. Whole, it is a charge for an attempt
            // whose release never began: that attempt's cost is lost, and no patient's.
            _file!.Append(line.ToBytes(), force: true);
            if (isNew)
            {
                FolderSync.Force(System.IO.Path.GetDirectoryName(Path)!); // or else the file's name may be lost with all its forced lines
                _read = _read with { Hashes = [Digest.Of(line.ToBytes())] }; // the first line is the ledger's name in the log
            }

            // If we die here, the anchor is one line behind the ledger, which the next start takes for what it is; after the very first line there is none,
            // and the person who registered has to vouch for that line. Were the anchor first, a crash would leave a ledger that looks like an older copy.
            _anchor?.Write(Name, _read.Ledger.Head);
            // If we die here, or later before the release is in the journal, the charge stands for an attempt that never left. The next attempt pays anew.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperatorException)
        {
            _failed = new OperatorException(
                $"Ledger {Path} or its anchor cannot be written: {e.Message}",
                "free space on that disk and check that the anchor's volume is mounted, then start the node again; nothing left without its charge",
                e
            );
            throw _failed;
        }
        catch (Exception e)
        {
            _failed = new OperatorException(
                $"Ledger {Path} cannot be relied on after a fault: {e.Message}",
                "start the node again, and report this",
                e
            );
            throw;
        }
    }

    private void OpenFileUnderLock()
    {
        if (_file is not null)
        {
            return;
        }

        StateFolder.Create(System.IO.Path.GetDirectoryName(Path)!);
        _file = LineFile.Open(Path, _read.WholeBytes);
    }
}
