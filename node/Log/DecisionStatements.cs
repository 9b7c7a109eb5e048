using System.Collections.Concurrent;
using Federated.Federation;
using Federated.Federation.Policies;
using Federated.Node.Journal;
using Federated.Node.Plans;
using Federated.Node.Policy;
using Federated.SecureAggregation;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.Node.Log;

/// <summary>
/// What the public log hears of this site's decisions: hashes and a word of a closed list. Who decided, when and in which words stays here, in the decision's file, of which the log has the hash;
/// the file has a random salt, so that nobody can guess what is in it.
/// </summary>
internal sealed class DecisionStatements(SiteLog auditLog, PolicyInForce policy, OperatorNotes notes, StateFolder state)
{
    private readonly SaidPolicy _said = new(state);
    private readonly ConcurrentDictionary<Digest, EntryKind> _last = []; // said of each plan by this process

    /// <summary>Another policy holds than the log was told last, or it was told of none yet.</summary>
    internal void PolicyNow()
    {
        if (policy.State.Policy?.Hash is not { } hash || _said.Is(hash))
        {
            return;
        }

        auditLog.State(EntryKind.PolicyChanged, null, new PolicyChange(hash));
        _said.Write(hash); // if we die before this, it is said twice
    }

    /// <summary>This site left an attempt, and keeps signed messages that show why.</summary>
    /// <param name="study">Which study.</param>
    /// <param name="code">As the protocol has it.</param>
    /// <param name="evidence">SHA-256 of the file in the state folder.</param>
    internal void Refused(StudyReference study, AbortCode code, Digest evidence) =>
        auditLog.State(
            EntryKind.Refusal,
            study,
            new SiteRefusal(EntryCode.Parse(JournalLine.NameOf(code).ToLowerInvariant().Replace('_', '-')), evidence)
        );

    /// <summary>This site takes part: said before it accepts a study, unless that was its last word on the plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="decision">The person's approval that counts; null where the policy alone approves.</param>
    internal void Approved(StoredPlan plan, JournalEntry.Decided? decision)
    {
        if (!IsApproved(plan.Hash))
        {
            Say(EntryKind.PlanApproved, plan, decision is null ? DecisionCode.WithinPolicy : decision.Code ?? DecisionCode.Unspecified);
        }
    }

    /// <summary>True if this site's last word on a plan, in this process, is its approval.</summary>
    internal bool IsApproved(Digest plan) => _last.TryGetValue(plan, out var last) && last == EntryKind.PlanApproved;

    /// <summary>A person rejected the plan, or ended an approval.</summary>
    internal void Refused(StoredPlan plan, JournalEntry.Decided decision) =>
        Say(decision.IsWithdrawal ? EntryKind.PlanWithdrawn : EntryKind.PlanRejected, plan, decision.Code ?? DecisionCode.Unspecified);

    private void Say(EntryKind kind, StoredPlan plan, DecisionCode code)
    {
        _last[plan.Hash] = kind;
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
}
