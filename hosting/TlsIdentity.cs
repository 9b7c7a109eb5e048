using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Federated.Hosting;

/// <summary>Where a process's TLS files lie, all PEM.</summary>
public sealed record TlsFiles
{
    /// <summary>The consortium's root certificate.</summary>
    public required string Root { get; init; }

    /// <summary>This process's certificate.</summary>
    public required string Certificate { get; init; }

    /// <summary>Its private key, PKCS#8, mode 0600.</summary>
    public required string Key { get; init; }
}

/// <summary>A process's own certificate with its key, and the root it trusts.</summary>
public sealed class TlsIdentity : IDisposable
{
    private TlsIdentity(X509Certificate2 certificate, X509Certificate2 root)
    {
        Certificate = certificate;
        Root = root;
    }

    /// <summary>With private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The only root that counts.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>Loads the three files.</summary>
    /// <exception cref="OperatorException">A file is missing, unreadable, no PEM, or the key is readable by others.</exception>
    public static TlsIdentity Load(TlsFiles files)
    {
        var root = LoadCertificate(files.Root);
        RequirePrivate(files.Key);
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
            // A key that came from PEM is ephemeral; TLS on some platforms wants it through PKCS#12.
            var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            return new TlsIdentity(certificate, root);
        }
        // ArgumentException: key and certificate are sound but do not belong together.
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            root.Dispose();
            throw new OperatorException(
                $"Certificate {files.Certificate} and key {files.Key} cannot be used: {e.Message}",
                "check that both are PEM and belong together",
                e
            );
        }
    }

    /// <summary>Why a peer's certificate is not accepted as <paramref name="expected"/>, or null.</summary>
    /// <param name="certificate">As received in the TLS handshake; null if the peer sent none.</param>
    /// <param name="expected">The role that the peer must have, or null for any.</param>
    public string? Refusal(X509Certificate2? certificate, Role? expected)
    {
        if (certificate is null)
        {
            return "the peer sent no certificate.";
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (!chain.Build(certificate))
        {
            var reasons = chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Where(text => text.Length > 0);
            return $"the certificate '{certificate.Subject}' is not valid under the consortium's root: {string.Join("; ", reasons)}";
        }

        if (!PeerIdentity.TryRead(certificate, out var identity, out var fault))
        {
            return fault;
        }

        return expected is { } role && identity.Role != role
            ? $"the certificate '{certificate.Subject}' is that of a {identity.Role}, not of a {role}."
            : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        Root.Dispose();
    }

    private static X509Certificate2 LoadCertificate(string path)
    {
        try
        {
            return X509CertificateLoader.LoadCertificateFromFile(path);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new OperatorException(
                $"Certificate file {path} cannot be read: {e.Message}",
                "check the path and that it is a PEM certificate",
                e
            );
        }
    }

    private static void RequirePrivate(string keyPath)
    {
        if (!File.Exists(keyPath))
        {
            throw new OperatorException($"Private key file {keyPath} does not exist.", "check the path in the configuration");
        }

        const UnixFileMode others =
            UnixFileMode.GroupRead
            | UnixFileMode.GroupWrite
            | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead
            | UnixFileMode.OtherWrite
            | UnixFileMode.OtherExecute;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(keyPath) & others) != 0)
        {
            throw new OperatorException($"Private key file {keyPath} is open to other users of this machine.", $"run: chmod 600 {keyPath}");
        }
    }
}
