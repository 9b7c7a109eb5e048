using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>A site approves a plan, rejects it, or withdraws its approval: which plan is in the entry's study.</summary>
/// <param name="Policy">Hash of the site's policy by which it decided.</param>
/// <param name="Reason">Why, as a fixed word.</param>
/// <param name="Decision">SHA-256 of the site's decision file, which has a random number in it: names of people cannot be guessed from the hash.</param>
public sealed record PlanDecision(Digest Policy, EntryCode Reason, Digest Decision) : EntryBody
{
    internal override bool Fits(EntryKind kind) => kind is EntryKind.PlanApproved or EntryKind.PlanRejected or EntryKind.PlanWithdrawn;

    internal override CanonicalJson ToJson() =>
        new CanonicalJson().Add("decision_hash", Decision.ToString()).Add("policy_hash", Policy.ToString()).Add("reason", Reason.Value);

    internal static PlanDecision Read(EntryFields fields) =>
        new(fields.Hash("policy_hash"), fields.Code("reason"), fields.Hash("decision_hash"));
}
