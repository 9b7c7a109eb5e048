using Federated.Coordinator.Rounds;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Rounds;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;

namespace Federated.Coordinator.Log;

/// <summary>Writes the coordinator's own statements for the log, signed (docs/transparency-log.md). Keeps nothing: whoever asked puts them on disk. Thread-safe.</summary>
internal sealed class AuditTrail : IDisposable
{
    private readonly NoteSigner _signer;
    private readonly TimeProvider _time;
    private readonly SiteName _self;
    private readonly Digest _root;

    internal AuditTrail(MemberKeys keys, TlsIdentity tls, TimeProvider time)
    {
        _self = keys.Credential.Holder.Name;
        _root = Digest.Of(tls.Root.RawData);
        _signer = keys.Private.LogSigner(KeyNames.ForCoordinator(_self));
        _time = time;
    }

    /// <summary>Which log this is.</summary>
    internal KeyName Origin => KeyNames.Origin(_root, _self);

    internal byte[] Genesis() => Of(EntryKind.LogBegan, null, new LogBeginning(Origin.Value, _root, Software.Name));

    internal byte[] Started(Digest configuration) =>
        Of(EntryKind.CoordinatorStarted, null, new CoordinatorStart(Software.Name, configuration));

    /// <summary>From here on a member's keys count.</summary>
    /// <param name="credential">The root's word, as a file.</param>
    internal byte[] Registered(ReadOnlyMemory<byte> credential) => Of(EntryKind.KeyRegistered, null, new KeyRegistration(Text(credential)));

    /// <summary>From here on members that the root revoked count no more.</summary>
    /// <param name="revocations">The root's list, as a file.</param>
    internal byte[] Revoked(ReadOnlyMemory<byte> revocations) => Of(EntryKind.KeyRevoked, null, new KeyRevocation(Text(revocations)));

    internal byte[] Registered(StudyPlan plan, Digest planHash) =>
        Of(EntryKind.PlanRegistered, Study(plan, planHash), PlanRegistration.Of(plan, Software.Digest));

    internal byte[] Formed(StudyPlan plan, Digest planHash, Attempt attempt, AggregatorStep.Form cohort) =>
        Of(
            EntryKind.CohortFormed,
            Study(plan, planHash),
            new CohortFormation(attempt.Round, attempt.Number, cohort.H0, cohort.H1, cohort.Members, HeadOf(attempt))
        );

    internal byte[] Committed(StudyPlan plan, Digest planHash, CommittedRound round, RoundTranscript transcript, Digest proof) =>
        Of(
            EntryKind.RoundCommitted,
            Study(plan, planHash),
            new RoundCommitment(
                round.Round,
                round.Attempt,
                [transcript.H0, transcript.H1, transcript.H2, transcript.H3, round.Result],
                transcript.Members,
                transcript.Sharers,
                transcript.Survivors,
                round.SumHash,
                transcript.Acknowledgements,
                round.NextModelHash,
                proof
            )
        );

    internal byte[] Aborted(StudyPlan plan, Digest planHash, Attempt attempt, AggregatorStep.Fail failed) =>
        Of(
            EntryKind.RoundAborted,
            Study(plan, planHash),
            new RoundAbort(
                attempt.Round,
                attempt.Number,
                EntryCode.Parse(failed.Stage),
                EntryCode.Parse(failed.Culprits.IsEmpty ? "too-few" : "spoilt"),
                failed.Culprits is [var one] ? one : null // several are excluded by name in their own attempts' failures
            )
        );

    internal byte[] Released(EntryKind kind, StudyPlan plan, Digest planHash, Digest artefact, SiteName recipient) =>
        Of(
            kind,
            Study(plan, planHash),
            new ArtefactRelease(artefact, DecimalText.RoundedUp(plan.Privacy?.Epsilon ?? 0, decimals: 6), [recipient])
        );

    /// <inheritdoc/>
    public void Dispose() => _signer.Dispose();

    private byte[] Of(EntryKind kind, StudyReference? study, EntryBody body) =>
        SealedEntry.Sign(new LogEntry(kind, study, _time.GetUtcNow(), _signer.Key.Name, body), _signer).ToBytes();

    private static StudyReference Study(StudyPlan plan, Digest planHash) => new(plan.Name, planHash);

    private static TreeHead HeadOf(Attempt attempt) =>
        attempt.Machine.Terms.Log is var view ? new TreeHead(new TreeSize((long)view.Size), view.Root) : default;

    private static string Text(ReadOnlyMemory<byte> file) => System.Text.Encoding.UTF8.GetString(file.Span);
}
