using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Federated.Fixtures;
using Federated.Identity;

namespace Federated.Hosting.Tests;

[TestClass]
public sealed class TlsIdentityTests
{
    [TestMethod]
    public void Own_files_are_loaded_with_the_private_key()
    {
        using var consortium = new Consortium();

        using var identity = consortium.Identity(Role.Site, "alpha");

        Assert.IsTrue(identity.Certificate.HasPrivateKey);
        Assert.AreEqual("OU=site, CN=alpha", identity.Certificate.Subject);
        Assert.AreEqual("CN=Tests root", identity.Root.Subject);
    }

    [TestMethod]
    [DataRow(UnixFileMode.GroupRead)]
    [DataRow(UnixFileMode.OtherRead)]
    [DataRow(UnixFileMode.OtherWrite)]
    [DataRow(UnixFileMode.GroupRead | UnixFileMode.OtherRead, DisplayName = "mode 0644")]
    public void A_key_that_others_may_open_is_refused_with_the_command_that_closes_it(UnixFileMode others)
    {
        using var consortium = new Consortium();
        var files = consortium.Issue(Role.Site, "alpha");
        File.SetUnixFileMode(files.Key, UnixFileMode.UserRead | UnixFileMode.UserWrite | others);

        var error = Assert.ThrowsExactly<OperatorException>(() => TlsIdentity.Load(files, TimeProvider.System));

        Assert.Contains(files.Key, error.Message);
        Assert.AreEqual($"run: chmod 600 {files.Key}", error.Hint);
    }

    [TestMethod]
    public void A_key_of_another_certificate_is_refused()
    {
        using var consortium = new Consortium();
        var (one, other) = (consortium.Issue(Role.Site, "alpha"), consortium.Issue(Role.Site, "alpha"));

        var error = Assert.ThrowsExactly<OperatorException>(() => TlsIdentity.Load(one with { Key = other.Key }, TimeProvider.System));

        Assert.Contains(one.Certificate, error.Message);
        Assert.Contains(other.Key, error.Message);
        Assert.AreEqual("check that both are PEM and belong together: a key fits only the certificate that was made for it", error.Hint);
    }

    [TestMethod]
    [DataRow("root")]
    [DataRow("certificate")]
    [DataRow("key")]
    public void A_missing_file_is_named(string which)
    {
        using var consortium = new Consortium();
        var files = Replace(consortium.Issue(Role.Site, "alpha"), which, "/nowhere/file.pem");

        var error = Assert.ThrowsExactly<OperatorException>(() => TlsIdentity.Load(files, TimeProvider.System));

        Assert.Contains("/nowhere/file.pem", error.Message);
        Assert.IsNotNull(error.Hint);
    }

    [TestMethod]
    [DataRow("root", "no PEM")]
    [DataRow("certificate", "no PEM")]
    [DataRow("key", "no PEM")]
    [DataRow("root", "")]
    [DataRow("certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [DataRow("key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    public void A_file_that_is_no_PEM_is_named(string which, string text)
    {
        using var consortium = new Consortium();
        using var folder = new TestFolder();
        var path = folder.Write("file.pem", text);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var error = Assert.ThrowsExactly<OperatorException>(() =>
            TlsIdentity.Load(Replace(consortium.Issue(Role.Site, "alpha"), which, path), TimeProvider.System)
        );

        Assert.Contains(path, error.Message);
    }

    [TestMethod]
    public void A_member_of_the_same_consortium_and_the_expected_role_is_accepted()
    {
        using var consortium = new Consortium();
        using var self = consortium.Identity(Role.Site, "alpha");
        using var peer = consortium.Identity(Role.Coordinator, "coordinator");

        Assert.IsNull(self.Refusal(peer.Certificate, Role.Coordinator));
        Assert.IsNull(self.Refusal(peer.Certificate, expected: null));
    }

    [TestMethod]
    public void A_peer_without_a_certificate_is_refused()
    {
        using var consortium = new Consortium();
        using var self = consortium.Identity(Role.Site, "alpha");

        Assert.AreEqual("no certificate was shown; set tls.certificate and tls.key.", self.Refusal(null, null));
    }

    [TestMethod]
    public void A_member_of_another_consortium_of_the_same_name_is_refused()
    {
        using var ours = new Consortium();
        using var theirs = new Consortium();
        using var self = ours.Identity(Role.Site, "alpha");
        using var peer = theirs.Identity(Role.Coordinator, "coordinator");

        Assert.Contains("was not issued by this consortium's root", self.Refusal(peer.Certificate, Role.Coordinator)!);
    }

    [TestMethod]
    public void An_expired_certificate_is_refused()
    {
        using var consortium = new Consortium();
        using var self = consortium.Identity(Role.Site, "alpha");
        using var peer = consortium.Identity(Role.Coordinator, "coordinator", TimeSpan.FromMinutes(-1));

        Assert.Contains("expired on", self.Refusal(peer.Certificate, Role.Coordinator)!);
    }

    [TestMethod]
    public void A_certificate_that_has_run_out_still_vouches_for_what_it_signed_unless_it_was_revoked()
    {
        using var consortium = new Consortium();
        using var self = TlsIdentity.Load(
            consortium.Issue(Role.Site, "alpha") with
            {
                Revocations = consortium.RevocationsFile,
            },
            TimeProvider.System
        );
        using var signer = consortium.Identity(Role.Researcher, "lab", TimeSpan.FromMinutes(-1));
        using var early = consortium.IdentityByClock(TimeSpan.FromDays(10), Role.Researcher, "lab");

        Assert.Contains("expired on", self.Refusal(signer.Certificate, Role.Researcher)!);
        Assert.IsNull(self.SignerRefusal(signer.Certificate, Role.Researcher));
        Assert.Contains("is valid only from", self.SignerRefusal(early.Certificate, Role.Researcher)!);
        Assert.Contains("cannot act as a site", self.SignerRefusal(signer.Certificate, Role.Site)!);
        consortium.Revoke(signer);
        Assert.Contains("was revoked", self.SignerRefusal(signer.Certificate, Role.Researcher)!);
    }

    [TestMethod]
    public void A_certificate_that_begins_later_is_refused_with_both_times()
    {
        using var consortium = new Consortium();
        using var self = consortium.Identity(Role.Site, "alpha");
        using var peer = consortium.IdentityByClock(TimeSpan.FromDays(10), Role.Coordinator, "hub");

        Assert.MatchesRegex(
            "^the certificate of coordinator 'hub' is valid only from 20.* on \\(the clock where it was checked says 20.*\\); set that clock if it is wrong, or wait\\.$",
            self.Refusal(peer.Certificate, Role.Coordinator)!
        );
    }

    [TestMethod]
    public void A_certificate_of_another_role_is_refused_by_name()
    {
        using var consortium = new Consortium();
        using var self = consortium.Identity(Role.Site, "alpha");
        using var peer = consortium.Identity(Role.Site, "beta");

        Assert.AreEqual(
            "the certificate of site 'beta' cannot act as a coordinator; use the certificate that was issued for that.",
            self.Refusal(peer.Certificate, Role.Coordinator)
        );
    }

    [TestMethod]
    [DataRow("CN=\"a\u001b[2J\", OU=site", DisplayName = "a name that clears the screen")]
    [DataRow("O=stranger", DisplayName = "no name at all")]
    public void Nothing_of_a_strangers_certificate_is_quoted_but_a_sound_name(string subject)
    {
        using var consortium = new Consortium();
        using var self = consortium.Identity(Role.Site, "alpha");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();

        using var stranger = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddHours(1));

        Assert.StartsWith("the certificate was not issued by this consortium's root 'CN=Tests root';", self.Refusal(stranger, null)!);
    }

    [TestMethod]
    public void A_certificate_of_another_consortium_is_named_as_such_though_it_has_run_out_too()
    {
        using var ours = new Consortium();
        using var theirs = new Consortium();
        using var self = ours.Identity(Role.Site, "alpha");
        using var peer = theirs.Identity(Role.Site, "beta", TimeSpan.FromMinutes(-1));

        Assert.StartsWith("the certificate of site 'beta' was not issued by this consortium's root", self.Refusal(peer.Certificate, null)!);
    }

    [TestMethod]
    public void A_site_cannot_make_members()
    {
        using var consortium = new Consortium();
        using var self = consortium.Identity(Role.Coordinator, "coordinator");
        using var forger = consortium.Identity(Role.Site, "alpha");
        using var forgersKey = forger.Certificate.GetECDsaPrivateKey()!;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=coordinator, OU=coordinator", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();

        using var forged = request.Create(
            forger.Certificate.SubjectName,
            X509SignatureGenerator.CreateForECDsa(forgersKey),
            now.AddMinutes(-1),
            now.AddHours(1),
            [1]
        );

        Assert.Contains("was not issued by this consortium's root", self.Refusal(forged, expected: null)!);
    }

    private static TlsFiles Replace(TlsFiles files, string which, string path) =>
        which switch
        {
            "root" => files with { Root = path },
            "certificate" => files with { Certificate = path },
            _ => files with { Key = path },
        };
}
