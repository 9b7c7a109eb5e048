using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federated.Federation;
using Federated.Federation.Plans;

namespace Federated.Hosting;

/// <summary>A researcher's signature over a plan, made with the key of the researcher's certificate.</summary>
public static class PlanSignature
{
    /// <summary>Signs a plan.</summary>
    /// <param name="plan">Canonical bytes.</param>
    /// <param name="tls">The researcher's identity.</param>
    public static byte[] Sign(ReadOnlyMemory<byte> plan, TlsIdentity tls)
    {
        using var key =
            tls.Certificate.GetECDsaPrivateKey()
            ?? throw new OperatorException($"The key of '{tls.Certificate.Subject}' is no EC key.", "use a certificate of 'fed pki'");
        return SignedDocument.Sign(StudyPlan.Format, plan, key).Signature.ToArray();
    }

    /// <summary>Checks a signed plan. Whether the signer's certificate is still valid today is asked at submission only (<see cref="TlsIdentity.SignerRefusal"/>).</summary>
    /// <param name="plan">The bytes as received.</param>
    /// <param name="certificate">The signer's certificate, DER.</param>
    /// <param name="signature">64 bytes.</param>
    /// <param name="tls">Holds the root that the certificate must be under.</param>
    /// <param name="researcher">Who signed.</param>
    /// <returns>Why the plan does not count, or null.</returns>
    public static string? Refusal(
        ReadOnlyMemory<byte> plan,
        ReadOnlyMemory<byte> certificate,
        ReadOnlyMemory<byte> signature,
        TlsIdentity tls,
        out SiteName researcher
    )
    {
        researcher = default;
        try
        {
            using var signer = X509CertificateLoader.LoadCertificate(certificate.Span);
            if (tls.SignerRefusal(signer, Role.Researcher) is { } refusal)
            {
                return refusal;
            }

            using var key = signer.GetECDsaPublicKey();
            if (key is null || !new SignedDocument(StudyPlan.Format, plan, signature).IsSignedBy(key))
            {
                return "its signature is not by the certificate that came with it.";
            }

            researcher = PeerIdentity.TryRead(signer, out var identity, out var fault) ? identity.Name : throw new OperatorException(fault);
            return null;
        }
        catch (CryptographicException)
        {
            return "its certificate or signature is damaged.";
        }
    }
}
