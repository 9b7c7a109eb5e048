using System.Security.Cryptography;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Tests.Suites;

[TestClass]
public sealed class SuiteTests
{
    public static IEnumerable<object[]> Numbers =>
        [
            [1],
            [2],
        ];

    // Design note of the protocol, section 6.1 for suite 1; suite 2 was computed apart, with Python's cryptography. H0 = 24×32, σ = 00..1f.
    [TestMethod]
    [DataRow(1, "aac6aea6141e0843a4250f8c4e74cd61609844e19fb9ce8fb7d3752377feb151")]
    [DataRow(2, "03cf0c66c5ecb80c640c6609da6936aeae6b871e50461331b1bb1d28df39465d83")]
    public void A_mask_key_is_the_published_one(int number, string publicKey)
    {
        using var key = Suite.Numbered(number)!.DeriveMaskKey(Hex.Repeated(0x24), Hex.Counting(32));

        Assert.AreEqual(publicKey, Hex.Of(key.PublicKey));
    }

    // The same sections and ways: the identity of seed 00..1f.
    [TestMethod]
    [DataRow(1, "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")]
    [DataRow(2, "030843e512dfe0f1da5f89af9aee209978116902aa95ce68ca4f0b3fe17176bb42")]
    public void An_identity_is_that_of_its_seed(int number, string publicKey)
    {
        using var signer = Suite.Numbered(number)!.IdentityFromSeed(Hex.Counting(32));

        Assert.AreEqual(publicKey, Hex.Of(signer.PublicKey));
        Assert.AreEqual(publicKey, Hex.Of(Suite.Numbered(number)!.TryReadIdentity(signer.PublicKey)!.Encoded.Span));
    }

    // Design note, section 6.1: the derivations that the protocol builds on these keys.
    [TestMethod]
    public void Seeds_derived_from_an_agreed_value_are_the_published_ones()
    {
        var (first, second) = (
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"
        );
        using var key = new X25519Key(new(Hex.Bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")));
        var shared = new byte[32];
        Assert.IsTrue(key.TryAgree(Hex.Bytes(second), shared));
        byte[] pairInfo = [.. "FLSA/1 pair"u8, 0, 0, 0, 1, .. Hex.Bytes(first), .. Hex.Bytes(second)];
        byte[] selfInfo = [.. "FLSA/1 self"u8, 0, 7];

        var pair = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, Hex.Repeated(0x42), pairInfo);
        var self = HKDF.DeriveKey(HashAlgorithmName.SHA256, Hex.Counting(32), 32, Hex.Repeated(0x42), selfInfo);

        Assert.AreEqual("4d28cf00eac401ca154e7d3119ed13a96cb06802cb2c799e3e267cbaff3c2155", Hex.Of(pair));
        Assert.AreEqual("8b51c9e792ae5eb15f81902d2cd7baae469747724b23f45af842e00b7bc0babe", Hex.Of(self));
    }

    // RFC 5869, A.1 to A.3.
    [TestMethod]
    [DataRow(
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )]
    [DataRow(
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"
            + "404142434445464748494a4b4c4d4e4f",
        "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"
            + "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
        "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeef"
            + "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
            + "cc30c58179ec3e87c14c01d5c1f3434f1d87"
    )]
    [DataRow(
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b",
        "",
        "",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    )]
    public void The_platforms_key_derivation_is_HKDF(string material, string salt, string info, string expected)
    {
        var derived = HKDF.DeriveKey(HashAlgorithmName.SHA256, Hex.Bytes(material), expected.Length / 2, Hex.Bytes(salt), Hex.Bytes(info));

        Assert.AreEqual(expected, Hex.Of(derived));
    }

    [TestMethod]
    [DynamicData(nameof(Numbers))]
    public void Two_parties_agree_and_a_third_does_not(int number)
    {
        var suite = Suite.Numbered(number)!;
        var seeded = new Seeded($"suite/agree/{number}");
        for (var trial = 0; trial < 30; trial++)
        {
            using var left = suite.GenerateChannelKey(seeded.Source);
            using var right = suite.GenerateChannelKey(seeded.Source);
            using var third = suite.DeriveMaskKey(seeded.Bytes(32), seeded.Bytes(32));
            var (leftShared, rightShared, thirdShared) = (new byte[32], new byte[32], new byte[32]);

            Assert.IsTrue(left.TryAgree(right.PublicKey, leftShared));
            Assert.IsTrue(right.TryAgree(left.PublicKey, rightShared));
            Assert.IsTrue(third.TryAgree(left.PublicKey, thirdShared));

            CollectionAssert.AreEqual(leftShared, rightShared);
            CollectionAssert.AreNotEqual(leftShared, thirdShared);
            Assert.AreEqual(suite.AgreementKeyLength, left.PublicKey.Length);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Numbers))]
    public void Another_H0_or_another_root_gives_another_mask_key(int number)
    {
        var suite = Suite.Numbered(number)!;
        using var key = suite.DeriveMaskKey(Hex.Repeated(1), Hex.Repeated(2));
        using var same = suite.DeriveMaskKey(Hex.Repeated(1), Hex.Repeated(2));
        using var otherAttempt = suite.DeriveMaskKey(Hex.Repeated(3), Hex.Repeated(2));
        using var otherRoot = suite.DeriveMaskKey(Hex.Repeated(1), Hex.Repeated(3));

        Assert.AreEqual(Hex.Of(key.PublicKey), Hex.Of(same.PublicKey));
        Assert.AreNotEqual(Hex.Of(key.PublicKey), Hex.Of(otherAttempt.PublicKey));
        Assert.AreNotEqual(Hex.Of(key.PublicKey), Hex.Of(otherRoot.PublicKey));
    }

    [TestMethod]
    [DynamicData(nameof(Numbers))]
    public void Many_threads_may_use_one_key(int number)
    {
        var suite = Suite.Numbered(number)!;
        using var signer = suite.IdentityFromSeed(Hex.Counting(32));
        using var key = suite.DeriveMaskKey(Hex.Repeated(1), Hex.Repeated(2));
        var identity = suite.TryReadIdentity(signer.PublicKey)!;
        using var peer = suite.DeriveMaskKey(Hex.Repeated(1), Hex.Repeated(3));
        var expected = new byte[32];
        Assert.IsTrue(peer.TryAgree(key.PublicKey, expected));

        Parallel.For(
            0,
            200,
            i =>
            {
                var (signature, shared) = (new byte[64], new byte[32]);
                signer.Sign([(byte)i], signature);
                Assert.IsTrue(identity.Verifies([(byte)i], signature));
                Assert.IsTrue(key.TryAgree(peer.PublicKey, shared));
                CollectionAssert.AreEqual(expected, shared);
            }
        );
    }

    [TestMethod]
    [DynamicData(nameof(Numbers))]
    public void A_wiped_key_does_nothing(int number)
    {
        var suite = Suite.Numbered(number)!;
        var signer = suite.IdentityFromSeed(Hex.Counting(32));
        var key = suite.DeriveMaskKey(Hex.Repeated(1), Hex.Repeated(2));
        var peer = key.PublicKey.ToArray();

        signer.Dispose();
        key.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => signer.Sign("x"u8, new byte[64]));
        Assert.ThrowsExactly<ObjectDisposedException>(() => key.TryAgree(peer, new byte[32]));
    }

    [TestMethod]
    [DynamicData(nameof(Numbers))]
    public void Lengths_that_a_caller_gets_wrong_are_its_bug(int number)
    {
        var suite = Suite.Numbered(number)!;
        using var signer = suite.IdentityFromSeed(Hex.Counting(32));

        Assert.ThrowsExactly<ArgumentException>(() => suite.DeriveMaskKey(new byte[31], new byte[32]));
        Assert.ThrowsExactly<ArgumentException>(() => suite.DeriveMaskKey(new byte[32], new byte[33]));
        Assert.ThrowsExactly<ArgumentException>(() => suite.IdentityFromSeed(new byte[16]));
        Assert.ThrowsExactly<ArgumentException>(() => signer.Sign("x"u8, new byte[63]));
    }

    [TestMethod]
    public void A_suite_is_found_by_its_number()
    {
        Assert.AreSame(Suite.X25519Ed25519, Suite.Numbered(1));
        Assert.AreSame(Suite.P256, Suite.Numbered(2));
        foreach (var none in new[] { -1, 0, 3, 257 })
        {
            Assert.IsNull(Suite.Numbered(none));
        }

        Assert.AreEqual(
            (1, 32, 32),
            ((int)Suite.X25519Ed25519.Number, Suite.X25519Ed25519.AgreementKeyLength, Suite.X25519Ed25519.IdentityKeyLength)
        );
        Assert.AreEqual((2, 33, 33), ((int)Suite.P256.Number, Suite.P256.AgreementKeyLength, Suite.P256.IdentityKeyLength));
    }
}
