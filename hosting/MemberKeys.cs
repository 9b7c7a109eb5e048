using System.Security.Cryptography.X509Certificates;
using Federated.Federation;
using Federated.Identity;

namespace Federated.Hosting;

/// <summary>A site's or coordinator's protocol keys, found to be those that the root vouches for. Wiped on disposal.</summary>
public sealed class MemberKeys : IDisposable
{
    private MemberKeys(ProtocolKeys keys, ProtocolCredential credential, byte[] file)
    {
        CredentialFile = file;
        Private = keys;
        Credential = credential;
    }

    /// <summary>The private halves; this object's to wipe.</summary>
    public ProtocolKeys Private { get; }

    /// <summary>The credential as a file: what others verify.</summary>
    public ReadOnlyMemory<byte> CredentialFile { get; }

    /// <summary>What others know of them.</summary>
    public ProtocolCredential Credential { get; }

    /// <summary>Loads and compares keys, credential and certificate: a mix-up shows at start, not when the first signature is refused elsewhere.</summary>
    /// <param name="files">Where they lie.</param>
    /// <param name="holder">Who the certificate says this process is.</param>
    /// <param name="root">The consortium's root.</param>
    /// <exception cref="OperatorException">A file is missing, damaged, open to others, or belongs to another member or consortium.</exception>
    public static MemberKeys Load(ProtocolFiles files, PeerIdentity holder, X509Certificate2 root)
    {
        var credential = ReadCredential(files.Credential, holder, root);
        RequireFile(files.Key, "protocol.key", "Protocol key file");
        var keys = ProtocolKeys.Load(files.Key);
        if (keys.Public == credential.Keys)
        {
            return new MemberKeys(keys, credential, TextFiles.ReadBytes(files.Credential));
        }

        keys.Dispose();
        throw new OperatorException(
            $"Protocol keys {files.Key} are not those of credential {files.Credential}.",
            $"put the two files of '{holder.Name}' there that belong together: fed pki request made the keys, fed pki sign the credential"
        );
    }

    /// <inheritdoc/>
    public void Dispose() => Private.Dispose();

    private static ProtocolCredential ReadCredential(string path, PeerIdentity holder, X509Certificate2 root)
    {
        RequireFile(path, "protocol.credential", "Credential");
        using var key = root.GetECDsaPublicKey() ?? throw new OperatorException($"The root '{root.Subject}' has no EC key.");
        if (!ProtocolCredential.TryRead(TextFiles.ReadBytes(path), key, out var credential, out var fault))
        {
            throw new OperatorException(
                $"Credential {path} cannot be used: {ForeignText.Clean(fault)}",
                "fetch it again from the consortium: fed pki sign writes it beside the certificate"
            );
        }

        return credential.Holder == holder
            ? credential
            : throw new OperatorException(
                $"Credential {path} is that of {Named(credential.Holder)}; the certificate is that of {Named(holder)}.",
                "configure certificate, credential and keys of one member"
            );
    }

    private static string Named(PeerIdentity identity) => $"{Roles.NameOf(identity.Role)} '{identity.Name}'";

    private static void RequireFile(string path, string setting, string what)
    {
        if (!File.Exists(path))
        {
            throw new OperatorException(
                $"{what} {path} does not exist.",
                $"put it there (fed pki makes keys and credential with the certificate), or set {setting} to where it is"
            );
        }
    }
}
