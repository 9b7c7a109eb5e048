using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>A site decides by another policy from here on.</summary>
/// <param name="Policy">Hash of the policy.</param>
public sealed record PolicyChange(Digest Policy) : EntryBody
{
    internal override bool Fits(EntryKind kind) => kind == EntryKind.PolicyChanged;

    internal override CanonicalJson ToJson() => new CanonicalJson().Add("policy_hash", Policy.ToString());

    internal static PolicyChange Read(EntryFields fields) => new(fields.Hash("policy_hash"));
}
