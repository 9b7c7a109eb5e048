using System.Diagnostics;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Identity;

namespace Federated.Hosting.Tests;

/// <summary>What the authority makes, as OpenSSL judges it.</summary>
[TestClass]
public sealed class ConsortiumAuthorityTests
{
    [TestMethod]
    [DataRow(Role.Coordinator, "sslserver")]
    [DataRow(Role.Site, "sslclient")]
    [DataRow(Role.Researcher, "sslclient")]
    public void OpenSSL_accepts_a_members_certificate_for_its_side_of_the_handshake(Role role, string purpose)
    {
        using var consortium = new Consortium();
        var files = consortium.Issue(role, "alpha");

        var (code, output) = OpenSsl("verify", "-x509_strict", "-CAfile", files.Root, "-purpose", purpose, files.Certificate);

        Assert.AreEqual(0, code, output);
        Assert.Contains($"{files.Certificate}: OK", output);
    }

    [TestMethod]
    [DataRow(Role.Coordinator, "sslclient")]
    [DataRow(Role.Site, "sslserver")]
    [DataRow(Role.Researcher, "sslserver")]
    public void OpenSSL_refuses_it_for_the_other_side(Role role, string purpose)
    {
        using var consortium = new Consortium();
        var files = consortium.Issue(role, "alpha");

        var (code, output) = OpenSsl("verify", "-CAfile", files.Root, "-purpose", purpose, files.Certificate);

        Assert.AreNotEqual(0, code, output);
    }

    [TestMethod]
    public void OpenSSL_refuses_it_under_another_consortiums_root()
    {
        using var ours = new Consortium();
        using var theirs = new Consortium();

        var (code, output) = OpenSsl("verify", "-CAfile", theirs.RootFile, ours.Issue(Role.Site, "alpha").Certificate);

        Assert.AreNotEqual(0, code, output);
    }

    [TestMethod]
    public void The_subject_names_role_and_member_and_a_coordinator_its_hosts()
    {
        using var consortium = new Consortium();

        var coordinator = Text(consortium.Issue(Role.Coordinator, "hub"));
        var site = Text(consortium.Issue(Role.Site, "alpha"));

        Assert.Contains("Subject: OU=coordinator,CN=hub", coordinator);
        Assert.Contains("DNS:localhost, IP Address:127.0.0.1", coordinator);
        Assert.Contains("Subject: OU=site,CN=alpha", site);
        Assert.DoesNotContain("Alternative Name", site);
        Assert.Contains("CA:FALSE", site);
        Assert.Contains("ASN1 OID: prime256v1", site);
    }

    [TestMethod]
    public void The_root_signs_members_and_no_further_authority()
    {
        using var consortium = new Consortium();

        var (_, root) = OpenSsl("x509", "-noout", "-text", "-in", consortium.RootFile);

        Assert.Contains("CA:TRUE, pathlen:0", root);
        Assert.Contains("Certificate Sign, CRL Sign", root);
    }

    [TestMethod]
    public void A_member_is_not_valid_for_longer_than_its_root()
    {
        using var authority = ConsortiumAuthority.Create("Tests", TimeSpan.FromHours(1), TimeProvider.System);
        using var root = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(authority.RootPem);

        var (pem, _) = authority.Issue(new PeerIdentity(Role.Site, SiteName.Parse("alpha")), [], TimeSpan.FromDays(3650));

        using var member = System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPem(pem);
        Assert.AreEqual(root.NotAfter, member.NotAfter);
    }

    [TestMethod]
    public void No_two_members_share_a_serial_number_or_a_key()
    {
        using var consortium = new Consortium();
        var members = Enumerable.Range(0, 20).Select(_ => consortium.Identity(Role.Site, "alpha").Certificate).ToList();

        Assert.HasCount(20, members.Select(m => m.SerialNumber).Distinct());
        Assert.HasCount(20, members.Select(m => m.GetPublicKeyString()).Distinct());
        Assert.IsTrue(members.TrueForAll(m => m.SerialNumberBytes.Span[0] < 0x80), "a serial number is positive");
        members.ForEach(m => m.Dispose());
    }

    private static string Text(TlsFiles files) =>
        OpenSsl("x509", "-noout", "-text", "-nameopt", "RFC2253", "-in", files.Certificate).Output;

    private static (int Code, string Output) OpenSsl(params string[] arguments)
    {
        const string tool = "/usr/bin/openssl";
        if (!File.Exists(tool))
        {
            Assert.Fail($"{tool} is missing. Install the Debian package openssl.");
        }

        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
