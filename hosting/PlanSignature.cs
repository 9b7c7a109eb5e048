using System.Security.Cryptography.X509Certificates;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Identity;

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

    /// <summary>
    /// Checks a signed plan that was seen, and found to count, before: the signer's certificate may have run out since, but not been revoked
    /// (<see cref="TlsIdentity.SignerRefusal"/>).
    /// </summary>
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
    ) => new SealedPlan(plan, certificate, signature).Refusal(signer => tls.SignerRefusal(signer, Role.Researcher), out researcher);

    /// <summary>
    /// Checks a signed plan that is seen for the first time: the signer's certificate must be valid now. Nobody can tell when a signature was made,
    /// so that whoever finds the key of a certificate that ran out could else sign plans with it for ever.
    /// </summary>
    /// <inheritdoc cref="Refusal" path="/param"/>
    /// <returns>Why the plan does not count, or null.</returns>
    public static string? RefusalOfNew(
        ReadOnlyMemory<byte> plan,
        ReadOnlyMemory<byte> certificate,
        ReadOnlyMemory<byte> signature,
        TlsIdentity tls,
        out SiteName researcher
    ) => new SealedPlan(plan, certificate, signature).Refusal(signer => tls.Refusal(signer, Role.Researcher), out researcher);
}
