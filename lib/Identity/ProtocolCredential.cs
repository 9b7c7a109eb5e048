using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.Identity;

/// <summary>The root's word that these protocol keys belong to this member, and who runs it.</summary>
/// <param name="Holder">Role and name.</param>
/// <param name="Entity">
/// The legal entity that runs the member, as whoever keeps the root knows it. Two sites of one entity are never in one cohort: they would hide each
/// other's update from nobody.
/// </param>
/// <param name="Keys">The public halves.</param>
public sealed record ProtocolCredential(PeerIdentity Holder, string Entity, ProtocolPublicKeys Keys)
{
    /// <summary>Kind of the signed document.</summary>
    public const string Kind = "federated-credential/2";

    /// <summary>Longest name of a legal entity, in characters.</summary>
    public const int MaxEntityLength = 100;

    private const string EarlierKind = "federated-credential/1";

    /// <summary>Why this is no legal entity's name, or null. Names are compared character by character, so that none may hide in blanks.</summary>
    public static string? EntityFault(string entity) =>
        entity.Length is >= 1 and <= MaxEntityLength && entity.Trim() == entity && ForeignText.Clean(entity, MaxEntityLength) == entity
            ? null
            : $"a legal entity has 1 to {MaxEntityLength} printable characters, without blanks around them.";

    /// <summary>The payload that the root signs.</summary>
    public byte[] ToPayload() =>
        new CanonicalJson()
            .Add("role", Roles.NameOf(Holder.Role))
            .Add("name", Holder.Name.Value)
            .Add("entity", Entity)
            .Add("identity_key", Keys.Identity)
            .Add("identity_p256_key", Keys.IdentityP256)
            .Add("log_key", Keys.Log)
            .Add("witness_key", Keys.Witness)
            .ToBytes();

    /// <summary>Verifies a credential file under the root's key, then reads it.</summary>
    public static bool TryRead(
        ReadOnlyMemory<byte> file,
        ECDsa root,
        [NotNullWhen(true)] out ProtocolCredential? credential,
        [NotNullWhen(false)] out string? fault
    )
    {
        credential = null;
        if (!TryOpen(file, out var document, out fault))
        {
            return false;
        }

        if (!document.IsSignedBy(root))
        {
            fault = "it was not signed by this consortium's root.";
            return false;
        }

        return TryReadPayload(document.Payload, out credential, out fault);
    }

    /// <summary>Reads what a credential file says, whoever signed it: to show it to people, never to rely on.</summary>
    public static bool TryReadUnverified(
        ReadOnlyMemory<byte> file,
        [NotNullWhen(true)] out ProtocolCredential? credential,
        [NotNullWhen(false)] out string? fault
    )
    {
        credential = null;
        return TryOpen(file, out var document, out fault) && TryReadPayload(document.Payload, out credential, out fault);
    }

    private static bool TryOpen(
        ReadOnlyMemory<byte> file,
        [NotNullWhen(true)] out SignedDocument? document,
        [NotNullWhen(false)] out string? fault
    )
    {
        if (SignedDocument.TryRead(file, Kind, out document, out fault))
        {
            return true;
        }

        if (SignedDocument.TryRead(file, EarlierKind, out _, out _))
        {
            fault =
                $"it is of an earlier release ('{EarlierKind}'), without a legal entity and a P-256 key; renew it: 'fed pki request --renew' where "
                + "the keys lie, which stay, and 'fed pki sign' at the root.";
        }

        return false;
    }

    private static bool TryReadPayload(
        ReadOnlyMemory<byte> payload,
        [NotNullWhen(true)] out ProtocolCredential? credential,
        [NotNullWhen(false)] out string? fault
    )
    {
        credential = null;
        if (CanonicalJson.Parse(payload, out fault) is not { } node)
        {
            fault ??= "it is no JSON.";
            return false;
        }

        var root = DocumentReader.Root(node);
        var role = root.Choice("role", Roles.Names);
        var name = root.Text("name");
        var entity = root.Text("entity");
        var keys = new ProtocolPublicKeys(
            root.Text("identity_key"),
            root.Text("identity_p256_key"),
            root.Text("log_key"),
            root.Text("witness_key")
        );
        root.RefuseUnknownKeys();
        if (root.Faults.Count > 0)
        {
            fault = string.Join("; ", root.Faults);
            return false;
        }

        if (!Roles.TryParse(role, out var parsed) || !SiteName.TryParse(name, out var site))
        {
            fault = SiteName.Fault(name) ?? $"'{role}' is no role.";
            return false;
        }

        fault = Roles.HasProtocolKeys(parsed) ? EntityFault(entity) ?? keys.Fault() : $"a {role} has no protocol keys.";
        if (fault is not null)
        {
            return false;
        }

        credential = new ProtocolCredential(new PeerIdentity(parsed, site), entity, keys);
        return true;
    }
}
