using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Federated.Grpc.Tests.Hosting;

/// <summary>A certificate authority that lives as long as one test.</summary>
internal sealed class TestAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private static readonly TimeSpan Validity = TimeSpan.FromDays(1);

    private readonly DateTimeOffset _from = TimeProvider.System.GetUtcNow().AddHours(-1);
    private readonly List<X509Certificate2> _issued = [];

    public TestAuthority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        Root = request.CreateSelfSigned(_from, _from + Validity);
    }

    /// <summary>The root, with its key.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>A certificate for a server on this machine, with its key.</summary>
    public X509Certificate2 IssueServer() => Issue("localhost", ServerAuthentication);

    /// <summary>A certificate for a client of this name, with its key.</summary>
    public X509Certificate2 IssueClient(string commonName) => Issue(commonName, ClientAuthentication);

    /// <summary>Trusts certificates of this authority and no others.</summary>
    public X509ChainPolicy TrustOnlyThis() =>
        new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { X509CertificateLoader.LoadCertificate(Root.RawData) },
            RevocationMode = X509RevocationMode.NoCheck,
        };

    /// <summary>This authority's root, and a certificate that another may have issued, as the Python scripts take them.</summary>
    public JsonObject ForPython(X509Certificate2? certificate) =>
        new()
        {
            ["root"] = Root.ExportCertificatePem(),
            ["certificate"] = certificate?.ExportCertificatePem(),
            ["key"] = certificate?.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem(),
        };

    public void Dispose()
    {
        Root.Dispose();
        _issued.ForEach(certificate => certificate.Dispose());
    }

    private X509Certificate2 Issue(string commonName, string purpose)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={commonName}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(commonName);
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());

        using var certificate = request.Create(Root, _from, _from + Validity, RandomNumberGenerator.GetBytes(16));
        var issued = certificate.CopyWithPrivateKey(key);
        _issued.Add(issued);
        return issued;
    }
}
