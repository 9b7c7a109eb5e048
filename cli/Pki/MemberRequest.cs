using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federated.Federation;
using Federated.Federation.Documents;
using Federated.Hosting;
using Federated.Identity;

namespace Federated.Cli.Pki;

/// <summary>What a member asks the root to certify. Signed with the member's own TLS key, so that nobody can ask for a key they do not hold.</summary>
/// <param name="Identity">Role and name.</param>
/// <param name="Keys">Protocol keys; null for researchers and auditors.</param>
/// <param name="TlsKey">The public key, SubjectPublicKeyInfo.</param>
/// <param name="Hosts">Names of a coordinator.</param>
internal sealed record MemberRequest(PeerIdentity Identity, ProtocolPublicKeys? Keys, byte[] TlsKey, IReadOnlyList<string> Hosts)
{
    internal const string Kind = "federated-request/2";

    private const string EarlierKind = "federated-request/1";

    internal byte[] ToPayload()
    {
        var json = new CanonicalJson()
            .Add("role", Roles.NameOf(Identity.Role))
            .Add("name", Identity.Name.Value)
            .Add("tls_key", Convert.ToHexStringLower(TlsKey))
            .Add("hosts", string.Join(' ', Hosts));
        if (Keys is { } keys)
        {
            json.Add("protocol_keys", string.Join(' ', keys.All));
        }

        return json.ToBytes();
    }

    /// <summary>Reads a request and checks its signature with the key it names.</summary>
    /// <param name="path">The request's file.</param>
    /// <param name="expected">Who is to be certified: whoever made the request chose what it says.</param>
    /// <exception cref="OperatorException">It is damaged, its signature is not by its own key, or it asks for anything else.</exception>
    internal static MemberRequest Read(string path, PeerIdentity expected)
    {
        OperatorException Broken(string fault) =>
            new($"Request {path} cannot be used: {fault}", "ask the member to make it again: fed pki request");
        if (!SignedDocument.TryRead(TextFiles.ReadBytes(path), Kind, out var document, out var fault))
        {
            throw Broken(
                SignedDocument.TryRead(TextFiles.ReadBytes(path), EarlierKind, out _, out _)
                    ? $"it is of an earlier release ('{EarlierKind}'), without a P-256 key; 'fed pki request --renew' of this release keeps the keys."
                    : fault
            );
        }

        var root = DocumentReader.Root(CanonicalJson.Parse(document.Payload, out fault) ?? throw Broken(fault!));
        var role = root.Choice("role", Roles.Names);
        var name = root.Text("name");
        var key = root.Text("tls_key");
        var hosts = root.Text("hosts", "");
        var protocolKeys = root.Text("protocol_keys", "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        root.RefuseUnknownKeys();
        if (root.Faults.Count > 0)
        {
            throw Broken(string.Join("; ", root.Faults));
        }

        if (SiteName.Fault(name) is { } nameFault)
        {
            throw Broken(nameFault);
        }

        var identity = PkiOptions.IdentityOf(role, name);
        if (identity != expected)
        {
            throw new OperatorException(
                $"Request {path} asks for {Of(identity)}, not for {Of(expected)}; nothing was signed.",
                "ask whoever you expect it from by telephone what they sent; never sign for a role or name that you did not expect"
            );
        }

        var theirHosts = hosts.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (PkiOptions.HostsFault(identity, theirHosts) is { } hostsFault)
        {
            throw Broken(hostsFault);
        }

        var keys = protocolKeys is [var a, var b, var c, var d] ? new ProtocolPublicKeys(a, b, c, d) : null;
        if (Roles.HasProtocolKeys(identity.Role))
        {
            if (keys is null || keys.Fault() is not null)
            {
                throw Broken($"a {role} has three different protocol keys of Ed25519 and one of P-256.");
            }
        }
        else if (protocolKeys.Length > 0)
        {
            throw Broken($"a {role} has no protocol keys.");
        }

        try
        {
            var spki = Convert.FromHexString(key);
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(spki, out var read);
            if (read != spki.Length || ecdsa.KeySize != 256 || !document.IsSignedBy(ecdsa))
            {
                throw Broken("its signature was not made with the key that it names.");
            }

            return new MemberRequest(identity, keys, spki, theirHosts);
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            throw Broken("its key is no P-256 public key.");
        }
    }

    private static string Of(PeerIdentity identity) => $"{Roles.NameOf(identity.Role)} '{identity.Name}'";

    /// <summary>The key as certificates hold it.</summary>
    internal PublicKey PublicKey => PublicKey.CreateFromSubjectPublicKeyInfo(TlsKey, out _);
}
