using System.Globalization;
using System.Numerics;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Tests.Suites;

[TestClass]
public sealed class Ed25519Tests
{
    // The key of seed 00..1f, and a message that a dishonest holder of it signs in the tests below. Edge cases were computed apart, with affine
    // integer arithmetic in Python: S satisfies the cofactored equation, so that only the encoding or order of A or R is at fault.
    private const string Honest = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";
    private const string Good =
        "17ffad8068dc0de9935d36636f3ad1b5de6de3413b12388e453b05f2a4c1d3dbc6fff77ab13cf8f4a54f6ef0b164f66b8cde86b15e5a4ea2de6078fd0dfe1b0d";

    private static readonly BigInteger Order = BigInteger.Parse(
        "7237005577332262213973186563042994240857116359379907606001950938285454250989",
        CultureInfo.InvariantCulture
    );

    private static byte[] Message => "quorum"u8.ToArray();

    public static IEnumerable<object[]> Published =>
        Ed25519Vectors.All.Select(vector => new object[] { vector.Name, vector.Seed, vector.PublicKey, vector.Message, vector.Signature });

    [TestMethod]
    [DynamicData(nameof(Published))]
    public void Signatures_are_the_published_ones(string name, string seed, string publicKey, byte[] message, string signature)
    {
        using var signer = Suite.X25519Ed25519.IdentityFromSeed(Hex.Bytes(seed));
        var made = new byte[64];

        signer.Sign(message, made);

        Assert.AreEqual(publicKey, Hex.Of(signer.PublicKey), name);
        Assert.AreEqual(signature, Hex.Of(made), name);
        Assert.IsTrue(Read(publicKey)!.Verifies(message, made), name);
        Assert.IsFalse(Read(publicKey)!.Verifies([.. message, 0], made), name);
    }

    [TestMethod]
    public void Every_bit_of_a_signature_counts()
    {
        var key = Read(Honest)!;
        Assert.IsTrue(key.Verifies(Message, Hex.Bytes(Good)), "or else the rest would prove nothing");
        for (var bit = 0; bit < 512; bit++)
        {
            var altered = Hex.Bytes(Good);
            altered[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.IsFalse(key.Verifies(Message, altered), $"bit {bit}");
        }
    }

    [TestMethod]
    public void S_is_below_the_order_of_the_group()
    {
        var signature = Hex.Bytes(Good);
        var s = new BigInteger(signature.AsSpan(32), isUnsigned: true);
        for (var times = 1; s + (times * Order) < BigInteger.One << 256; times++)
        {
            var other = (byte[])signature.Clone();
            (s + (times * Order)).TryWriteBytes(other.AsSpan(32), out _, isUnsigned: true);

            Assert.IsFalse(Read(Honest)!.Verifies(Message, other), $"S + {times}·ℓ");
        }
    }

    [TestMethod]
    [DataRow(
        "d63c01223147541df4e170763e9e2788a8bf5971f52a93c5829dbe6f5ff6bba9c5dc926331465a48c0325a873e118b0e9f93b2d85ee39b30baa2ba0a1f633703",
        DisplayName = "R with a component of order 8"
    )]
    [DataRow(
        "d600527f9723f2166ca2c99c90c52e4a21921cbec4edc771bac4fa0d5b3e2c24a9445bde9a37799e68745e443e3e42d638109750dad576f7fbe7966b684cab0b",
        DisplayName = "R with a component of order 2"
    )]
    [DataRow(
        "0635557cc8c56b5051bc013a64bb836645d7d4e6589e93db387a5276995e1ef11da87e1dab85ab643f8ab7d8e84805bd13e14e75fa12a1c267591c1cf2e3df0f",
        DisplayName = "R with a component of order 2, again"
    )]
    [DataRow(
        "07faf20add11d26c54fdb668411fa2fff5b39230d0c5347393386b66126bdd245b5b92154761c3b07a4cd77220b7f112f80b5460dd8f771e6d19e0239368180f",
        DisplayName = "R with a component of order 2, and again"
    )]
    [DataRow(
        "473fc7e339aa49b7c74b474b09f490f8b5f54700388de9668fb402f88d9d2e0ca16c8dc3f1530df1122aab68b0517ee118666cc5034e61daf057f4b0b5b36401",
        DisplayName = "R with a component of order 2, once more"
    )]
    [DataRow(
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a54a664cddacc1f9504f490df12a8ee6fba07d4c19877a734feb325c0318aab00",
        DisplayName = "R of order 8"
    )]
    [DataRow(
        "0100000000000000000000000000000000000000000000000000000000000000d2a62114c551d0c985cd5e5a7a5cc25e769f7d3e8f42fc29f8fca5a2f5431200",
        DisplayName = "R neutral, which satisfies the equation without cofactor too"
    )]
    [DataRow(
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7fa77ef7ec22d0e369f288b554bbe43132442b4070ca69e2bb55bc5343487fcb03",
        DisplayName = "R neutral, y = p + 1"
    )]
    [DataRow(
        "0100000000000000000000000000000000000000000000000000000000000080aab25d02a46bd9496ceefac264b2cc90d90a06551fa756138fe9d63e3659db0b",
        DisplayName = "R neutral, x = −0"
    )]
    [DataRow(
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f3ac24b71eb6faf0923fb564e820d0e138013f28eb79e23cf3b39e274587aa70a",
        DisplayName = "R of order 4, y = p"
    )]
    [DataRow(
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8922c0f68820d1beeb84b879624cba36ad051369fc6557fea047929bd560100b",
        DisplayName = "R of order 2, x = −0"
    )]
    public void A_signature_that_implementations_judge_differently_is_refused(string signature) =>
        Assert.IsFalse(Read(Honest)!.Verifies(Message, Hex.Bytes(signature)));

    [TestMethod]
    [DataRow("0100000000000000000000000000000000000000000000000000000000000000", DisplayName = "neutral")]
    [DataRow("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", DisplayName = "order 2")]
    [DataRow("0000000000000000000000000000000000000000000000000000000000000000", DisplayName = "order 4")]
    [DataRow("0000000000000000000000000000000000000000000000000000000000000080", DisplayName = "order 4, the other")]
    [DataRow("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", DisplayName = "order 8")]
    [DataRow("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", DisplayName = "order 8, the second")]
    [DataRow("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85", DisplayName = "order 8, the third")]
    [DataRow("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa", DisplayName = "order 8, the fourth")]
    [DataRow("0100000000000000000000000000000000000000000000000000000000000080", DisplayName = "neutral, x = −0")]
    [DataRow("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", DisplayName = "order 2, x = −0")]
    [DataRow("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", DisplayName = "y = p")]
    [DataRow("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", DisplayName = "y = p, x negative")]
    [DataRow("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", DisplayName = "y = p + 1")]
    [DataRow("f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", DisplayName = "y = p + 3, on the curve as 3")]
    [DataRow("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", DisplayName = "y = 2²⁵⁵ − 1")]
    [DataRow("0200000000000000000000000000000000000000000000000000000000000000", DisplayName = "no point has this y")]
    [DataRow("b502ff3d92e31d8190b4aa4ea0414005167fad089c4de9dac8a2fc850fed4f58", DisplayName = "an honest key plus a point of order 8")]
    [DataRow("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531", DisplayName = "too short")]
    [DataRow("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b800", DisplayName = "too long")]
    [DataRow("", DisplayName = "nothing")]
    public void A_key_is_the_canonical_encoding_of_a_point_of_prime_order(string key) => Assert.IsNull(Read(key));

    [TestMethod]
    public void Truncated_extended_and_zero_signatures_are_refused()
    {
        var key = Read(Honest)!;

        for (var length = 0; length < 64; length++)
        {
            Assert.IsFalse(key.Verifies(Message, Hex.Bytes(Good).AsSpan(0, length)), $"{length} bytes");
        }

        Assert.IsFalse(key.Verifies(Message, [.. Hex.Bytes(Good), 0]));
        Assert.IsFalse(key.Verifies(Message, new byte[64]));
        Assert.IsFalse(key.Verifies(Message, Hex.Repeated(0xff, 64)));
    }

    [TestMethod]
    public void Honest_signatures_are_accepted_always()
    {
        var seeded = new Seeded("ed25519");
        for (var trial = 0; trial < 100; trial++)
        {
            using var signer = Suite.X25519Ed25519.IdentityFromSeed(seeded.Bytes(32));
            var message = seeded.Bytes(trial);
            var signature = new byte[64];

            signer.Sign(message, signature);

            Assert.IsTrue(Suite.X25519Ed25519.TryReadIdentity(signer.PublicKey)!.Verifies(message, signature));
        }
    }

    private static IdentityKey? Read(string key) => Suite.X25519Ed25519.TryReadIdentity(Hex.Bytes(key));
}
