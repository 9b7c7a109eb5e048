using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>A site approves or rejects a plan.</summary>
/// <param name="Plan">Hash of the plan.</param>
/// <param name="Policy">Hash of the site's policy by which it decided.</param>
/// <param name="Reason">Why, as a fixed word.</param>
public sealed record PlanDecision(Digest Plan, Digest Policy, EntryCode Reason) : EntryBody
{
    internal override bool Fits(EntryKind kind) => kind is EntryKind.PlanApproved or EntryKind.PlanRejected;

    internal override CanonicalJson ToJson() =>
        new CanonicalJson().Add("plan_hash", Plan.ToString()).Add("policy_hash", Policy.ToString()).Add("reason", Reason.Value);

    internal static PlanDecision Read(EntryFields fields) =>
        new(fields.Hash("plan_hash"), fields.Hash("policy_hash"), fields.Code("reason"));
}
