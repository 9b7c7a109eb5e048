using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federated.Identity;

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

    /// <summary>The consortium's revocation list, or null for none. Read again whenever it changes.</summary>
    public string? Revocations { get; init; }
}

/// <summary>A process's own certificate with its key, and the root it trusts.</summary>
public sealed class TlsIdentity : IDisposable
{
    /// <summary>More members than any consortium has; beyond it, chains are built again.</summary>
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<string, byte> _issued = new();
    private readonly TimeProvider _time;
    private readonly Revocations _revocations;
    private readonly ConsortiumRoot _root; // of Root, which it disposes of

    private TlsIdentity(X509Certificate2 certificate, X509Certificate2 root, string? revocations, TimeProvider time)
    {
        Certificate = certificate;
        Root = root;
        _time = time;
        _revocations = new Revocations(revocations, root);
        _root = new ConsortiumRoot(root);
    }

    /// <summary>With private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The only root that counts.</summary>
    public X509Certificate2 Root { get; }

    /// <summary>Loads the three files.</summary>
    /// <exception cref="OperatorException">A file is missing, unreadable, no PEM, or the key is readable by others.</exception>
    public static TlsIdentity Load(TlsFiles files, TimeProvider time)
    {
        var root = LoadCertificate(files.Root);
        if (root.GetECDsaPublicKey() is not { } rootKey)
        {
            root.Dispose();
            throw new OperatorException(
                $"Certificate file {files.Root} has no EC key, so it is no consortium's root.",
                "fetch the root's certificate"
            );
        }

        rootKey.Dispose();
        PrivateFiles.RequirePrivate(files.Key);
        try
        {
            using var pem = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
            // A key that came from PEM is ephemeral; TLS on some platforms wants it through PKCS#12.
            var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            return new TlsIdentity(certificate, root, files.Revocations, time);
        }
        // ArgumentException: key and certificate are sound but do not belong together.
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            root.Dispose();
            throw new OperatorException(
                $"Certificate {files.Certificate} and key {files.Key} cannot be used: {e.Message}",
                "check that both are PEM and belong together: a key fits only the certificate that was made for it",
                e
            );
        }
    }

    /// <summary>Why a peer's certificate is not accepted as <paramref name="expected"/>, or null. Each reason says what its holder should do.</summary>
    /// <param name="certificate">As received in the TLS handshake; null if the peer sent none.</param>
    /// <param name="expected">The role that the peer must have, or null for any.</param>
    public string? Refusal(X509Certificate2? certificate, Role? expected) => Judge(certificate, expected, _time.GetUtcNow());

    /// <summary>
    /// Why the certificate of somebody who signed a document is not accepted, or null. One that has run out since still vouches for what it
    /// signed: a study outlives the certificate of its researcher. One that was revoked does not.
    /// </summary>
    /// <param name="certificate">That came with the document.</param>
    /// <param name="expected">The role that the signer must have.</param>
    public string? SignerRefusal(X509Certificate2 certificate, Role expected)
    {
        var now = _time.GetUtcNow();
        var last = (DateTimeOffset)certificate.NotAfter - TimeSpan.FromSeconds(1); // at the last second itself OpenSSL says no
        return Judge(certificate, expected, now < last ? now : last);
    }

    private string? Judge(X509Certificate2? certificate, Role? expected, DateTimeOffset now)
    {
        if (certificate is null)
        {
            return "no certificate was shown; set tls.certificate and tls.key.";
        }

        if (!_root.TryIdentify(certificate, out var identity, out var fault, IsIssuedByRoot))
        {
            return fault;
        }

        var named = ConsortiumRoot.Named(identity);
        if (OutOfTime(certificate, now) is { } outOfTime)
        {
            return $"{named} {outOfTime}";
        }

        if (now > Root.NotAfter)
        {
            return $"this consortium's root '{Root.Subject}' {OutOfTime(Root, now)}";
        }

        if (RevokedOrUnknown(certificate) is { } revoked)
        {
            return $"{named} {revoked}";
        }

        return expected is { } role ? ConsortiumRoot.RoleRefusal(identity, role) : null;
    }

    /// <summary>Why this process's own certificate cannot be used now, or null.</summary>
    public string? OwnFault() => Refusal(Certificate, expected: null);

    /// <summary>The revocation list, and its file as the root signed it; null where none is configured.</summary>
    /// <exception cref="OperatorException">It cannot be read, or is older than the one read before: then nobody is let in.</exception>
    public (RevocationList List, ReadOnlyMemory<byte> File)? NewestRevocations() => _revocations.Newest();

    /// <summary>Why the credential of a member does not count any more although the root signed it, or null.</summary>
    internal string? CredentialRefusal(PeerIdentity member) =>
        UnlessReadable(() => _revocations.Contains(member) ? "was revoked; this member takes part in nothing any more." : null)
            is { } refusal
            ? $"the credential of {Roles.NameOf(member.Role)} '{member.Name}' {refusal}"
            : null;

    private string? RevokedOrUnknown(X509Certificate2 certificate) =>
        UnlessReadable(() =>
            _revocations.Contains(certificate)
                ? $"(serial {certificate.SerialNumber}) was revoked; ask the consortium for a new one."
                : null
        );

    private static string? UnlessReadable(Func<string?> judge)
    {
        try
        {
            return judge();
        }
        catch (OperatorException e)
        {
            // Nobody is let in by a list that cannot be read: whoever damaged it may be on it.
            return $"cannot be checked: {e.Message} Hint: {e.Hint ?? "fetch it again from the consortium"}.";
        }
    }

    private static string? OutOfTime(X509Certificate2 certificate, DateTimeOffset now)
    {
        if (now > certificate.NotAfter)
        {
            return $"expired on {Time(certificate.NotAfter)} (the clock where it was checked says {Time(now)}); renew it, or set that clock if it is wrong.";
        }

        return now < certificate.NotBefore
            ? $"is valid only from {Time(certificate.NotBefore)} on (the clock where it was checked says {Time(now)}); set that clock if it is wrong, or wait."
            : null;
    }

    private bool IsIssuedByRoot(X509Certificate2 certificate)
    {
        // Building a chain costs more than a small round. Who issued a certificate does not change; time and revocation are judged every time.
        var print = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        if (_issued.ContainsKey(print))
        {
            return true;
        }

        var issued = _root.Issued(certificate);
        if (issued && _issued.Count < MostRemembered)
        {
            _issued.TryAdd(print, 0);
        }

        return issued;
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        _root.Dispose();
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
}
