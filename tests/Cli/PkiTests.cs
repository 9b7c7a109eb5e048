using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Cli.Tests;

/// <summary>Who belongs to a consortium, as its people type it.</summary>
[TestClass]
public sealed class PkiTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [TestMethod]
    public void A_root_issues_a_member_whose_files_OpenSSL_believes()
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root", "--name", "Cohorte Nord");

        var issued = Ok(scratch, "pki", "issue", "site", "lille", "--root", "root", "--out", "lille");

        Assert.Contains("lille.key   (private, mode 0600)", issued.Output);
        Assert.Contains("lille.protocol.key   (private, mode 0600)", issued.Output);
        foreach (var secret in new[] { "root/root.key", "lille/lille.key", "lille/lille.protocol.key" })
        {
            Assert.AreEqual(OwnerOnly, File.GetUnixFileMode(scratch[secret]), secret);
        }

        using var openssl = Started.Run(scratch, "openssl", "verify", "-x509_strict", "-CAfile", "lille/root.pem", "lille/lille.pem");
        Assert.AreEqual(0, openssl.WaitForEnd().ExitCode);
        var shown = Json(scratch, "pki", "show", "lille/lille.pem", "--json");
        Assert.AreEqual(("site", "lille", "CN=Cohorte Nord root"), (Text(shown, "role"), Text(shown, "name"), Text(shown, "issuer")));
        Assert.DoesNotContain("PRIVATE", issued.Output);
    }

    [TestMethod]
    public void Researchers_and_auditors_have_no_protocol_keys()
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");

        foreach (var role in new[] { "researcher", "auditor" })
        {
            Ok(scratch, "pki", "issue", role, "lab", "--root", "root", "--out", role);
            CollectionAssert.AreEquivalent(
                new[] { "lab.key", "lab.pem", "revocations.json", "root.pem" },
                Directory.GetFiles(scratch[role]).Select(Path.GetFileName).ToArray()
            );
        }
    }

    [TestMethod]
    public void A_request_is_signed_without_the_keys_ever_leaving_their_machine()
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        Ok(scratch, "pki", "request", "site", "brest", "--out", "hospital");
        var key = File.ReadAllText(scratch["hospital/brest.key"]);

        Ok(scratch, "pki", "sign", "site", "brest", "hospital/brest.request.json", "--root", "root", "--out", "signed");

        Assert.IsEmpty(Directory.GetFiles(scratch["signed"], "*.key"));
        Assert.DoesNotContain("PRIVATE", string.Concat(Directory.GetFiles(scratch["signed"]).Select(File.ReadAllText)));
        var fits = PublicKeyOf(scratch, "pkey", "-in", "hospital/brest.key") == PublicKeyOf(scratch, "x509", "-in", "signed/brest.pem");
        Assert.IsTrue(fits, "the certificate is over the hospital's own key");

        File.Copy(scratch["signed/brest.pem"], scratch["hospital/brest.pem"]);
        File.Copy(scratch["signed/brest.credential.json"], scratch["hospital/brest.credential.json"]);
        Ok(scratch, "pki", "request", "site", "brest", "--out", "hospital", "--renew");
        Ok(scratch, "pki", "sign", "site", "brest", "hospital/brest.request.json", "--root", "root", "--out", "renewed");
        Assert.AreEqual(key, File.ReadAllText(scratch["hospital/brest.key"]), "a machine that reboots meanwhile starts with what it has");
        Assert.AreEqual(
            File.ReadAllText(scratch["hospital/brest.credential.json"]),
            File.ReadAllText(scratch["renewed/brest.credential.json"])
                .Replace(SignatureOf(scratch["renewed/brest.credential.json"]), SignatureOf(scratch["hospital/brest.credential.json"])),
            "the credential says the same: no roster changes"
        );
    }

    [TestMethod]
    public void A_request_that_was_altered_on_its_way_is_refused()
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        Ok(scratch, "pki", "request", "site", "brest", "--out", "hospital");
        var request = File.ReadAllText(scratch["hospital/brest.request.json"]);
        scratch.Write("altered.json", request.Replace("brest", "paris"));
        scratch.Write("role.json", request.Replace("\\\"site\\\"", "\\\"coordinator\\\""));

        foreach (var (role, name, file) in new[] { ("site", "paris", "altered.json"), ("coordinator", "brest", "role.json") })
        {
            var refused = Started.FedToEnd(scratch, "pki", "sign", role, name, file, "--root", "root", "--out", "out");
            Assert.AreEqual(2, refused.ExitCode, refused.ToString());
            Assert.Contains("its signature was not made with the key that it names.", refused.Errors);
            Assert.Contains("hint: ask the member to make it again: fed pki request", refused.Errors);
        }

        Assert.IsFalse(File.Exists(scratch["out/paris.pem"]));
    }

    [TestMethod]
    public void Revocation_lists_grow_and_are_signed_by_the_root()
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        Ok(scratch, "pki", "issue", "site", "a", "--root", "root");
        Ok(scratch, "pki", "issue", "site", "b", "--root", "root");

        var first = Json(scratch, "pki", "revoke", "a.pem", "--root", "root", "--json");
        var second = Ok(scratch, "pki", "revoke", "b.pem", "--root", "root");

        Assert.AreEqual(2, first.GetProperty("number").GetInt32(), "number 1 is the empty list of the first day");
        Assert.AreEqual("site a", first.GetProperty("members")[0].GetString());
        Assert.Contains("(number 3, 2 certificates, 2 members)", second.Output);
        Assert.Contains("no restart is needed", second.Output);
        Assert.Contains("federated-revocations/2", File.ReadAllText(scratch["root/revocations.json"]));
    }

    [TestMethod]
    public void A_member_that_was_revoked_gets_no_certificate_under_its_name_again()
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        Ok(scratch, "pki", "issue", "site", "a", "--root", "root", "--out", "a");
        Ok(scratch, "pki", "request", "site", "a", "--out", "again");
        Ok(scratch, "pki", "revoke", "a/a.pem", "--root", "root");

        var issued = Started.FedToEnd(scratch, "pki", "issue", "site", "a", "--root", "root", "--out", "out");
        var signed = Started.FedToEnd(scratch, "pki", "sign", "site", "a", "again/a.request.json", "--root", "root", "--out", "out");

        foreach (var refused in new[] { issued, signed })
        {
            Assert.AreEqual(2, refused.ExitCode, refused.ToString());
            Assert.Contains("site 'a' was revoked (list number 2): what is issued under that name counts nowhere.", refused.Errors);
            Assert.Contains("hint: a member that comes back gets another name", refused.Errors);
        }

        Assert.IsFalse(Directory.Exists(scratch["out"]));
        Ok(scratch, "pki", "issue", "coordinator", "a", "--root", "root", "--out", "out"); // another member
    }

    [TestMethod]
    public void Where_only_a_certificate_is_revoked_the_member_goes_on()
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        Ok(scratch, "pki", "issue", "site", "a", "--root", "root", "--out", "a");

        var revoked = Ok(scratch, "pki", "revoke", "a/a.pem", "--root", "root", "--certificate-only");

        Assert.Contains("(number 2, 1 certificates, 0 members)", revoked.Output);
        Ok(scratch, "pki", "issue", "site", "a", "--root", "root", "--out", "next");
    }

    [TestMethod]
    public void A_researcher_that_is_revoked_is_a_certificate_and_no_member()
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        Ok(scratch, "pki", "issue", "researcher", "ana", "--root", "root");

        Assert.Contains("(number 2, 1 certificates, 0 members)", Ok(scratch, "pki", "revoke", "ana.pem", "--root", "root").Output);
    }

    [TestMethod]
    public void The_credential_names_the_legal_entity_that_the_root_knows()
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        var issued = Ok(scratch, "pki", "issue", "site", "a", "--root", "root", "--entity", "Klinikverbund Süd gGmbH");
        Ok(scratch, "pki", "request", "site", "b", "--out", "b");
        Ok(scratch, "pki", "sign", "site", "b", "b/b.request.json", "--root", "root", "--out", "b", "--entity", "Klinikverbund Süd gGmbH");
        Ok(scratch, "pki", "issue", "site", "c", "--root", "root");

        Assert.Contains("Klinikverbund Süd gGmbH", issued.Output);
        Assert.AreEqual("Klinikverbund Süd gGmbH", Text(Json(scratch, "pki", "show", "a.pem", "--json"), "entity"));
        Assert.AreEqual("Klinikverbund Süd gGmbH", Text(Json(scratch, "pki", "show", "b/b.pem", "--json"), "entity"));
        Assert.AreEqual("c", Text(Json(scratch, "pki", "show", "c.pem", "--json"), "entity"), "left out: a site is its own entity");
        Assert.Contains("entity       c", Ok(scratch, "pki", "show", "c.pem").Output);
    }

    [TestMethod]
    public void What_lies_beside_a_certificate_is_not_taken_for_its_own()
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        Ok(scratch, "pki", "issue", "site", "a", "--root", "root");
        Ok(scratch, "pki", "issue", "site", "b", "--root", "root");
        File.Copy(scratch["b.credential.json"], scratch["a.credential.json"], overwrite: true);
        scratch.Write("b.credential.json", "{}");

        Assert.Contains("is another member's", Ok(scratch, "pki", "show", "a.pem").Output);
        Assert.Contains("unknown: ", Ok(scratch, "pki", "show", "b.pem").Output);
    }

    // The scalar is in the seed's file alone; OpenSSL makes the point of it.
    [TestMethod]
    public void OpenSSL_finds_the_same_P256_key_for_the_same_scalar()
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        Ok(scratch, "pki", "issue", "site", "a", "--root", "root");
        var seed = Convert.FromHexString(File.ReadAllLines(scratch["a.protocol.key"])[1][..64]);
        var order = BigInteger.Parse("0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", NumberStyles.HexNumber);
        var drawn = HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, 48, info: "FLSA/1 identity-p256"u8.ToArray());
        var scalar = 1 + (new BigInteger(drawn, isUnsigned: true, isBigEndian: true) % (order - 1));
        var hex = Convert.ToHexStringLower(scalar.ToByteArray(isUnsigned: true, isBigEndian: true)).PadLeft(64, '0');
        // ECPrivateKey of RFC 5915, without the public key.
        File.WriteAllBytes(scratch["scalar.der"], Convert.FromHexString($"30310201010420{hex}a00a06082a8648ce3d030107"));

        using var openssl = Started.Run(
            scratch,
            "sh",
            "-c",
            "openssl ec -inform DER -in scalar.der -pubout -conv_form compressed -outform DER 2>/dev/null | tail -c 33 | od -An -v -tx1 | tr -d ' \\n'"
        );

        var credential = Text(JsonDocument.Parse(File.ReadAllText(scratch["a.credential.json"])).RootElement, "payload");
        Assert.AreEqual(openssl.WaitForEnd().Output, Text(JsonDocument.Parse(credential).RootElement, "identity_p256_key"));
    }

    [TestMethod]
    public void A_lost_revocation_list_is_not_begun_anew()
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        Ok(scratch, "pki", "issue", "site", "a", "--root", "root");
        Ok(scratch, "pki", "revoke", "a.pem", "--root", "root");
        File.Delete(scratch["root/revocations.json"]);

        var revoked = Started.FedToEnd(scratch, "pki", "revoke", "a.pem", "--root", "root");
        var issued = Started.FedToEnd(scratch, "pki", "issue", "site", "b", "--root", "root", "--out", "b");

        foreach (var refused in new[] { revoked, issued })
        {
            Assert.AreEqual(2, refused.ExitCode, refused.ToString());
            Assert.Contains($"Revocation list {scratch["root/revocations.json"]} is missing; nothing was changed.", refused.Errors);
            Assert.Contains("hint: put back the newest copy of it: every member has one", refused.Errors);
        }

        Assert.IsFalse(File.Exists(scratch["root/revocations.json"]));
        Assert.IsEmpty(scratch.Files().Where(file => file.StartsWith("b/", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void What_a_certificate_says_of_itself_cannot_steer_the_terminal()
    {
        using var scratch = new TestFolder();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        subject.AddCommonName("\u001b[2J\u001b[Hrole         coordinator");
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        scratch.Write("strange.pem", certificate.ExportCertificatePem());

        var shown = Ok(scratch, "pki", "show", "strange.pem");

        Assert.DoesNotContain("\u001b", shown.Output);
        Assert.Contains("name         CN=", shown.Output);
    }

    [TestMethod]
    [DataRow("holds a consortium root already; nothing was changed", "init", "root", DisplayName = "a second root in the same folder")]
    [DataRow("a.key exists; nothing was changed", "issue", "site", "a", "--root", "root", DisplayName = "the same member again")]
    [DataRow("'A B'", "issue", "site", "A B", "--root", "root", DisplayName = "a name that is none")]
    [DataRow("'hospital' not recognized", "issue", "hospital", "x", "--root", "root", DisplayName = "a role that is none")]
    [DataRow("nowhere/root.pem cannot be read", "issue", "site", "x", "--root", "nowhere", DisplayName = "no root there")]
    [DataRow(
        "--days is '0'; use 1 to 3650.",
        "issue",
        "site",
        "x",
        "--root",
        "root",
        "--days",
        "0",
        DisplayName = "a certificate of no days"
    )]
    [DataRow("Option '--root' is required.", "issue", "site", "x", DisplayName = "which root?")]
    [DataRow("gone.json", "sign", "site", "a", "gone.json", "--root", "root", DisplayName = "no request there")]
    [DataRow("cannot be used", "sign", "site", "a", "a.pem", "--root", "root", DisplayName = "no request at all")]
    [DataRow("1 to 100 printable", "issue", "site", "x", "--root", "root", "--entity", "", DisplayName = "an entity without a name")]
    [DataRow("1 to 100 printable", "issue", "site", "x", "--root", "root", "--entity", "a\nb", DisplayName = "an entity of two lines")]
    [DataRow(
        "a researcher has no credential",
        "issue",
        "researcher",
        "x",
        "--root",
        "root",
        "--entity",
        "x",
        DisplayName = "a researcher's entity"
    )]
    [DataRow("nobody connects to a site", "issue", "site", "x", "--host", "h", "--root", "root", DisplayName = "a site with a host")]
    [DataRow("nobody connects to a researcher", "request", "researcher", "x", "--host", "h", DisplayName = "a researcher with a host")]
    [DataRow("'https://h:1'", "request", "coordinator", "x", "--host", "https://h:1", DisplayName = "an address for a host's name")]
    [DataRow("a.key cannot be read", "revoke", "a.key", "--root", "root", DisplayName = "no certificate")]
    [DataRow("Certificate file", "show", "a.key", DisplayName = "a key instead of a certificate")]
    [DataRow("x.key does not exist", "request", "site", "x", "--renew", DisplayName = "nothing to renew")]
    public void A_mistake_is_named_and_nothing_is_overwritten(string words, params string[] arguments)
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        Ok(scratch, "pki", "issue", "site", "a", "--root", "root");
        var before = scratch.Files().ToDictionary(file => file, file => File.ReadAllText(scratch[file]));

        var refused = Started.FedToEnd(scratch, ["pki", .. arguments]);

        Assert.AreNotEqual(0, refused.ExitCode, refused.ToString());
        Assert.Contains(words, refused.Errors + refused.Output);
        CollectionAssert.AreEquivalent(before.Keys, scratch.Files().ToArray());
        Assert.IsTrue(before.All(file => File.ReadAllText(scratch[file.Key]) == file.Value));
    }

    private static Ended Ok(TestFolder scratch, params string[] arguments)
    {
        var ended = Started.FedToEnd(scratch, arguments);
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        return ended;
    }

    private static JsonElement Json(TestFolder scratch, params string[] arguments) =>
        JsonDocument.Parse(Ok(scratch, arguments).Output).RootElement;

    private static string Text(JsonElement json, string key) => json.GetProperty(key).GetString()!;

    private static string SignatureOf(string file) => Text(JsonDocument.Parse(File.ReadAllText(file)).RootElement, "signature");

    private static string PublicKeyOf(TestFolder scratch, string what, params string[] source)
    {
        using var openssl = Started.Run(
            scratch,
            "openssl",
            [what, .. source, .. what == "x509" ? ["-pubkey", "-noout"] : new[] { "-pubout" }]
        );
        var ended = openssl.WaitForEnd();
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        return ended.Output;
    }
}
