using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federated.Federation;
using Federated.Federation.Plans;

namespace Federated.Identity;

/// <summary>A plan as a researcher signed it, with the key of the researcher's certificate.</summary>
/// <param name="Plan">Canonical bytes.</param>
/// <param name="Certificate">The signer's certificate, DER.</param>
/// <param name="Signature">64 bytes, over <c>format ‖ LF ‖ plan</c>: see <see cref="SignedDocument"/>.</param>
public sealed record SealedPlan(ReadOnlyMemory<byte> Plan, ReadOnlyMemory<byte> Certificate, ReadOnlyMemory<byte> Signature)
{
    /// <summary>True if the certificate's bytes are one certificate in DER and nothing else: a reader may pass over what follows it.</summary>
    public bool IsWholeCertificate
    {
        get
        {
            try
            {
                using var certificate = X509CertificateLoader.LoadCertificate(Certificate.Span);
                return certificate.RawDataMemory.Span.SequenceEqual(Certificate.Span);
            }
            catch (CryptographicException)
            {
                return false;
            }
        }
    }

    /// <summary>Why the plan does not count under a root, at no particular time, or null.</summary>
    /// <param name="root">The consortium's.</param>
    /// <param name="revoked">Serial numbers of certificates that count no more, hexadecimal.</param>
    /// <param name="researcher">Who signed.</param>
    public string? RefusalUnder(ConsortiumRoot root, IReadOnlyCollection<string> revoked, out SiteName researcher)
    {
        ArgumentNullException.ThrowIfNull(root);
        return Refusal(
            signer =>
                root.Refusal(signer, Role.Researcher)
                ?? (
                    revoked.Contains(signer.SerialNumber, StringComparer.OrdinalIgnoreCase)
                        ? $"the certificate with serial {signer.SerialNumber} was revoked before."
                        : null
                ),
            out researcher
        );
    }

    /// <summary>Why the plan does not count, or null.</summary>
    /// <param name="judgeSigner">Why the signer's certificate does not count as a researcher's, or null.</param>
    /// <param name="researcher">Who signed.</param>
    public string? Refusal(Func<X509Certificate2, string?> judgeSigner, out SiteName researcher)
    {
        ArgumentNullException.ThrowIfNull(judgeSigner);
        researcher = default;
        try
        {
            using var signer = X509CertificateLoader.LoadCertificate(Certificate.Span);
            if (judgeSigner(signer) is { } refusal)
            {
                return refusal;
            }

            using var key = signer.GetECDsaPublicKey();
            if (key is null || !IsSigned(StudyPlan.Format, key))
            {
                return EarlierFormat.All.FirstOrDefault(format => key is not null && IsSigned(format.Name, key)) is { } earlier
                    ? $"it was written and signed for an earlier release ({earlier.Name}), {earlier.Difference}; submit the study anew."
                    : "its signature is not by the certificate that came with it.";
            }

            researcher = PeerIdentity.TryRead(signer, out var identity, out var fault) ? identity.Name : default;
            return fault;
        }
        catch (CryptographicException)
        {
            return "its certificate or signature is damaged.";
        }
    }

    private bool IsSigned(string format, ECDsa key) => new SignedDocument(format, Plan, Signature).IsSignedBy(key);
}
