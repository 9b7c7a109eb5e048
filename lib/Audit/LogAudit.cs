using Federated.Audit.Checks;
using Federated.Audit.Sites;
using Federated.Federation;
using Federated.Identity;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Tiles;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Verification;

namespace Federated.Audit;

/// <summary>
/// Verifies a folder with a log and what was disclosed of its studies: one pass over the entries, each judged by what stands before it, then the checkpoint, then
/// that no file is left that nobody looked at. Ends at the first fault. Not thread-safe; for one folder.
/// </summary>
/// <remarks>
/// What it rests on: the root certificate, whose fingerprint people compare with the one that the consortium published, or that the caller gives. The keys of
/// coordinator and sites stand in the log, in credentials that this root signed. Design of the audit log, §5.5; docs/transparency-log.md says what is checked.
/// </remarks>
public sealed class LogAudit
{
    private readonly LogFolder _folder;
    private readonly Dictionary<Digest, StudyAudit> _studies = [];
    private readonly List<(LeafIndex Index, TreeHead Head)> _heads = []; // that cohorts were formed under; compared when the tree is known
    private readonly ConsortiumRoot _root;
    private readonly EntryCheck _entries;
    private readonly DecisionCheck _decisions = new();
    private StudyAudit? _last; // of the last entry that belongs to a study
    private AuditFault? _fault; // of a visited entry, with the place that it names
    private ProposedPlan? _proposed; // of a visited registration
    private long _aborted;
    private long _refusals;
    private long _misbehaviour;

    private LogAudit(LogFolder folder, ConsortiumRoot root)
    {
        (_folder, _root) = (folder, root);
        _entries = new EntryCheck(root);
    }

    /// <summary>Verifies everything.</summary>
    /// <param name="request">What to verify, and under which root.</param>
    public static AuditVerdict Verify(AuditRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (ReadRoot(request.Folder, request.Root, out var fault) is not { } root)
        {
            return new AuditVerdict.Failed(fault!);
        }

        using (root)
        {
            fault = new LogAudit(request.Folder, root).Run(request, out var figures);
            return fault is null ? new AuditVerdict.Verified(figures!) : new AuditVerdict.Failed(fault);
        }
    }

    private AuditFault? Run(AuditRequest request, out AuditFigures? figures)
    {
        figures = null;
        var bytes = _folder.Read(LogVerifier.CheckpointFile);
        var noCheckpoint = "it is missing: this is no folder of an audit log. Fetch it.";
        if (bytes is null || !SignedCheckpoint.TryParse(bytes, out var checkpoint, out noCheckpoint))
        {
            return new AuditFault(LogVerifier.CheckpointFile, noCheckpoint);
        }

        var head = checkpoint.Checkpoint.Head;
        EntryVisitor visit = (index, entry) => Visit(index, entry, head.Size, request);
        if (LogVerifier.VerifyTree(head, ReadTile, visit, request.Parallelism) is { } failed)
        {
            return _fault ?? new AuditFault(failed.Place, failed.Fault);
        }

        if (head.Size.Value < 2)
        {
            return new AuditFault(LogVerifier.CheckpointFile, $"the log has {head.Size} entries; one that has begun has two at least.");
        }

        if (CheckpointCheck.Fault(checkpoint, _entries, _last, out var cosigned) is { } unsigned)
        {
            return new AuditFault(LogVerifier.CheckpointFile, unsigned);
        }

        var unregistered = new UnregisteredCount();
        var fault = HeadsFault(head) ?? Stray() ?? GivenFault(request, unregistered);
        figures = Figures(head.Size, cosigned, request) with { Unregistered = unregistered.Total };
        return fault;
    }

    private AuditFault? Stray() =>
        _folder.Unasked() is { } file ? new AuditFault(file, "nothing vouches for this file: it does not belong here. Remove it.") : null;

    private AuditFault? GivenFault(AuditRequest request, UnregisteredCount unregistered)
    {
        List<LoggedCharge> charges = [.. _studies.Values.SelectMany(study => study.Charges)];
        return request
                .Journals.Select(file => new JournalCheck(_studies, unregistered).Fault(file))
                .FirstOrDefault(fault => fault is not null)
            ?? request
                .Ledgers.Select(file => new LedgerCheck(_studies, charges, unregistered).Fault(file))
                .FirstOrDefault(fault => fault is not null)
            ?? request.Models.Select(file => ModelCheck.Fault(file, _studies.Values)).FirstOrDefault(fault => fault is not null)
            ?? request.Decisions.Select(_decisions.Fault).FirstOrDefault(fault => fault is not null);
    }

    private static ConsortiumRoot? ReadRoot(LogFolder folder, GivenFile? given, out AuditFault? fault)
    {
        const string name = "root.crt";
        var own = folder.Read(name);
        string? reason;
        if (given is null)
        {
            if (own is null)
            {
                fault = new AuditFault(name, "it is missing: give the root of the consortium.");
                return null;
            }

            fault = ConsortiumRoot.TryRead(own, out var root, out reason) ? null : new AuditFault(name, reason);
            return root;
        }

        if (!ConsortiumRoot.TryReadKnown(given.Bytes.Span, out var known, out reason))
        {
            fault = new AuditFault(given.Name, reason);
            return null;
        }

        // Every byte of the folder's own is looked at; the one that was given is only meant.
        if (own is not null && !own.AsSpan().SequenceEqual(System.Text.Encoding.ASCII.GetBytes(known.ToPem())))
        {
            known.Dispose();
            fault = new AuditFault(name, $"it is another root than {given.Name}, which was given.");
            return null;
        }

        fault = null;
        return known;
    }

    private byte[]? ReadTile(TilePath path) => _folder.Read(path.ToString());

    private string? Visit(LeafIndex index, ReadOnlySpan<byte> bytes, TreeSize size, AuditRequest request)
    {
        const int between = 1024;
        if (index.Value % between == 0)
        {
            request.Progress?.Invoke(index.Value, size.Value);
        }

        _proposed = null;
        if (_entries.Take(index, bytes, out var reason) is not { } entry)
        {
            _fault = AuditFault.At(index, reason!);
            return reason;
        }

        _fault = Judge(index, entry);
        if (_fault is null)
        {
            request.Seen?.Invoke(new AuditedEntry(index, entry, _proposed));
        }

        return _fault?.Reason;
    }

    private AuditFault? Judge(LeafIndex index, LogEntry entry)
    {
        _aborted += entry.Kind == EntryKind.RoundAborted ? 1 : 0;
        _refusals += entry.Kind == EntryKind.Refusal ? 1 : 0;
        _misbehaviour += entry.Kind == EntryKind.Misbehaviour ? 1 : 0;
        if (entry.Study is not { } reference)
        {
            return null;
        }

        if (entry.Body is PlanRegistration)
        {
            return Register(index, entry, reference);
        }

        if (!_studies.TryGetValue(reference.Plan, out var study))
        {
            return EntryKinds.ScopeOf(entry.Kind) == EntryScope.Study
                ? AuditFault.At(index, $"plan {reference.Plan} was not registered before.")
                : null;
        }

        if (study.Plan.Name != reference.Name)
        {
            return AuditFault.At(index, $"it calls plan {reference.Plan.Abbreviated} '{reference.Name}'; the plan is '{study.Plan.Name}'.");
        }

        if (entry.Body is PlanDecision decision && KeyNames.IsSite(entry.Actor, out var site))
        {
            _decisions.Take(decision);
        }

        _last = study;
        return study.Take(index, entry, _entries.Keys, (at, head) => _heads.Add((at, head)));
    }

    private AuditFault? Register(LeafIndex index, LogEntry entry, StudyReference reference)
    {
        if (_studies.ContainsKey(reference.Plan))
        {
            return AuditFault.At(index, "this plan was registered before.");
        }

        if (PlanCheck.Read(_folder, _root, _entries.Keys.RevokedSerials, index, entry, out var fault) is not { } proposed)
        {
            return fault;
        }

        if (StudyAudit.Begin(_folder, proposed.Plan, reference.Plan, index, out var reason) is not { } study)
        {
            return AuditFault.At(index, reason!);
        }

        _studies[reference.Plan] = _last = study;
        _proposed = proposed;
        return null;
    }

    /// <summary>The checkpoints that cohorts were formed under are of this log, and of no other.</summary>
    private AuditFault? HeadsFault(TreeHead last)
    {
        var tree = new TiledTree(last, ReadTile);
        foreach (var (index, head) in _heads)
        {
            if (tree.RootAt(head.Size) != head.Root)
            {
                return AuditFault.At(
                    index,
                    $"its log_root is not the root of this log when it had {head.Size} entries: sites were shown another log."
                );
            }
        }

        return null;
    }

    private AuditFigures Figures(TreeSize size, int cosigned, AuditRequest request) =>
        new()
        {
            Entries = size.Value,
            Studies = _studies.Count,
            Sites = _entries.Keys.Members.Keys.Count(name => KeyNames.IsSite(name, out _)),
            Rounds = _studies.Values.Sum(study => (long)study.Rounds.Count),
            Charges = _studies.Values.Sum(study => (long)study.Charges.Count),
            Recomputed = _studies.Values.Sum(study => study.Recomputed),
            Cosigned = cosigned,
            Given = request.Journals.Count + request.Ledgers.Count + request.Models.Count + request.Decisions.Count,
            Anomalies = new AuditAnomalies(_aborted, _refusals, _misbehaviour, _studies.Values.Sum(study => study.Disputed)),
            Root = _root.Hash,
        };
}
