using Federated.Federation;
using Federated.Federation.Documents;
using Federated.TransparencyLog.Checkpoints;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>The log begins: entry 0, and only there.</summary>
/// <param name="Origin">Of the log, as its checkpoints say it.</param>
/// <param name="Root">SHA-256 of the consortium's root certificate, DER.</param>
/// <param name="Software">What wrote it: a release, 1 to 100 characters.</param>
public sealed record LogBeginning(string Origin, Digest Root, string Software) : EntryBody
{
    internal override bool Fits(EntryKind kind) =>
        kind == EntryKind.LogBegan && Checkpoint.IsOrigin(Origin) && EntryFields.IsSoftware(Software);

    internal override CanonicalJson ToJson() =>
        new CanonicalJson().Add("origin", Origin).Add("root_hash", Root.ToString()).Add("software", Software);

    internal static LogBeginning Read(EntryFields fields)
    {
        var origin = fields.Text("origin");
        if (!Checkpoint.IsOrigin(origin))
        {
            fields.Reader.Fault("origin", "expected the origin of a log.");
        }

        return new(origin, fields.Hash("root_hash"), fields.Software());
    }
}
