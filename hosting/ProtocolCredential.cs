using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Federated.Federation;
using Federated.Federation.Documents;

namespace Federated.Hosting;

/// <summary>The root's word that these protocol keys belong to this member.</summary>
public sealed record ProtocolCredential(PeerIdentity Holder, ProtocolPublicKeys Keys)
{
    /// <summary>Kind of the signed document.</summary>
    public const string Kind = "federated-credential/1";

    /// <summary>The payload that the root signs.</summary>
    public byte[] ToPayload() =>
        new CanonicalJson()
            .Add("role", Roles.NameOf(Holder.Role))
            .Add("name", Holder.Name.Value)
            .Add("identity_key", Keys.Identity)
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
        if (!SignedDocument.TryRead(file, Kind, out var document, out fault))
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

    /// <summary>Reads a payload, signed or (in a request) not yet.</summary>
    internal static bool TryReadPayload(
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
        var keys = new ProtocolPublicKeys(root.Text("identity_key"), root.Text("log_key"), root.Text("witness_key"));
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

        if (keys.All.Any(key => !Digest.TryParse(key, out _)) || keys.All.Distinct(StringComparer.Ordinal).Count() != keys.All.Count)
        {
            fault = "its keys are not three different ones of 32 bytes.";
            return false;
        }

        credential = new ProtocolCredential(new PeerIdentity(parsed, site), keys);
        return true;
    }
}
