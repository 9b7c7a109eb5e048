using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.Identity;

/// <summary>The root's list of what no longer counts: one list replaces the one before.</summary>
/// <param name="Number">Grows with every list.</param>
/// <param name="Serials">Serial numbers of certificates, hexadecimal, as X.509 tools print them.</param>
/// <param name="Members">Members whose credentials no longer count, whichever they are.</param>
public sealed record RevocationList(long Number, IReadOnlyList<string> Serials, IReadOnlyList<PeerIdentity> Members)
{
    /// <summary>Kind of the signed document.</summary>
    public const string Kind = "federated-revocations/2";

    /// <summary>
    /// Lists of an earlier release knew certificates only. They are read, so that a consortium needs no new list on the day of an upgrade: nobody whom
    /// they revoked has a credential that this release reads.
    /// </summary>
    private const string EarlierKind = "federated-revocations/1";

    /// <summary>The payload that the root signs; members and serials ascend in it, each once.</summary>
    public byte[] ToPayload() =>
        new CanonicalJson()
            .Add("number", Number)
            .Add(
                "members",
                Members
                    .Distinct()
                    .OrderBy(member => member.Name)
                    .ThenBy(member => member.Role)
                    .Select(member => new CanonicalJson().Add("role", Roles.NameOf(member.Role)).Add("name", member.Name.Value))
            )
            .Add("serials", Serials.Distinct().Order(StringComparer.Ordinal).Select(serial => new CanonicalJson().Add("serial", serial)))
            .ToBytes();

    /// <summary>Verifies a list's file under the root's key, then reads it.</summary>
    /// <param name="file">Any bytes.</param>
    /// <param name="root">The root's public key.</param>
    /// <param name="list">The list, or null.</param>
    /// <param name="fault">Null, or why it is none of this root; a sentence.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> file,
        ECDsa root,
        [NotNullWhen(true)] out RevocationList? list,
        [NotNullWhen(false)] out string? fault
    )
    {
        list = null;
        if (
            !SignedDocument.TryRead(file, Kind, out var document, out fault)
            && !SignedDocument.TryRead(file, EarlierKind, out document, out _)
        )
        {
            return false;
        }

        if (!document.IsSignedBy(root))
        {
            fault = "it was not signed by this consortium's root.";
            return false;
        }

        var reader = DocumentReader.Root(CanonicalJson.Parse(document.Payload, out _) ?? new DocumentNode.Scalar(0, "", IsNull: true));
        var number = (long)reader.Number("number");
        string[] serials = [.. reader.Sections("serials").Select(item => item.Text("serial"))];
        PeerIdentity[] members = document.Kind == Kind ? [.. reader.Sections("members").Select(ReadMember).OfType<PeerIdentity>()] : [];
        reader.RefuseUnknownKeys();
        fault = reader.Faults.Count > 0 ? string.Join("; ", reader.Faults) : null;
        list = fault is null ? new RevocationList(number, serials, members) : null;
        return fault is null;
    }

    private static PeerIdentity? ReadMember(DocumentReader item)
    {
        var (role, name) = (item.Choice("role", Roles.Names), item.Text("name"));
        item.RefuseUnknownKeys();
        if (Roles.TryParse(role, out var parsed) && SiteName.TryParse(name, out var member))
        {
            return new PeerIdentity(parsed, member);
        }

        item.Fault("name", "it is no member's."); // never passed over: somebody was meant
        return null;
    }
}
