using System.Security.Cryptography;
using System.Text.Json;
using Federated.Cli.Pki;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Fixtures.Processes;
using Federated.Hosting;
using Federated.Identity;

namespace Federated.Cli.Tests;

/// <summary>What stands between a request that anybody can write and a certificate: whoever keeps the root says whom they expect.</summary>
[TestClass]
public sealed class PkiRequestTests
{
    [TestMethod]
    [DataRow("coordinator", "hub", DisplayName = "a hospital's request that asks for the coordinator's role")]
    [DataRow("site", "paris", DisplayName = "one that asks for another hospital's name")]
    public void A_request_for_anybody_but_the_expected_is_refused(string role, string name)
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        Ok(scratch, "pki", "request", role, name, "--out", "theirs");

        var refused = Sign(scratch, "site", "lille", $"theirs/{name}.request.json");

        Assert.AreEqual(2, refused.ExitCode, refused.ToString());
        Assert.Contains($"asks for {role} '{name}', not for site 'lille'; nothing was signed.", refused.Errors);
        Assert.Contains("hint: ask whoever you expect it from by telephone what they sent", refused.Errors);
        Assert.IsFalse(Directory.Exists(scratch["out"]));
    }

    [TestMethod]
    [DataRow("site", "lille", DisplayName = "a site, with protocol keys")]
    [DataRow("coordinator", "hub", "--host", "hub.example", "--host", "10.1.2.3", DisplayName = "a coordinator, with hosts")]
    [DataRow("researcher", "ana", DisplayName = "a researcher, without protocol keys")]
    public void Both_sides_print_the_same_to_compare_by_telephone(string role, string name, params string[] hosts)
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        var requested = Ok(scratch, ["pki", "request", role, name, "--out", "theirs", .. hosts]);

        var signed = Sign(scratch, role, name, $"theirs/{name}.request.json");

        Assert.AreEqual(0, signed.ExitCode, signed.ToString());
        CollectionAssert.AreEqual(
            Facts(requested),
            Facts(signed).Where(line => !line.StartsWith("entity ", StringComparison.Ordinal)).ToArray()
        );
        Assert.Contains($"tls_key_sha256        {InFours(TlsFingerprint(scratch, $"theirs/{name}.key"))}", requested.Output);
        Assert.Contains($"hosts                 {(hosts.Length == 0 ? "none" : "hub.example 10.1.2.3")}", signed.Output);
        Assert.AreEqual(role != "researcher", signed.Output.Contains("protocol_keys_sha256  "), signed.Output);
    }

    [TestMethod]
    public void Programs_read_the_same_facts()
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        var requested = Json(Ok(scratch, "pki", "request", "site", "lille", "--out", "theirs", "--json"));
        var signed = Json(Sign(scratch, "site", "lille", "theirs/lille.request.json", "--json"));

        foreach (var key in new[] { "role", "name", "hosts", "tls_key_sha256", "protocol_keys_sha256" })
        {
            Assert.AreEqual(requested.GetProperty(key).GetString(), signed.GetProperty(key).GetString(), key);
        }

        using var protocol = ProtocolKeys.Load(scratch["theirs/lille.protocol.key"]);
        Assert.AreEqual(
            Digest.Of(Convert.FromHexString(string.Concat(protocol.Public.All))).ToString(),
            signed.GetProperty("protocol_keys_sha256").GetString(),
            "the SHA-256 of the four public keys, one after the other"
        );
        CollectionAssert.Contains(
            signed.GetProperty("written").EnumerateArray().Select(path => Path.GetFileName(path.GetString())).ToArray(),
            "lille.pem"
        );
    }

    [TestMethod]
    [DataRow("hub.example", null, null, "only a coordinator has hosts; nobody connects to a site.", DisplayName = "a host for a site")]
    [DataRow(null, "zz", null, "three different protocol keys of Ed25519 and one of P-256", DisplayName = "a protocol key that is none")]
    [DataRow(null, null, 0, "three different protocol keys of Ed25519 and one of P-256", DisplayName = "the same protocol key twice")]
    public void A_request_that_this_program_would_not_have_written_is_refused(string? host, string? key, int? twice, string fault)
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        using var tls = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var protocol = ProtocolKeys.Generate();
        var keys = protocol.Public with { Log = key ?? (twice is { } i ? protocol.Public.All[i] : protocol.Public.Log) };
        var site = new PeerIdentity(Role.Site, SiteName.Parse("lille"));
        var request = new MemberRequest(site, keys, tls.ExportSubjectPublicKeyInfo(), host is null ? [] : [host]);
        File.WriteAllBytes(scratch["own.json"], SignedDocument.Sign(MemberRequest.Kind, request.ToPayload(), tls).ToFile());

        var refused = Sign(scratch, "site", "lille", "own.json");

        Assert.AreEqual(2, refused.ExitCode, refused.ToString());
        Assert.Contains(fault, refused.Errors);
        Assert.IsFalse(Directory.Exists(scratch["out"]));
    }

    [TestMethod]
    public void A_request_of_an_earlier_release_says_how_to_make_it_again()
    {
        using var scratch = new TestFolder();
        Ok(scratch, "pki", "init", "root");
        using var tls = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllBytes(scratch["old.json"], SignedDocument.Sign("federated-request/1", "{}"u8.ToArray(), tls).ToFile());

        var refused = Sign(scratch, "site", "lille", "old.json");

        Assert.AreEqual(2, refused.ExitCode, refused.ToString());
        Assert.Contains("'fed pki request --renew' of this release keeps the keys.", refused.Errors);
    }

    private static Ended Sign(TestFolder scratch, string role, string name, string file, params string[] more) =>
        Started.FedToEnd(scratch, ["pki", "sign", role, name, file, "--root", "root", "--out", "out", .. more]);

    private static string[] Facts(Ended ended) =>
        [.. ended.Output.Split('\n').TakeWhile(line => !line.StartsWith("wrote ", StringComparison.Ordinal))];

    /// <summary>As any other tool computes it from the key.</summary>
    private static string TlsFingerprint(TestFolder scratch, string key)
    {
        using var openssl = Started.Run(scratch, "sh", "-c", $"openssl pkey -in {key} -pubout -outform DER | sha256sum");
        return openssl.WaitForEnd().Output[..64];
    }

    private static string InFours(string hex) => string.Join(' ', hex.Chunk(4).Select(group => new string(group)));

    private static JsonElement Json(Ended ended) => JsonDocument.Parse(ended.Output).RootElement;

    private static Ended Ok(TestFolder scratch, params string[] arguments)
    {
        var ended = Started.FedToEnd(scratch, arguments);
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        return ended;
    }
}
