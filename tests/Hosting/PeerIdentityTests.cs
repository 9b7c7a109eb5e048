using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federated.Federation;
using Federated.Identity;

namespace Federated.Hosting.Tests;

[TestClass]
public sealed class PeerIdentityTests
{
    [TestMethod]
    [DataRow("CN=alpha, OU=site", Role.Site)]
    [DataRow("OU=coordinator, CN=alpha", Role.Coordinator, DisplayName = "in any order")]
    [DataRow("CN=alpha, OU=researcher, O=Hospital, C=FR", Role.Researcher, DisplayName = "beside other parts")]
    public void Name_and_role_are_the_subjects_CN_and_OU(string subject, Role role)
    {
        using var certificate = SelfSigned(subject);

        Assert.IsTrue(PeerIdentity.TryRead(certificate, out var identity, out _));

        Assert.AreEqual(new PeerIdentity(role, SiteName.Parse("alpha")), identity);
    }

    [TestMethod]
    [DataRow("OU=site", "no usable name", DisplayName = "no name")]
    [DataRow("CN=Alpha Hospital, OU=site", "'Alpha Hospital' is not a site name", DisplayName = "a name that is none of ours")]
    [DataRow("CN=alpha", "names no role", DisplayName = "no role")]
    [DataRow("CN=alpha, OU=Site", "names no role", DisplayName = "a role in upper case")]
    [DataRow("CN=alpha, OU=admin", "names no role", DisplayName = "an unknown role")]
    [DataRow("CN=alpha, CN=beta, OU=site", "more than one CN or OU", DisplayName = "two names")]
    [DataRow("CN=alpha, OU=researcher, OU=site", "more than one CN or OU", DisplayName = "two roles")]
    [DataRow("CN=alpha + OU=site", "no usable name", DisplayName = "both in one part, which other readers may order as they like")]
    public void Any_other_subject_names_nobody(string subject, string words)
    {
        using var certificate = SelfSigned(subject);

        Assert.IsFalse(PeerIdentity.TryRead(certificate, out var identity, out var fault));

        Assert.IsNull(identity);
        Assert.Contains(words, fault!);
    }

    private static X509Certificate2 SelfSigned(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        return new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddHours(1));
    }
}
