using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Federated.Identity;

namespace Federated.Hosting;

/// <summary>A consortium's root: makes certificates for its members (ECDSA P-256). Whoever holds one can invent sites; keep it offline.</summary>
public sealed class ConsortiumAuthority : IDisposable
{
    private readonly ECDsa _key;
    private readonly X509Certificate2 _root;
    private readonly TimeProvider _time;

    private ConsortiumAuthority(ECDsa key, X509Certificate2 root, TimeProvider time)
    {
        _key = key;
        _root = root;
        _time = time;
    }

    /// <summary>The root certificate, PEM.</summary>
    public string RootPem => _root.ExportCertificatePem();

    /// <summary>Makes a new root.</summary>
    /// <param name="consortium">Name in the root's subject.</param>
    /// <param name="validity">How long the root is valid from now.</param>
    /// <param name="time">The clock.</param>
    public static ConsortiumAuthority Create(string consortium, TimeSpan validity, TimeProvider time)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName($"{consortium} root");
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        return new ConsortiumAuthority(key, request.CreateSelfSigned(now - ClockSlack, now + validity), time);
    }

    /// <summary>Peers' clocks may be behind ours by this much when they first see a certificate.</summary>
    private static TimeSpan ClockSlack => TimeSpan.FromMinutes(5);

    /// <summary>Opens a root that <see cref="Save"/> wrote.</summary>
    /// <exception cref="OperatorException">A file is missing, or the key is open to others.</exception>
    public static ConsortiumAuthority Load(string folder, TimeProvider time)
    {
        using var tls = TlsIdentity.Load(
            new TlsFiles
            {
                Root = Path.Combine(folder, RootFile),
                Certificate = Path.Combine(folder, RootFile),
                Key = Path.Combine(folder, KeyFile),
            },
            time
        );
        var key =
            tls.Certificate.GetECDsaPrivateKey()
            ?? throw new OperatorException($"{folder}/{KeyFile} is no EC key.", "restore it from backup");
        return new ConsortiumAuthority(key, X509CertificateLoader.LoadCertificate(tls.Root.RawData), time);
    }

    /// <summary>Name of the root certificate in the root's folder.</summary>
    public const string RootFile = "root.pem";

    /// <summary>Name of the root's private key in its folder.</summary>
    public const string KeyFile = "root.key";

    /// <summary>Writes certificate and key (mode 0600) into a folder.</summary>
    /// <exception cref="OperatorException">There is a root already: a new one would orphan every certificate it issued.</exception>
    public void Save(string folder)
    {
        if (File.Exists(Path.Combine(folder, KeyFile)))
        {
            throw new OperatorException($"{folder} holds a consortium root already; nothing was changed.", "choose another folder");
        }

        PrivateFiles.WriteSecret(Path.Combine(folder, KeyFile), _key.ExportPkcs8PrivateKeyPem());
        PrivateFiles.WriteWhole(Path.Combine(folder, RootFile), Encoding.UTF8.GetBytes(RootPem));
    }

    /// <summary>Signs a credential, a revocation list, or whatever else the root vouches for.</summary>
    public SignedDocument Sign(string kind, ReadOnlyMemory<byte> payload) => SignedDocument.Sign(kind, payload, _key);

    /// <summary>The credential file of a member: that these protocol keys are its own.</summary>
    /// <param name="holder">Role and name.</param>
    /// <param name="entity">The legal entity that runs the member.</param>
    /// <param name="keys">Its public keys, without a fault.</param>
    public byte[] Vouch(PeerIdentity holder, string entity, ProtocolPublicKeys keys) =>
        Sign(ProtocolCredential.Kind, new ProtocolCredential(holder, entity, keys).ToPayload()).ToFile();

    /// <summary>Makes a member's protocol keys here, and writes them with their credential.</summary>
    /// <param name="holder">Role and name.</param>
    /// <param name="entity">The legal entity that runs the member.</param>
    /// <param name="files">Where to write them.</param>
    /// <exception cref="OperatorException">A file cannot be written.</exception>
    public void IssueProtocolKeys(PeerIdentity holder, string entity, ProtocolFiles files)
    {
        using var keys = ProtocolKeys.Generate();
        keys.Save(files.Key);
        PrivateFiles.WriteWhole(files.Credential, Vouch(holder, entity, keys.Public));
    }

    /// <summary>Issues a certificate and its key, made here: for a throw-away consortium, or members who trust the root with their TLS keys.</summary>
    /// <param name="identity">Role and name inside.</param>
    /// <param name="hosts">DNS names or addresses that a coordinator is reached under.</param>
    /// <param name="validity">From now.</param>
    /// <returns>Certificate and PKCS#8 key, PEM.</returns>
    public (string CertificatePem, string KeyPem) Issue(PeerIdentity identity, IEnumerable<string> hosts, TimeSpan validity)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (Certify(new PublicKey(key), identity, hosts, validity), key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Issues a certificate for a key that never left its machine.</summary>
    /// <param name="key">The member's P-256 public key, from a request whose signature was checked.</param>
    /// <param name="identity">Role and name inside.</param>
    /// <param name="hosts">DNS names or addresses that a coordinator is reached under.</param>
    /// <param name="validity">From now; never beyond the root's own.</param>
    /// <returns>The certificate, PEM.</returns>
    public string Certify(PublicKey key, PeerIdentity identity, IEnumerable<string> hosts, TimeSpan validity)
    {
        var subject = new X500DistinguishedNameBuilder();
        subject.AddOrganizationalUnitName(Roles.NameOf(identity.Role));
        subject.AddCommonName(identity.Name.Value);
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        var usage = identity.Role == Role.Coordinator ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2"; // serverAuth, clientAuth
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_root, true, false));
        AddHosts(request, hosts);
        var now = _time.GetUtcNow();
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40); // positive, and always of the same length
        using var certificate = request.Create(
            _root.SubjectName,
            X509SignatureGenerator.CreateForECDsa(_key),
            now - ClockSlack,
            Earlier(now + validity, _root.NotAfter),
            serial
        );
        return certificate.ExportCertificatePem();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Dispose();
        _root.Dispose();
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static void AddHosts(CertificateRequest request, IEnumerable<string> hosts)
    {
        var names = new SubjectAlternativeNameBuilder();
        var any = false;
        foreach (var host in hosts)
        {
            any = true;
            if (System.Net.IPAddress.TryParse(host, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(host);
            }
        }

        if (any)
        {
            request.CertificateExtensions.Add(names.Build());
        }
    }
}
