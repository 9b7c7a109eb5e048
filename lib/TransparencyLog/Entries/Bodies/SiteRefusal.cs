using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>A site refused something.</summary>
/// <param name="Code">Why.</param>
/// <param name="Evidence">Hash of the evidence that the site keeps; the hash of nothing where there is none.</param>
public sealed record SiteRefusal(EntryCode Code, Digest Evidence) : EntryBody
{
    internal override bool Fits(EntryKind kind) => kind == EntryKind.Refusal;

    internal override CanonicalJson ToJson() => new CanonicalJson().Add("code", Code.Value).Add("evidence_hash", Evidence.ToString());

    internal static SiteRefusal Read(EntryFields fields) => new(fields.Code("code"), fields.Hash("evidence_hash"));
}
