using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Hosting;
using Federated.Node.Journal;
using Federated.Node.Sessions;
using Federated.SecureAggregation.Rounds;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;
using Federated.TransparencyLog.Witnesses;
using Federated.V1;
using Google.Protobuf;
using Refusal = Federated.TransparencyLog.Witnesses.WitnessRefusal;

namespace Federated.Node.Log;

/// <summary>
/// This site and the consortium's audit log (docs/transparency-log.md): it vouches for what it has seen of it, says its own statements and insists that they appear, and takes part in nothing
/// under a log that it cannot vouch for. Thread-safe.
/// </summary>
internal sealed class SiteLog : IDisposable
{
    /// <summary>
    /// A statement that was said before so many checkpoints were accepted, and is in none of them, is being kept out. One may have been signed before it came, and one while it was on its way.
    /// </summary>
    private const int MostPassed = 3;

    /// <summary>Trees that were accepted a moment ago: an invitation may name one while a newer one is on its way.</summary>
    private const int MostRecent = 32;

    private readonly Lock _lock = new();
    private readonly Digest _root;
    private readonly WitnessFile _file;
    private readonly PendingEntries _pending; // guarded by _lock, as is what follows
    private readonly NoteSigner _signer;
    private readonly WitnessSigner _witness;
    private readonly CoordinatorIdentity _coordinator;
    private readonly Outgoing _outgoing;
    private readonly EvidenceFolder _evidence;
    private readonly NodeLog _log;
    private readonly TimeProvider _time;
    private readonly WitnessCredentials _witnesses; // as this session had them
    private readonly Dictionary<Digest, ShownPast> _shown = []; // by plan
    private readonly Queue<TreeHead> _recent = new();
    private LogPolicy? _policy; // of this session's coordinator
    private WitnessState? _state;
    private string? _alarm;

    public SiteLog(
        StateFolder state,
        PeerIdentity self,
        TlsIdentity tls,
        MemberKeys keys,
        CredentialBook credentials,
        CoordinatorIdentity coordinator,
        Outgoing outgoing,
        EvidenceFolder evidence,
        NodeLog log,
        TimeProvider time
    )
    {
        (_root, _file, _pending) = (Digest.Of(tls.Root.RawData), new WitnessFile(state), new PendingEntries(state));
        var name = KeyNames.ForSite(self.Name);
        _signer = keys.Private.LogSigner(name);
        _witness = keys.Private.WitnessSigner(name);
        _witnesses = new WitnessCredentials(credentials);
        (_coordinator, _outgoing, _evidence, _log, _time) = (coordinator, outgoing, evidence, log, time);
    }

    /// <summary>Entries of the log that this site vouched for last.</summary>
    internal long Size
    {
        get
        {
            lock (_lock)
            {
                return (_state?.Head.Size ?? _file.SizeUnverified()).Value;
            }
        }
    }

    /// <summary>Why this site takes part in nothing, or null.</summary>
    internal string? Alarm
    {
        get
        {
            lock (_lock)
            {
                return _alarm;
            }
        }
    }

    /// <summary>A session stands, and its coordinator is known: what is still to be said is said again.</summary>
    /// <exception cref="OperatorException">The stored checkpoint is not of this coordinator's log.</exception>
    internal void Begin()
    {
        lock (_lock)
        {
            var coordinator = _coordinator.Member;
            var origin = KeyNames.Origin(_root, coordinator.Holder.Name);
            _policy = new LogPolicy(origin.Value, coordinator.LogKey(origin), [], quorum: 0);
            _state = _file.Read(_policy);
            _file.Remember(_policy.Log);
            _witnesses.Clear();
            // Whatever else was wrong with the log that the last session showed, this one shows again. A fork is proved for good.
            _alarm = _evidence.HasFork
                ? "two histories of the audit log were shown to this site before: their checkpoints lie in the state folder, evidence/log-*.checkpoint. When the consortium has settled it, move them away."
                : null;
            _shown.Clear();
            _pending.Renew(_signer.Key, entry => SealedEntry.Sign(entry, _signer).ToBytes(), _time.GetUtcNow());
            foreach (var pending in _pending.Sayable)
            {
                Say(pending.Bytes);
            }
        }
    }

    /// <summary>Says something in the log, signed, and insists on it until it is there.</summary>
    /// <param name="kind">One that a site may say.</param>
    /// <param name="study">Of which study; null for none.</param>
    /// <param name="body">What.</param>
    /// <param name="send">False where the caller sends it with what it belongs to, and confirms it first.</param>
    /// <returns>The statement's bytes.</returns>
    internal ReadOnlyMemory<byte> State(EntryKind kind, StudyReference? study, EntryBody body, bool send = true)
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            // When a charge was made says how long this site trained, and so how many patients it has: the hour is enough for people.
            var said = kind == EntryKind.PrivacyCharged ? now.AddTicks(-(now.Ticks % TimeSpan.TicksPerHour)) : now;
            var bytes = SealedEntry
                .Sign(new Federated.TransparencyLog.Entries.LogEntry(kind, study, said, _signer.Key.Name, body), _signer)
                .ToBytes();
            _pending.Add(bytes, now, isHeld: !send && kind == EntryKind.PrivacyCharged);
            if (send)
            {
                Say(bytes);
            }

            return bytes;
        }
    }

    /// <summary>What a statement says is so from here on: it may be said.</summary>
    internal void Confirm(ReadOnlyMemory<byte> statement)
    {
        lock (_lock)
        {
            if (_pending.Find(Digest.Of(statement.Span)) is { } pending)
            {
                pending.IsHeld = false;
            }
        }
    }

    /// <inheritdoc cref="PendingEntries.Compare"/>
    internal void Compare(Func<Digest, long, Digest, bool?> isWritten)
    {
        lock (_lock)
        {
            _pending.Compare(isWritten);
        }
    }

    /// <summary>The log has grown: vouches for it, or says why not.</summary>
    internal void Grew(LogGrowth growth)
    {
        lock (_lock)
        {
            if (_alarm is not null)
            {
                return;
            }

            if (!AddCheckpointRequest.TryParse(growth.Request.Memory, out var request, out var fault))
            {
                const uint notReadable = 7;
                Refuse(notReadable, $"the coordinator's request to cosign the log cannot be read: {fault}", null);
                return;
            }

            if (ConsiderUnderLock(request, isShown: false) is not { } accepted)
            {
                return;
            }

            var line = _witness.Cosign(accepted, _time.GetUtcNow());
            _outgoing.Say(new NodeMessage { Cosignature = new V1.Cosignature { Line = ByteString.CopyFrom(line.ToLine()) } });
            foreach (var own in growth.Own)
            {
                FindUnderLock(own, accepted.Head);
            }

            foreach (var pending in _pending.Sayable.Where(pending => pending.Passed > 0))
            {
                Say(pending.Bytes); // it was to travel with an input that never arrived, perhaps; the same again is in the log once
            }
        }
    }

    /// <summary>The checkpoint that a study's next invitation names, and the study's past in it.</summary>
    /// <param name="plan">The plan, as approved.</param>
    /// <param name="planHash">Its hash.</param>
    /// <param name="shown">As received.</param>
    /// <returns>This site's last charge in the log, of whichever study, if it was shown one.</returns>
    internal LoggedCharge? Shown(StudyPlan plan, Digest planHash, LogShown shown)
    {
        lock (_lock)
        {
            _shown.Remove(planHash);
            if (_alarm is not null)
            {
                return null;
            }

            if (FaultUnderLock(plan, planHash, shown, out var past) is { } fault)
            {
                _log.LogNotShown(planHash.Abbreviated, ForeignText.Clean(fault));
                return null;
            }

            _shown[planHash] = past!;
            return past!.Charge;
        }
    }

    /// <summary>Judges the checkpoint that an invitation names.</summary>
    /// <param name="planHash">Whose.</param>
    /// <param name="before">The last round that this site's model has behind it.</param>
    /// <param name="model">Of that model.</param>
    /// <param name="result">H4 of that round; zeros before the first.</param>
    internal LogCheck CheckOf(Digest planHash, RoundNumber before, Digest model, Digest result) =>
        view =>
        {
            lock (_lock)
            {
                return _alarm
                    ?? (
                        !_shown.TryGetValue(planHash, out var past) || past.View != view
                            ? $"the invitation names a checkpoint of {view.Size} entries, which this site was not shown cosigned by a quorum of the plan's sites."
                        : past.Round != before || past.Model != model || past.Result != result
                            ? $"that checkpoint does not have round {before} of this study as this site knows it."
                        : _pending.Sayable.FirstOrDefault(pending => pending.Passed > MostPassed) is { } kept
                            ? $"LOG_STALE: the log has grown {kept.Passed} times without this site's own statement {Path.GetFileName(kept.File)}: somebody keeps it out."
                        : null
                    );
            }
        };

    /// <inheritdoc/>
    public void Dispose()
    {
        _signer.Dispose();
        _witness.Dispose();
    }

    /// <summary>Accepts a tree that is the last one, grown, and has it on disk; or raises the alarm.</summary>
    /// <param name="request">Checkpoint and proof.</param>
    /// <param name="isShown">True where it is shown before an invitation: one that this site has gone beyond is then no lie, only of no use.</param>
    private WitnessState? ConsiderUnderLock(AddCheckpointRequest request, bool isShown)
    {
        switch (new Witness(_policy!).Consider(_state, request))
        {
            case WitnessDecision.Accepted accepted:
                if (_state?.Head != accepted.Next.Head)
                {
                    _file.Write(accepted.Next);
                    _state = accepted.Next;
                    _recent.Enqueue(accepted.Next.Head);
                    foreach (var pending in _pending.Sayable)
                    {
                        pending.Passed++;
                    }

                    if (_recent.Count > MostRecent)
                    {
                        _recent.Dequeue();
                    }
                }

                return accepted.Next;
            case WitnessDecision.Refused { Reason: Refusal.OtherOldSize } elsewhere
                when request.Checkpoint.Checkpoint.Head.Size >= elsewhere.Known:
                // Not the log's lie: it believes us elsewhere than we are, as after a restore of this node. It asks again from where we are.
                Answer((uint)elsewhere.Reason, elsewhere.Known);
                return null;
            case WitnessDecision.Refused { Reason: Refusal.OtherOldSize or Refusal.OldSizeAbove } when isShown:
                return null;
            case WitnessDecision.Refused refused:
                if (refused.Reason == Refusal.NotConsistent)
                {
                    _evidence.Keep(request.Checkpoint); // with this site's own it shows a fork to whoever has the whole log
                }

                Refuse((uint)refused.Reason, refused.Message, refused.Fork);
                return null;
            default:
                throw new InvalidOperationException("A witness accepts or refuses.");
        }
    }

    private void Refuse(uint code, string message, CheckpointFork? fork)
    {
        _alarm = $"the audit log is not the one that this site has vouched for: {message}";
        NodeTelemetry.LogAlarms.Add(1);
        _log.LogAlarm(ForeignText.Clean(_alarm, most: 1000));
        if (fork is not null)
        {
            _evidence.Keep(fork);
            State(EntryKind.Misbehaviour, null, MisbehaviourEvidence.Of(fork, _policy!), send: false); // for an honest log to come; this one would not take it
        }

        Answer(code, _state?.Head.Size ?? new TreeSize(0));
    }

    private void Answer(uint code, TreeSize size) =>
        _outgoing.Say(
            new NodeMessage
            {
                WitnessRefusal = new V1.WitnessRefusal { Code = code, Seen = (ulong)size.Value },
            }
        );

    private void FindUnderLock(EntryPlace own, TreeHead head)
    {
        if (
            Digest.TryFrom(own.EntryHash.Span, out var hash)
            && _pending.Find(hash) is { } pending
            && Inclusion.Of(pending.Bytes.Span, own.Index, own.Path, head)
        )
        {
            _pending.Remove(hash);
        }
    }

    private string? FaultUnderLock(StudyPlan plan, Digest planHash, LogShown shown, out ShownPast? past)
    {
        past = null;
        foreach (var unknown in _witnesses.Learn(shown.Credentials))
        {
            _log.LogNotShown(planHash.Abbreviated, unknown);
        }

        if (!AddCheckpointRequest.TryParse(shown.Request.Memory, out var request, out var fault))
        {
            return $"it cannot be read: {fault}";
        }

        var quorum = Thresholds.Of(plan.Roster.Length, plan.Aggregation.Colluders);
        var known = plan.Roster.Select(_witnesses.KeyOf).OfType<NoteKey>().ToList();
        if (known.Count < quorum)
        {
            return $"it came with the credentials of {known.Count} witnesses; {quorum} of the plan's sites must have cosigned.";
        }

        if (known.Select(key => Convert.ToHexString(key.PublicKey.Span)).Distinct(StringComparer.Ordinal).Count() != known.Count)
        {
            return "two of its witnesses have one key.";
        }

        var all = new LogPolicy(_policy!.Origin, _policy.Log, known, quorum);
        if (!all.TryVerify(request.Checkpoint, out var verified, out fault))
        {
            return fault;
        }

        if (!_recent.Contains(verified.Head) && _state?.Head != verified.Head && ConsiderUnderLock(request, isShown: true) is null)
        {
            return "it is not the log that this site has seen, grown.";
        }

        if (!Inclusion.Of(shown.Past, verified.Head))
        {
            return "the study's past is not shown to be in it.";
        }

        past = ShownPast.Read(shown.Past.Entry.Memory, planHash, new LogView((ulong)verified.Head.Size.Value, verified.Head.Root));
        if (past is null)
        {
            return "what it shows is neither the plan's registration nor a round of it.";
        }

        if (shown.Charge is { } charge)
        {
            past = Inclusion.Of(charge, verified.Head) ? past with { Charge = ShownPast.ChargeOf(charge.Entry.Memory, _signer.Key) } : null;
        }

        return past is null ? "it shows a charge that is not in it." : null;
    }

    private void Say(ReadOnlyMemory<byte> entry) =>
        _outgoing.Say(new NodeMessage { LogEntry = new V1.LogEntry { Entry = ByteString.CopyFrom(entry.Span) } });
}
