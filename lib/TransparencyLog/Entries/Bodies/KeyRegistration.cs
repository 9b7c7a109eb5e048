using Federated.Federation.Documents;

namespace Federated.TransparencyLog.Entries.Bodies;

/// <summary>A member's keys count from here on, and earlier ones of the same member no more. What vouches for them is the root's signature inside.</summary>
/// <param name="Credential">The credential file as text, 1 to 2,048 bytes of UTF-8; whoever relies on it verifies it under the root.</param>
public sealed record KeyRegistration(string Credential) : EntryBody
{
    /// <summary>Largest credential, in bytes: as much as a message of a round may carry.</summary>
    public const int MostBytes = 2048;

    internal override bool Fits(EntryKind kind) => kind == EntryKind.KeyRegistered && EntryFields.IsText(Credential, MostBytes);

    internal override CanonicalJson ToJson() => new CanonicalJson().Add("credential", Credential);

    internal static KeyRegistration Read(EntryFields fields) => new(fields.Document("credential", MostBytes));
}
