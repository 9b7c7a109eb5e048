using System.Text;
using Federated.Fixtures;
using Federated.Identity;

namespace Federated.Hosting.Tests;

/// <summary>The consortium's list of certificates that no longer count.</summary>
[TestClass]
public sealed class RevocationsTests
{
    [TestMethod]
    public void A_new_list_counts_as_soon_as_its_file_is_there()
    {
        using var consortium = new Consortium();
        using var alpha = consortium.Identity(Role.Site, "alpha");
        using var beta = consortium.Identity(Role.Site, "beta");
        var list = new Revocations(consortium.RevocationsFile, alpha.Root);
        Assert.IsFalse(list.Contains(alpha.Certificate));

        consortium.Revoke(alpha);

        Assert.IsTrue(list.Contains(alpha.Certificate));
        Assert.IsFalse(list.Contains(beta.Certificate));
    }

    [TestMethod]
    public void An_older_list_is_refused_while_the_newer_was_seen()
    {
        using var consortium = new Consortium();
        using var alpha = consortium.Identity(Role.Site, "alpha");
        var list = new Revocations(consortium.RevocationsFile, alpha.Root);
        var empty = File.ReadAllBytes(consortium.RevocationsFile);
        consortium.Revoke(alpha);
        Assert.IsTrue(list.Contains(alpha.Certificate));

        PrivateFiles.WriteWhole(consortium.RevocationsFile, empty);

        var refusal = Assert.ThrowsExactly<OperatorException>(() => list.Contains(alpha.Certificate));
        Assert.Contains("has number 1, older than 2", refusal.Message);
    }

    [TestMethod]
    public void An_older_list_is_refused_after_a_restart_too()
    {
        using var consortium = new Consortium();
        using var alpha = consortium.Identity(Role.Site, "alpha");
        var empty = File.ReadAllBytes(consortium.RevocationsFile);
        consortium.Revoke(alpha);
        Assert.IsTrue(new Revocations(consortium.RevocationsFile, alpha.Root).Contains(alpha.Certificate));
        PrivateFiles.WriteWhole(consortium.RevocationsFile, empty);

        var restarted = new Revocations(consortium.RevocationsFile, alpha.Root);

        var refusal = Assert.ThrowsExactly<OperatorException>(() => restarted.Contains(alpha.Certificate));
        Assert.Contains("has number 1, older than 2", refusal.Message);
        consortium.Revoke();
        Assert.IsTrue(restarted.Contains(alpha.Certificate), "the next list mends it");
    }

    [TestMethod]
    public void A_list_in_a_folder_that_may_not_be_written_counts_all_the_same()
    {
        using var consortium = new Consortium();
        using var alpha = consortium.Identity(Role.Site, "alpha");
        // A folder in the place of the copy refuses the write even to root, whom permissions do not stop.
        Directory.CreateDirectory(consortium.RevocationsFile + Revocations.SeenSuffix);
        File.WriteAllText(Path.Combine(consortium.RevocationsFile + Revocations.SeenSuffix, "full"), "");
        var list = new Revocations(consortium.RevocationsFile, alpha.Root);
        Assert.IsFalse(list.Contains(alpha.Certificate));
        var empty = File.ReadAllBytes(consortium.RevocationsFile);

        consortium.Revoke(alpha);

        Assert.IsTrue(list.Contains(alpha.Certificate));
        PrivateFiles.WriteWhole(consortium.RevocationsFile, empty);
        Assert.ThrowsExactly<OperatorException>(() => list.Contains(alpha.Certificate), "this process remembers");
    }

    [TestMethod]
    public void A_copy_that_the_root_did_not_sign_holds_nobody_back()
    {
        using var before = new Consortium();
        using var consortium = new Consortium();
        using var alpha = consortium.Identity(Role.Site, "alpha");
        before.Revoke();
        File.Copy(before.RevocationsFile, consortium.RevocationsFile + Revocations.SeenSuffix);

        Assert.IsFalse(new Revocations(consortium.RevocationsFile, alpha.Root).Contains(alpha.Certificate));
    }

    [TestMethod]
    public void A_list_of_another_consortium_lets_nobody_in()
    {
        using var ours = new Consortium();
        using var theirs = new Consortium();
        using var alpha = ours.Identity(Role.Site, "alpha");
        var list = new Revocations(theirs.RevocationsFile, alpha.Root);

        var refusal = Assert.ThrowsExactly<OperatorException>(() => list.Contains(alpha.Certificate));

        Assert.Contains("was not signed by this consortium's root", refusal.Message);
        Assert.AreEqual("fetch it again from the consortium", refusal.Hint);
    }

    [TestMethod]
    [DataRow(null, DisplayName = "gone")]
    [DataRow("", DisplayName = "empty")]
    [DataRow("{}", DisplayName = "something else")]
    public void A_list_that_cannot_be_read_lets_nobody_in(string? text)
    {
        using var consortium = new Consortium();
        using var folder = new TestFolder();
        using var alpha = consortium.Identity(Role.Site, "alpha");
        var path = text is null ? folder["gone.json"] : folder.Write("list.json", text);
        var list = new Revocations(path, alpha.Root);

        Assert.Contains(path, Assert.ThrowsExactly<OperatorException>(() => list.Contains(alpha.Certificate)).Message);
    }

    [TestMethod]
    public void While_the_list_cannot_be_read_every_certificate_is_refused_with_the_reason()
    {
        using var consortium = new Consortium();
        using var alpha = consortium.Identity(Role.Site, "alpha");
        var files = consortium.Issue(Role.Coordinator, "hub") with { Revocations = consortium.RevocationsFile };
        using var hub = TlsIdentity.Load(files, TimeProvider.System);
        File.WriteAllText(consortium.RevocationsFile, "damaged");

        var refusal = hub.Refusal(alpha.Certificate, Role.Site)!;

        Assert.StartsWith("the certificate of site 'alpha' cannot be checked: Revocation list ", refusal);
        Assert.EndsWith("Hint: fetch it again from the consortium.", refusal);
    }

    [TestMethod]
    public void A_member_is_on_the_list_by_role_and_name()
    {
        using var consortium = new Consortium();
        using var alpha = consortium.Identity(Role.Site, "alpha");
        var list = new Revocations(consortium.RevocationsFile, alpha.Root);
        var site = new PeerIdentity(Role.Site, Federation.SiteName.Parse("alpha"));
        Assert.IsFalse(list.Contains(site));

        consortium.RevokeCredentials(site);

        Assert.IsTrue(list.Contains(site));
        Assert.IsFalse(list.Contains(site with { Role = Role.Coordinator }));
        Assert.IsFalse(list.Contains(alpha.Certificate), "a certificate is on the list by its serial number");
        CollectionAssert.AreEqual(new[] { site }, Revocations.Read(consortium.RevocationsFile, alpha.Root).Members.ToArray());
    }

    // On the day of an upgrade every member has a list of the release before.
    [TestMethod]
    public void A_list_of_an_earlier_release_revokes_certificates_and_no_member()
    {
        using var consortium = new Consortium();
        using var alpha = consortium.Identity(Role.Site, "alpha");
        var payload = $"{{\"number\":7,\"serials\":[{{\"serial\":\"{alpha.Certificate.SerialNumber}\"}}]}}";
        File.WriteAllBytes(consortium.RevocationsFile, consortium.Signed("federated-revocations/1", Encoding.UTF8.GetBytes(payload)));

        var list = Revocations.Read(consortium.RevocationsFile, alpha.Root);

        Assert.AreEqual((7, 0), (list.Number, list.Members.Count));
        Assert.IsTrue(new Revocations(consortium.RevocationsFile, alpha.Root).Contains(alpha.Certificate));
    }

    [TestMethod]
    [DataRow("{\"role\":\"site\",\"name\":\"NOBODY\"}", DisplayName = "a name that is none")]
    [DataRow("{\"role\":\"hospital\",\"name\":\"alpha\"}", DisplayName = "a role that is none")]
    [DataRow("{\"name\":\"alpha\"}", DisplayName = "no role")]
    public void A_member_that_cannot_be_read_is_not_passed_over(string member)
    {
        using var consortium = new Consortium();
        using var alpha = consortium.Identity(Role.Site, "alpha");
        var payload = $"{{\"members\":[{member}],\"number\":7,\"serials\":[]}}";
        File.WriteAllBytes(consortium.RevocationsFile, consortium.Signed(RevocationList.Kind, Encoding.UTF8.GetBytes(payload)));

        var refusal = Assert.ThrowsExactly<OperatorException>(() => Revocations.Read(consortium.RevocationsFile, alpha.Root));

        Assert.Contains("members[1]", refusal.Message);
    }

    [TestMethod]
    public void Without_a_list_nobody_is_revoked()
    {
        using var consortium = new Consortium();
        using var alpha = consortium.Identity(Role.Site, "alpha");

        Assert.IsFalse(new Revocations(null, alpha.Root).Contains(alpha.Certificate));
    }

    [TestMethod]
    public void A_revoked_certificate_is_refused_with_its_serial_number()
    {
        using var consortium = new Consortium();
        using var alpha = consortium.Identity(Role.Site, "alpha");
        using var hub = TlsIdentity.Load(
            consortium.Issue(Role.Coordinator, "hub") with
            {
                Revocations = consortium.RevocationsFile,
            },
            TimeProvider.System
        );
        using var renewed = consortium.Identity(Role.Site, "alpha");
        consortium.Revoke(alpha);

        Assert.AreEqual(
            $"the certificate of site 'alpha' (serial {alpha.Certificate.SerialNumber}) was revoked; ask the consortium for a new one.",
            hub.Refusal(alpha.Certificate, Role.Site)
        );
        Assert.IsNull(hub.Refusal(renewed.Certificate, Role.Site), "the member's next certificate counts");
    }
}
