using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>The root's revocation list: members on it count no more from here on.</summary>
/// <param name="Revocations">The list's file as text, 1 to 60,000 bytes of UTF-8; whoever relies on it verifies it under the root.</param>
public sealed record KeyRevocation(string Revocations) : EntryBody
{
    /// <summary>Largest list, in bytes. Its quotation marks are escaped, so that one with many entries may be too large for the log before.</summary>
    public const int MostBytes = 60_000;

    internal override bool Fits(EntryKind kind) => kind == EntryKind.KeyRevoked && EntryFields.IsText(Revocations, MostBytes);

    internal override CanonicalJson ToJson() => new CanonicalJson().Add("revocations", Revocations);

    internal static KeyRevocation Read(EntryFields fields) => new(fields.Document("revocations", MostBytes));
}
