using System.Text;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Identity;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Suites;

namespace Federated.Hosting.Tests;

/// <summary>Which credentials count in a round, and what is said of one that does not.</summary>
[TestClass]
public sealed class CredentialBookTests : IDisposable
{
    private static readonly PeerIdentity Alpha = new(Role.Site, SiteName.Parse("alpha"));
    private static readonly PeerIdentity Hub = new(Role.Coordinator, SiteName.Parse("hub"));

    private readonly Consortium _consortium = new();
    private readonly ProtocolKeys _keys = ProtocolKeys.Generate();
    private readonly TlsIdentity _tls;
    private readonly CredentialBook _book;

    public CredentialBookTests()
    {
        var files = _consortium.Issue(Role.Site, "own") with { Revocations = _consortium.RevocationsFile };
        _tls = TlsIdentity.Load(files, TimeProvider.System);
        _book = new CredentialBook(_tls);
    }

    public static IEnumerable<object[]> Suites =>
        [
            [(byte)1],
            [(byte)2],
        ];

    public void Dispose()
    {
        _tls.Dispose();
        _keys.Dispose();
        _consortium.Dispose();
    }

    [TestMethod]
    [DynamicData(nameof(Suites))]
    public void A_credential_of_the_root_gives_the_key_of_the_plans_suite(byte number)
    {
        var suite = Suite.Numbered(number)!;
        using var signer = _keys.IdentityFor(suite);
        var signature = new byte[Suite.SignatureLength];
        signer.Sign("a message"u8, signature);

        Assert.IsTrue(_book.CheckSite(Credential(Alpha), suite, out var site, out var fault), fault);
        Assert.AreEqual((Alpha.Name, "Hospital group"), (site.Name, site.Entity));
        Assert.IsTrue(site.Key.Verifies("a message"u8, signature));
        Assert.IsTrue(_book.CoordinatorKey(Credential(Hub), suite, out fault)!.Verifies("a message"u8, signature), fault);
    }

    [TestMethod]
    [DataRow('語', DisplayName = "three bytes a character in UTF-8")]
    [DataRow('\\', DisplayName = "two bytes a character in JSON")]
    public void The_longest_credential_that_the_root_can_sign_fits(char letter)
    {
        var entity = new string(letter, ProtocolCredential.MaxEntityLength);
        var longest = Alpha with { Name = SiteName.Parse(new string('a', 63)) };
        Assert.IsNull(ProtocolCredential.EntityFault(entity));

        var credential = Credential(longest, entity);

        Assert.IsLessThanOrEqualTo(Protocol.MaxCredentialBytes, credential.Length);
        Assert.AreEqual(entity, Checked(credential, Suite.P256).Entity);
    }

    [TestMethod]
    public void The_same_bytes_are_verified_once_in_each_suite()
    {
        var credential = Credential(Alpha);

        var first = Checked(credential, Suite.P256);
        var again = Checked(credential.ToArray(), Suite.P256);
        var other = Checked(credential, Suite.X25519Ed25519);

        Assert.AreSame(first.Key, again.Key);
        Assert.AreNotEqual(first.Key.Encoded.Length, other.Key.Encoded.Length);
    }

    [TestMethod]
    public void More_credentials_than_are_remembered_are_all_judged_alike()
    {
        for (var i = 0; i < 1100; i++)
        {
            var name = SiteName.Parse($"site-{i}");

            Assert.AreEqual(name, Checked(Credential(Alpha with { Name = name }), Suite.X25519Ed25519).Name);
        }

        Assert.AreEqual("site-0", Checked(Credential(Alpha with { Name = SiteName.Parse("site-0") }), Suite.P256).Name.Value);
    }

    [TestMethod]
    public void Two_sites_of_one_entity_are_told_by_its_name()
    {
        var beta = Alpha with { Name = SiteName.Parse("beta") };

        Assert.AreEqual(Checked(Credential(Alpha), Suite.P256).Entity, Checked(Credential(beta), Suite.P256).Entity);
        Assert.AreNotEqual(Checked(Credential(Alpha), Suite.P256).Entity, Checked(Credential(beta, "Another"), Suite.P256).Entity);
    }

    [TestMethod]
    public void A_site_that_was_revoked_counts_no_longer_however_often_it_was_seen_before()
    {
        var credential = Credential(Alpha);
        Checked(credential, Suite.X25519Ed25519);
        _consortium.RevokeCredentials(Alpha);

        Assert.IsFalse(_book.CheckSite(credential, Suite.X25519Ed25519, out var site, out var fault));
        Assert.IsNull(site);
        Assert.AreEqual("the credential of site 'alpha' was revoked; this member takes part in nothing any more.", fault);
        Assert.IsFalse(_book.CheckSite(Credential(Alpha), Suite.X25519Ed25519, out _, out _), "nor does a new credential");
        Assert.IsTrue(
            _book.CheckSiteOfThePast(credential, Suite.X25519Ed25519, out _, out fault),
            "its part in what is over stands: " + fault
        );
    }

    [TestMethod]
    public void A_coordinator_that_was_revoked_counts_no_longer()
    {
        _consortium.RevokeCredentials(Hub);

        Assert.IsNull(_book.CoordinatorKey(Credential(Hub), Suite.P256, out var fault));
        Assert.Contains("coordinator 'hub' was revoked", fault!);
    }

    [TestMethod]
    public void While_the_list_cannot_be_read_nobody_counts()
    {
        File.WriteAllText(_consortium.RevocationsFile, "damaged");

        Assert.IsFalse(_book.CheckSite(Credential(Alpha), Suite.P256, out _, out var fault));
        Assert.StartsWith("the credential of site 'alpha' cannot be checked: Revocation list ", fault);
        Assert.IsNull(_book.CoordinatorKey(Credential(Hub), Suite.P256, out _));
    }

    [TestMethod]
    [DataRow("another root", "it was not signed by this consortium's root.")]
    [DataRow("altered", "it was not signed by this consortium's root.")]
    [DataRow("altered after it was seen", "it was not signed by this consortium's root.")]
    [DataRow("a coordinator's", "the credential is that of coordinator 'hub', not of a site.")]
    [DataRow("an earlier release", "it is of an earlier release ('federated-credential/1')")]
    [DataRow("an earlier release", "'fed pki request --renew' where the keys lie, which stay, and 'fed pki sign' at the root.")]
    [DataRow("too long", "the credential has 2049 bytes; at most 2048 are read.")]
    [DataRow("empty", "the credential cannot be used: ")]
    [DataRow("another document", "it is a 'federated-revocations/2', not a 'federated-credential/2'.")]
    [DataRow("escapes", "the credential cannot be used: ")]
    public void A_credential_that_does_not_count_is_refused_with_the_reason(string what, string words)
    {
        using var elsewhere = new Consortium();
        var sound = Credential(Alpha);
        if (what == "altered after it was seen")
        {
            Checked(sound, Suite.P256);
        }

        byte[] credential = what switch
        {
            "another root" => elsewhere.Signed(ProtocolCredential.Kind, Payload(Alpha)),
            "altered" or "altered after it was seen" => Replaced(sound, "Hospital group", "Hospital graup"),
            "a coordinator's" => Credential(Hub),
            "an earlier release" => _consortium.Signed("federated-credential/1", Payload(Alpha)),
            "too long" => [.. sound, .. new byte[Protocol.MaxCredentialBytes + 1 - sound.Length]],
            "empty" => [],
            "another document" => File.ReadAllBytes(_consortium.RevocationsFile),
            _ => Encoding.UTF8.GetBytes("{\"kind\":\"\\u001b[2J\",\"payload\":\"\",\"signature\":\"\"}"),
        };

        Assert.IsFalse(_book.CheckSite(credential, Suite.P256, out var site, out var fault));
        Assert.IsNull(site);
        Assert.Contains(words, fault);
        Assert.DoesNotContain("\u001b", fault);
        Assert.IsFalse(_book.CheckSiteOfThePast(credential, Suite.P256, out _, out _), "nor of the past");
    }

    [TestMethod]
    public void No_flipped_bit_of_a_credential_counts()
    {
        var credential = Credential(Alpha);

        for (var bit = 0; bit < 8 * credential.Length; bit += 7) // every byte, bits in turn
        {
            var flipped = credential.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.IsFalse(
                _book.CheckSite(flipped, Suite.P256, out var site, out _) && site.Entity != "Hospital group",
                $"bit {bit} says something that nobody signed"
            );
        }
    }

    [TestMethod]
    public void Many_threads_get_the_same_answer()
    {
        var good = Credential(Alpha);
        var bad = Replaced(good, "Hospital group", "Hospital graup");

        Parallel.For(
            0,
            400,
            i =>
            {
                Assert.IsTrue(_book.CheckSite(good, Suite.Numbered(1 + (i % 2))!, out var site, out var fault), fault);
                Assert.AreEqual(Alpha.Name, site.Name);
                Assert.IsFalse(_book.CheckSite(bad, Suite.P256, out _, out _));
            }
        );
    }

    private byte[] Credential(PeerIdentity holder, string entity = "Hospital group") =>
        _consortium.Signed(ProtocolCredential.Kind, Payload(holder, entity));

    private byte[] Payload(PeerIdentity holder, string entity = "Hospital group") =>
        new ProtocolCredential(holder, entity, _keys.Public).ToPayload();

    private CertifiedSite Checked(ReadOnlyMemory<byte> credential, Suite suite)
    {
        Assert.IsTrue(_book.CheckSite(credential, suite, out var site, out var fault), fault);
        return site;
    }

    private static byte[] Replaced(byte[] credential, string from, string to)
    {
        var text = Encoding.UTF8.GetString(credential);
        Assert.Contains(from, text);
        return Encoding.UTF8.GetBytes(text.Replace(from, to));
    }
}
