using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>The coordinator was started.</summary>
/// <param name="Software">Which release, 1 to 100 characters.</param>
/// <param name="Configuration">Hash of those settings that touch privacy and policy: another one shows that somebody changed them.</param>
public sealed record CoordinatorStart(string Software, Digest Configuration) : EntryBody
{
    internal override bool Fits(EntryKind kind) => kind == EntryKind.CoordinatorStarted && EntryFields.IsSoftware(Software);

    internal override CanonicalJson ToJson() =>
        new CanonicalJson().Add("configuration_hash", Configuration.ToString()).Add("software", Software);

    internal static CoordinatorStart Read(EntryFields fields) => new(fields.Software(), fields.Hash("configuration_hash"));
}
