using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Federated.Fixtures;
using Federated.Identity;
using Federated.SecureAggregation.Suites;

namespace Federated.Hosting.Tests;

/// <summary>Credentials, revocation lists and plans: what a signature covers, and what a file may be.</summary>
[TestClass]
public sealed class SignedDocumentTests
{
    private static readonly ECDsa Key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    [TestMethod]
    public void A_document_is_read_back_and_its_signature_holds()
    {
        var document = SignedDocument.Sign("kind/1", "{}"u8.ToArray(), Key);

        Assert.IsTrue(SignedDocument.TryRead(document.ToFile(), "kind/1", out var read, out _));

        Assert.IsTrue(read.IsSignedBy(Key));
        Assert.AreEqual("{}", Encoding.UTF8.GetString(read.Payload.Span));
    }

    [TestMethod]
    public void A_signature_covers_every_byte_and_the_kind()
    {
        var document = SignedDocument.Sign("kind/1", "{\"a\":1}"u8.ToArray(), Key);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.IsFalse((document with { Payload = "{\"a\":2}"u8.ToArray() }).IsSignedBy(Key));
        Assert.IsFalse((document with { Kind = "kind/2" }).IsSignedBy(Key), "a signature on one kind is none on another");
        Assert.IsFalse(document.IsSignedBy(other));
        for (var bit = 0; bit < document.Signature.Length * 8; bit++)
        {
            var flipped = document.Signature.ToArray();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.IsFalse((document with { Signature = flipped }).IsSignedBy(Key), $"bit {bit}");
        }
    }

    [TestMethod]
    [DataRow("", "JSON", DisplayName = "nothing")]
    [DataRow("[]", "expected keys and values", DisplayName = "a list")]
    [DataRow(
        "{\"kind\":\"kind/2\",\"payload\":\"{}\",\"signature\":\"00\"}",
        "it is a 'kind/2', not a 'kind/1'.",
        DisplayName = "another version"
    )]
    [DataRow(
        "{\"kind\":\"kind/1\",\"payload\":\"{}\",\"signature\":\"xy\"}",
        "its signature is not hexadecimal.",
        DisplayName = "no hexadecimal"
    )]
    [DataRow("{\"kind\":\"kind/1\",\"payload\":\"{}\"}", "signature: this key is missing", DisplayName = "no signature")]
    [DataRow(
        "{\"kind\":\"kind/1\",\"payload\":\"{}\",\"signature\":\"00\",\"more\":1}",
        "more: unknown key",
        DisplayName = "something more"
    )]
    public void Another_file_is_refused_with_its_fault(string file, string words)
    {
        Assert.IsFalse(SignedDocument.TryRead(Encoding.UTF8.GetBytes(file), "kind/1", out _, out var fault));

        Assert.Contains(words, fault);
    }

    [TestMethod]
    public void A_file_that_is_too_long_is_not_parsed()
    {
        Assert.IsFalse(SignedDocument.TryRead(new byte[SignedDocument.MaxBytes + 1], "kind/1", out _, out var fault));

        Assert.Contains("at most", fault);
    }

    [TestMethod]
    public void The_public_halves_of_protocol_keys_are_those_of_RFC_8032()
    {
        // RFC 8032, section 7.1, tests 1 to 3.
        using var folder = new TestFolder();
        var file = folder.Write(
            "site.protocol.key",
            "federated-protocol-keys/1\n"
                + "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
                + "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
                + "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7\n"
        );
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        using var keys = ProtocolKeys.Load(file);

        Assert.AreEqual(
            new ProtocolPublicKeys(
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                IdentityP256ByPlatform("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"),
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
            ),
            keys.Public
        );
        Assert.AreEqual("ProtocolKeys", $"{keys}", "a secret prints nothing of itself");
    }

    [TestMethod]
    public void Protocol_keys_are_saved_for_their_owner_only_and_read_back()
    {
        using var folder = new TestFolder();
        using var keys = ProtocolKeys.Generate();

        keys.Save(folder["k"]);

        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder["k"]));
        using var read = ProtocolKeys.Load(folder["k"]);
        Assert.AreEqual(keys.Public, read.Public);
        Assert.HasCount(4, keys.Public.All.Distinct());
        File.SetUnixFileMode(folder["k"], UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Assert.AreEqual(
            $"run: chmod 600 {folder["k"]}",
            Assert.ThrowsExactly<OperatorException>(() => ProtocolKeys.Load(folder["k"])).Hint
        );
        keys.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => keys.Public);
    }

    [TestMethod]
    [DataRow("federated-protocol-keys/2\n00", DisplayName = "another version")]
    [DataRow("federated-protocol-keys/1\n00ff", DisplayName = "too short")]
    [DataRow("", DisplayName = "empty")]
    public void Another_file_is_no_key_file(string text)
    {
        using var folder = new TestFolder();
        var file = folder.Write("k", text);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        var refusal = Assert.ThrowsExactly<OperatorException>(() => ProtocolKeys.Load(file));

        Assert.AreEqual($"{file} is no federated-protocol-keys/1 file.", refusal.Message);
    }

    [TestMethod]
    public void A_credential_counts_only_under_the_root_and_as_it_was_signed()
    {
        using var keys = ProtocolKeys.Generate();
        var holder = new PeerIdentity(Role.Site, Federation.SiteName.Parse("alpha"));
        var credential = new ProtocolCredential(holder, "Hospital of Alpha", keys.Public);
        var signed = SignedDocument.Sign(ProtocolCredential.Kind, credential.ToPayload(), Key);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.IsTrue(ProtocolCredential.TryRead(signed.ToFile(), Key, out var read, out _));
        Assert.AreEqual(credential, read);
        Assert.IsFalse(ProtocolCredential.TryRead(signed.ToFile(), other, out _, out var fault));
        Assert.AreEqual("it was not signed by this consortium's root.", fault);
        var beta = new ProtocolCredential(holder with { Name = Federation.SiteName.Parse("beta") }, "Hospital of Alpha", keys.Public);
        Assert.IsFalse(
            ProtocolCredential.TryRead((signed with { Payload = beta.ToPayload() }).ToFile(), Key, out _, out _),
            "of another site"
        );
    }

    [TestMethod]
    [DataRow("same", "its keys are not three different ones of Ed25519 and one of P-256.", DisplayName = "one key in two roles")]
    [DataRow("upper", "its keys are not", DisplayName = "another spelling of a key")]
    [DataRow("no point", "its keys are not", DisplayName = "a P-256 key that is on no curve")]
    [DataRow("small order", "its keys are not", DisplayName = "an Ed25519 key under which anybody signs")]
    [DataRow("researcher", "a researcher has no protocol keys.", DisplayName = "a role that signs nothing")]
    [DataRow("", "a legal entity has 1 to 100 printable characters", DisplayName = "nobody's")]
    [DataRow(" Hospital", "a legal entity has 1 to 100 printable characters", DisplayName = "an entity with a blank before it")]
    [DataRow("Hospital\u202e", "a legal entity has 1 to 100 printable characters", DisplayName = "an entity that turns the line around")]
    public void A_credential_that_says_what_cannot_be_is_refused_though_the_root_signed_it(string what, string words)
    {
        using var keys = ProtocolKeys.Generate();
        var own = keys.Public;
        var sound = new ProtocolCredential(new PeerIdentity(Role.Site, Federation.SiteName.Parse("alpha")), "Hospital", own);
        var credential = what switch
        {
            "same" => sound with { Keys = own with { Log = own.Identity } },
            "upper" => sound with { Keys = own with { Identity = own.Identity.ToUpperInvariant() } },
            "no point" => sound with { Keys = own with { IdentityP256 = "02" + new string('f', 64) } },
            "small order" => sound with { Keys = own with { Identity = "01" + new string('0', 62) } },
            "researcher" => sound with { Holder = sound.Holder with { Role = Role.Researcher } },
            _ => sound with { Entity = what },
        };
        var signed = SignedDocument.Sign(ProtocolCredential.Kind, credential.ToPayload(), Key);

        Assert.IsFalse(ProtocolCredential.TryRead(signed.ToFile(), Key, out _, out var fault));

        Assert.Contains(words, fault);
    }

    [TestMethod]
    public void Both_suites_sign_with_keys_of_the_one_seed()
    {
        using var keys = ProtocolKeys.Generate();

        foreach (var suite in new[] { Suite.X25519Ed25519, Suite.P256 })
        {
            using var signer = keys.IdentityFor(suite);
            var signature = new byte[Suite.SignatureLength];
            signer.Sign("a message"u8, signature);

            Assert.IsTrue(keys.Public.IdentityFor(suite).Verifies("a message"u8, signature));
            Assert.IsFalse(keys.Public.IdentityFor(suite).Verifies("another"u8, signature));
        }
    }

    /// <summary>The same derivation by big integers, the point by the platform's library.</summary>
    private static string IdentityP256ByPlatform(string seed)
    {
        var order = BigInteger.Parse("0ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", NumberStyles.HexNumber);
        var drawn = HKDF.DeriveKey(HashAlgorithmName.SHA256, Convert.FromHexString(seed), 48, info: "FLSA/1 identity-p256"u8.ToArray());
        var scalar = 1 + (new BigInteger(drawn, isUnsigned: true, isBigEndian: true) % (order - 1));
        var bytes = scalar.ToByteArray(isUnsigned: true, isBigEndian: true);
        using var key = ECDsa.Create(
            new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = [.. new byte[32 - bytes.Length], .. bytes] }
        );
        var point = key.ExportParameters(false).Q;
        return (point.Y![31] % 2 == 0 ? "02" : "03") + Convert.ToHexStringLower(point.X!);
    }
}
