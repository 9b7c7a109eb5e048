using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federated.Federation;

namespace Federated.Identity;

/// <summary>The consortium's root certificate: what it says of others, at no particular time. Immutable and thread-safe; disposal is the certificate's.</summary>
public sealed class ConsortiumRoot : IDisposable
{
    private readonly X509Certificate2 _certificate;

    /// <param name="certificate">The root; this object's to dispose of.</param>
    /// <exception cref="ArgumentException">Its key is none of P-256: see <see cref="TryRead"/> for certificates of others.</exception>
    public ConsortiumRoot(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        _certificate = certificate;
        Key =
            certificate.GetECDsaPublicKey()
            ?? throw new ArgumentException($"The root '{certificate.Subject}' has no EC key.", nameof(certificate));
        Hash = Digest.Of(certificate.RawData);
    }

    /// <summary>The root's public key, which verifies credentials and revocation lists.</summary>
    public ECDsa Key { get; }

    /// <summary>SHA-256 of the certificate, DER: the fingerprint that people compare.</summary>
    public Digest Hash { get; }

    /// <summary>Its subject, cleaned for a screen.</summary>
    public string Subject => ForeignText.Clean(_certificate.Subject);

    /// <summary>The certificate, PEM, with its last line feed: the only spelling that <see cref="TryRead"/> takes.</summary>
    public string ToPem() => _certificate.ExportCertificatePem() + "\n";

    /// <summary>Reads a root certificate that came with other files.</summary>
    /// <param name="pem">PEM as <see cref="ToPem"/> writes it, and nothing else: no byte of the file is left that nobody looks at.</param>
    /// <param name="root">The root, or null; the caller disposes of it.</param>
    /// <param name="fault">Null, or what is wrong; a sentence.</param>
    public static bool TryRead(ReadOnlySpan<byte> pem, [NotNullWhen(true)] out ConsortiumRoot? root, [NotNullWhen(false)] out string? fault)
    {
        if (!TryReadKnown(pem, out root, out fault))
        {
            return false;
        }

        if (System.Text.Encoding.ASCII.GetBytes(root.ToPem()).AsSpan().SequenceEqual(pem))
        {
            return true;
        }

        root.Dispose();
        root = null;
        fault = "it is a certificate, but not one PEM block and nothing else; write it again with a tool for certificates.";
        return false;
    }

    /// <summary>Reads a root certificate that the caller brings and knows: how its lines end is nobody's business.</summary>
    /// <inheritdoc cref="TryRead" path="/param"/>
    public static bool TryReadKnown(
        ReadOnlySpan<byte> pem,
        [NotNullWhen(true)] out ConsortiumRoot? root,
        [NotNullWhen(false)] out string? fault
    )
    {
        root = null;
        fault = null;
        try
        {
            var certificate = X509CertificateLoader.LoadCertificate(pem);
            if (certificate.GetECDsaPublicKey() is not { } key)
            {
                certificate.Dispose();
                fault = "it is a certificate without an EC key.";
                return false;
            }

            key.Dispose();
            root = new ConsortiumRoot(certificate);
            return true;
        }
        catch (CryptographicException)
        {
            fault = "it is no certificate.";
            return false;
        }
    }

    /// <summary>True if the root issued this certificate, whenever it was valid and whatever was revoked since.</summary>
    public bool Issued(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(_certificate);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // the consortium's own list is looked up instead
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid; // judged apart, by whoever has a clock
        return chain.Build(certificate);
    }

    /// <summary>Why a certificate is not one that the root issued to somebody of that role, or null. Says nothing of time and revocation.</summary>
    /// <param name="certificate">Of whomever.</param>
    /// <param name="expected">The role that its holder must have.</param>
    public string? Refusal(X509Certificate2 certificate, Role expected) =>
        !TryIdentify(certificate, out var identity, out var fault) ? fault : RoleRefusal(identity, expected);

    /// <summary>Who a certificate names, if the root issued it.</summary>
    /// <param name="certificate">Of whomever.</param>
    /// <param name="identity">Role and name, or null.</param>
    /// <param name="fault">Null, or why it counts for nothing.</param>
    /// <param name="issued">What looks up whether the root issued it; null for <see cref="Issued"/> itself.</param>
    public bool TryIdentify(
        X509Certificate2 certificate,
        [NotNullWhen(true)] out PeerIdentity? identity,
        [NotNullWhen(false)] out string? fault,
        Func<X509Certificate2, bool>? issued = null
    )
    {
        // Who issued it is asked first: of a stranger's certificate nothing is quoted but a name that is well-formed.
        var isNamed = PeerIdentity.TryRead(certificate, out identity, out fault);
        if (!(issued ?? Issued)(certificate))
        {
            fault =
                $"{Named(identity)} was not issued by this consortium's root '{_certificate.Subject}'; check that both sides use the same root file, or ask the consortium for a certificate.";
            identity = null;
        }

        return isNamed && fault is null;
    }

    /// <summary>Why a member may not act in a role, or null.</summary>
    public static string? RoleRefusal(PeerIdentity identity, Role expected) =>
        identity.Role == expected
            ? null
            : $"{Named(identity)} cannot act as a {Roles.NameOf(expected)}; use the certificate that was issued for that.";

    /// <summary>A certificate, as messages name it.</summary>
    public static string Named(PeerIdentity? identity) =>
        identity is null ? "the certificate" : $"the certificate of {Roles.NameOf(identity.Role)} '{identity.Name}'";

    /// <inheritdoc/>
    public void Dispose()
    {
        Key.Dispose();
        _certificate.Dispose();
    }
}
