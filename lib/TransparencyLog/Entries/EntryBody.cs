using Federated.Federation.Documents;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.TransparencyLog.Entries;

/// <summary>What an entry says beside its kind, study, time and actor: one type for kinds that say the same.</summary>
public abstract record EntryBody
{
    private protected EntryBody() { }

    /// <summary>True if this body is one of an entry of that kind.</summary>
    internal abstract bool Fits(EntryKind kind);

    /// <summary>The body as it is signed.</summary>
    internal abstract CanonicalJson ToJson();

    /// <summary>Reads a body; its faults are in the reader.</summary>
    internal static EntryBody Read(EntryKind kind, DocumentReader reader)
    {
        var fields = new EntryFields(reader);
        EntryBody body = kind switch
        {
            EntryKind.LogBegan => LogBeginning.Read(fields),
            EntryKind.CoordinatorStarted => CoordinatorStart.Read(fields),
            EntryKind.KeyRegistered => KeyRegistration.Read(fields),
            EntryKind.KeyRevoked => KeyRevocation.Read(fields),
            EntryKind.PlanRegistered => PlanRegistration.Read(fields),
            EntryKind.PlanApproved or EntryKind.PlanRejected or EntryKind.PlanWithdrawn => PlanDecision.Read(fields),
            EntryKind.PolicyChanged => PolicyChange.Read(fields),
            EntryKind.CohortFormed => CohortFormation.Read(fields),
            EntryKind.RoundCommitted => RoundCommitment.Read(fields),
            EntryKind.RoundAborted => RoundAbort.Read(fields),
            EntryKind.PrivacyCharged => PrivacyCharge.Read(fields),
            EntryKind.ModelReleased or EntryKind.EvaluationReleased or EntryKind.InputsReleased => ArtefactRelease.Read(fields),
            EntryKind.Refusal => SiteRefusal.Read(fields),
            EntryKind.Misbehaviour => MisbehaviourEvidence.Read(fields),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of entry."),
        };
        reader.RefuseUnknownKeys();
        return body;
    }
}
