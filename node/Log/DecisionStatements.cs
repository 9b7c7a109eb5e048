using Federated.Federation;
using Federated.Federation.Policies;
using Federated.Node.Plans;
using Federated.Node.Policy;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.Node.Log;

/// <summary>
/// What the public log hears of this site's decisions: hashes and a word of a closed list. Who decided, when and in which words stays here, in the decision's file, of which the log has the hash;
/// the file has a random salt, so that nobody can guess what is in it.
/// </summary>
internal sealed class DecisionStatements(SiteLog auditLog, PolicyInForce policy, OperatorNotes notes)
{
    /// <summary>This site takes part: said each time that it joins a study, since its policy may be another by then.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="decision">The person's approval that counts; null where the policy alone approves.</param>
    internal void Approved(StoredPlan plan, JournalEntry.Decided? decision) =>
        Say(EntryKind.PlanApproved, plan, decision is null ? DecisionCode.WithinPolicy : decision.Code ?? DecisionCode.Unspecified);

    /// <summary>A person rejected the plan, or ended an approval.</summary>
    internal void Refused(StoredPlan plan, JournalEntry.Decided decision) =>
        Say(decision.IsWithdrawal ? EntryKind.PlanWithdrawn : EntryKind.PlanRejected, plan, decision.Code ?? DecisionCode.Unspecified);

    private void Say(EntryKind kind, StoredPlan plan, DecisionCode code) =>
        auditLog.State(
            kind,
            new StudyReference(plan.Plan.Name, plan.Hash),
            new PlanDecision(
                policy.State.Policy?.Hash ?? Digest.Of([]), // a broken policy approves nothing; a person may reject under it
                EntryCode.Parse(code.ToString()),
                Digest.Of(notes.DecisionBytes(plan.Hash))
            )
        );
}
