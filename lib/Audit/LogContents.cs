using System.Collections.Immutable;
using Federated.Audit.Checks;
using Federated.Federation;
using Federated.Identity;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;

namespace Federated.Audit;

/// <summary>
/// What a log's own entries say has to be disclosed beside it, and by whose keys its checkpoints are judged: for whoever fetches or follows a log. Entry by entry, in order; not thread-safe.
/// </summary>
/// <param name="root">The consortium's.</param>
/// <remarks>Members' keys are those that the root signed. Who signed which entry, and whether what it says is true, is for <see cref="LogAudit"/>.</remarks>
public sealed class LogContents(ConsortiumRoot root)
{
    private readonly KeyRing _keys = new(root);
    private readonly OrderedDictionary<Digest, StudyContents> _studies = [];
    private KeyName _coordinator;
    private string _origin = "";

    /// <summary>Entries so far.</summary>
    public long Size { get; private set; }

    /// <summary>Registered studies, the oldest first.</summary>
    public IReadOnlyList<StudyContents> Studies => _studies.Values;

    /// <summary>Takes the next entry; the fault, or null.</summary>
    /// <param name="index">The one after the last.</param>
    /// <param name="bytes">Whatever stands there.</param>
    public string? Take(LeafIndex index, ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(index.Value, Size);
        if (!SealedEntry.TryParse(bytes.ToArray(), out var entry, out var fault))
        {
            return fault;
        }

        fault = index.Value == 0 ? Begin(entry.Entry) : Later(entry.Entry);
        Size += fault is null ? 1 : 0;
        return fault;
    }

    /// <summary>A checkpoint as it counts after the entries so far: without lines of anybody whose key does not count there or did not make it. Null, with the fault, if the log did not sign it.</summary>
    /// <param name="checkpoint">As it was received.</param>
    /// <param name="fault">Null, or what is wrong.</param>
    public SignedCheckpoint? Counted(SignedCheckpoint checkpoint, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        if (_coordinator == default || _keys.Members.GetValueOrDefault(_coordinator) is not { } coordinator)
        {
            fault = "the coordinator has no key that counts at the end of the log.";
            return null;
        }

        var policy = new LogPolicy(_origin, CheckpointCheck.LogKey(_origin, coordinator), [], quorum: 0);
        if (!policy.TryVerify(checkpoint, out _, out fault))
        {
            return null;
        }

        NoteKey[] keys =
        [
            policy.Log,
            .. _keys.Members.Values.Where(member => KeyNames.IsSite(member.Log.Name, out _)).Select(member => member.Witness),
        ];
        var lines = checkpoint
            .Note.Signatures.Where(line => keys.Any(key => key.IsNamedBy(line) && IsMadeBy(key, line)))
            .DistinctBy(line => line.Id);
        return SignedCheckpoint.TryParse(SignedNote.Of(checkpoint.Note.Text, [.. lines]).ToBytes(), out var counted, out fault)
            ? counted
            : null;

        bool IsMadeBy(NoteKey key, NoteSignature line) => SignedNote.Of(checkpoint.Note.Text, line).TryVerify([key], out _, out _);
    }

    private string? Begin(LogEntry entry)
    {
        if (entry.Body is not LogBeginning beginning || beginning.Root != root.Hash)
        {
            return "it does not begin a log under this root.";
        }

        (_coordinator, _origin) = (entry.Actor, beginning.Origin);
        return null;
    }

    private string? Later(LogEntry entry)
    {
        switch (entry.Body)
        {
            case KeyRegistration registration:
                if (_keys.Read(registration.Credential, out var fault) is not { } member)
                {
                    return fault;
                }

                _keys.Add(member);
                return null;
            case KeyRevocation revocation:
                return _keys.Revoke(revocation.Revocations);
            case PlanRegistration when entry.Study is { } study:
                return _studies.TryAdd(study.Plan, new StudyContents(study.Plan)) ? null : "this plan was registered before.";
            case RoundCommitment round when entry.Study is { } study:
                return
                    _studies.TryGetValue(study.Plan, out var known)
                    && known.Add(new DisclosedRound(round.Round, round.Proof, round.Sum, round.Survivors))
                    ? null
                    : $"it commits round {round.Round} of plan {study.Plan.Abbreviated}, which is not the one after the last.";
            case ArtefactRelease
                when entry.Kind == EntryKind.ModelReleased
                    && entry.Study is { } study
                    && _studies.TryGetValue(study.Plan, out var released):
                released.IsReleased = true;
                return null;
            default:
                return null;
        }
    }
}

/// <summary>What has to be disclosed of a study.</summary>
public sealed class StudyContents
{
    private readonly List<DisclosedRound> _rounds = [];

    internal StudyContents(Digest plan) => Plan = plan;

    /// <summary>Hash of the plan.</summary>
    public Digest Plan { get; }

    /// <summary>Committed rounds, from 1.</summary>
    public IReadOnlyList<DisclosedRound> Rounds => _rounds;

    /// <summary>True once the log says that its model was released: the study is complete.</summary>
    public bool IsReleased { get; internal set; }

    internal bool Add(DisclosedRound round)
    {
        var isNext = round.Round.Value == (uint)_rounds.Count + 1;
        if (isNext)
        {
            _rounds.Add(round);
        }

        return isNext;
    }
}

/// <summary>What has to be disclosed of a committed round.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Proof">SHA-256 of its proof.</param>
/// <param name="Sum">SHA-256 of its sum.</param>
/// <param name="Survivors">Sites whose masked inputs are in the sum, in order.</param>
public sealed record DisclosedRound(RoundNumber Round, Digest Proof, Digest Sum, ImmutableArray<SiteName> Survivors);
