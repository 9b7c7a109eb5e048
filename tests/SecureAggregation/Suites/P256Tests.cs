using System.Globalization;
using System.Numerics;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Tests.Suites;

[TestClass]
public sealed class P256Tests
{
    // RFC 6979, A.2.5.
    private const string PrivateKey = "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721";
    private const string PublicKey = "0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
    private const string Y = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
    private const string SampleR = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
    private const string SampleHighS = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
    private const string TestR = "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367";
    private const string TestLowS = "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083";
    private const string Order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

    // NIST CAVP, CAVS 14.1, "ECC CDH Primitive (SP800-56A Section 5.7.1.2)", P-256, counts 0 and 1; keys compressed by us.
    [TestMethod]
    [DataRow(
        "7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534",
        "02700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287",
        "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b"
    )]
    [DataRow(
        "38f65d6dce47676044d58ce5139582d568f64bb16098d179dbab07741dd5caf5",
        "03809f04289c64348c01515eb03d5ce7ac1a8cb9498f5caa50197e58d43a86a7ae",
        "057d636096cb80b67a8c038c890e887d1adfa4195e9b3ce241c8a778c59cda67"
    )]
    public void Agreement_gives_the_published_values(string scalar, string peer, string expected)
    {
        using var secret = new Secret32(Hex.Bytes(scalar));
        using var key = new P256AgreementKey(secret);
        var shared = new byte[32];

        Assert.IsTrue(key.TryAgree(Hex.Bytes(peer), shared));

        Assert.AreEqual(expected, Hex.Of(shared));
    }

    [TestMethod]
    public void A_public_key_is_a_compressed_point()
    {
        using var first = new Secret32(Hex.Bytes("7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534"));
        using var second = new Secret32(Hex.Bytes(PrivateKey));
        using var key = new P256AgreementKey(first);
        using var signer = new P256Signer(second);

        Assert.AreEqual("03ead218590119e8876b29146ff89ca61770c4edbbf97d38ce385ed281d8a6b230", Hex.Of(key.PublicKey));
        Assert.AreEqual(PublicKey, Hex.Of(signer.PublicKey));
    }

    [TestMethod]
    public void Points_survive_compression()
    {
        var seeded = new Seeded("p256/points");
        for (var trial = 0; trial < 50; trial++)
        {
            using var key = Suite.P256.GenerateChannelKey(seeded.Source);

            var point = P256Points.TryDecompress(key.PublicKey);

            Assert.AreEqual(Hex.Of(key.PublicKey), Hex.Of(P256Points.Compress(point!.Value)));
        }

        Assert.AreEqual(Y, Hex.Of(P256Points.TryDecompress(Hex.Bytes(PublicKey))!.Value.Y));
    }

    [TestMethod]
    [DataRow("", DisplayName = "nothing")]
    [DataRow("00", DisplayName = "the point at infinity (SEC 1)")]
    [DataRow("000000000000000000000000000000000000000000000000000000000000000000", DisplayName = "infinity, as long as a point")]
    [DataRow("020000000000000000000000000000000000000000000000000000000000000001", DisplayName = "no point has x = 1")]
    [DataRow("0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6", DisplayName = "prefix of an uncompressed point")]
    [DataRow("0160fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6", DisplayName = "no such prefix")]
    [DataRow("8360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6", DisplayName = "a high bit in the prefix")]
    [DataRow("0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6" + Y, DisplayName = "uncompressed")]
    [DataRow("0760fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6" + Y, DisplayName = "hybrid")]
    [DataRow("02ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", DisplayName = "x = p, where 0 is on the curve")]
    [DataRow("02ffffffff00000001000000000000000000000001000000000000000000000004", DisplayName = "x = p + 5, where 5 is on the curve")]
    [DataRow("02ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", DisplayName = "x = 2²⁵⁶ − 1")]
    [DataRow("0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29f", DisplayName = "too short")]
    [DataRow("0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb600", DisplayName = "too long")]
    public void A_key_is_the_compressed_encoding_of_a_point_on_the_curve(string encoded)
    {
        using var key = Suite.P256.GenerateChannelKey(new Seeded("p256/own").Source);
        var shared = Hex.Repeated(0xee);

        Assert.IsFalse(key.TryAgree(Hex.Bytes(encoded), shared));
        Assert.IsNull(Suite.P256.TryReadIdentity(Hex.Bytes(encoded)));

        CollectionAssert.AreEqual(new byte[32], shared);
    }

    [TestMethod]
    public void The_x_that_are_refused_above_p_are_accepted_below()
    {
        Assert.IsNotNull(P256Points.TryDecompress(Hex.Bytes("02" + new string('0', 64))));
        Assert.IsNotNull(P256Points.TryDecompress(Hex.Bytes("02" + new string('0', 63) + "5")));
    }

    [TestMethod]
    [DataRow("sample", SampleR, SampleHighS, false, DisplayName = "RFC 6979, \"sample\": s is high there")]
    [DataRow("sample", SampleR, "0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9", true, DisplayName = "its low twin")]
    [DataRow("test", TestR, TestLowS, true, DisplayName = "RFC 6979, \"test\": s is low there")]
    [DataRow("Test", TestR, TestLowS, false, DisplayName = "another message")]
    public void Published_signatures_are_valid_if_s_is_low(string message, string r, string s, bool expected) =>
        Assert.AreEqual(expected, Identity.Verifies(System.Text.Encoding.ASCII.GetBytes(message), Hex.Bytes(r + s)));

    [TestMethod]
    [DataRow("0000000000000000000000000000000000000000000000000000000000000000", TestLowS, DisplayName = "r = 0")]
    [DataRow(TestR, "0000000000000000000000000000000000000000000000000000000000000000", DisplayName = "s = 0")]
    [DataRow(
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        DisplayName = "both 0"
    )]
    [DataRow(Order, TestLowS, DisplayName = "r = N")]
    [DataRow(TestR, Order, DisplayName = "s = N")]
    [DataRow("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", TestLowS, DisplayName = "r = 2²⁵⁶ − 1")]
    [DataRow(TestR, "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", DisplayName = "s = 2²⁵⁶ − 1")]
    [DataRow(TestLowS, TestR, DisplayName = "r and s exchanged")]
    public void R_and_s_are_from_1_to_below_the_order(string r, string s) => Assert.IsFalse(Identity.Verifies("test"u8, Hex.Bytes(r + s)));

    [TestMethod]
    public void Truncated_extended_and_DER_signatures_are_refused()
    {
        var signature = Hex.Bytes(TestR + TestLowS);
        for (var length = 0; length < 64; length++)
        {
            Assert.IsFalse(Identity.Verifies("test"u8, signature.AsSpan(0, length)), $"{length} bytes");
        }

        Assert.IsFalse(Identity.Verifies("test"u8, [.. signature, 0]));
        Assert.IsFalse(Identity.Verifies("test"u8, Hex.Bytes("3045022100" + TestR + "0220" + TestLowS)));
    }

    [TestMethod]
    public void Every_bit_of_a_signature_counts()
    {
        for (var bit = 0; bit < 512; bit++)
        {
            var altered = Hex.Bytes(TestR + TestLowS);
            altered[bit / 8] ^= (byte)(1 << (bit % 8));

            Assert.IsFalse(Identity.Verifies("test"u8, altered), $"bit {bit}");
        }
    }

    [TestMethod]
    public void Signatures_made_have_a_low_s_and_are_accepted()
    {
        using var signer = Suite.P256.IdentityFromSeed(Hex.Counting(32));
        var identity = Suite.P256.TryReadIdentity(signer.PublicKey)!;
        for (var trial = 0; trial < 50; trial++) // without the rule half of them would be high
        {
            var signature = new byte[64];
            signer.Sign([(byte)trial], signature);

            Assert.IsTrue(P256Scalars.IsLow(signature.AsSpan(32)));
            Assert.IsTrue(identity.Verifies([(byte)trial], signature));
            P256Scalars.Negate(signature.AsSpan(32));
            Assert.IsFalse(identity.Verifies([(byte)trial], signature), "the high twin");
        }
    }

    [TestMethod]
    public void A_scalar_is_one_more_than_the_remainder_by_the_order_less_one()
    {
        var modulus = Number(Hex.Bytes(Order)) - 1;
        var seeded = new Seeded("p256/scalars");
        for (var trial = 0; trial < 300; trial++)
        {
            var material = trial switch
            {
                0 => new byte[48],
                1 => Hex.Repeated(0xff, 48),
                2 => [.. new byte[16], .. Big(modulus)], // remainder 0
                3 => [.. new byte[16], .. Big(modulus - 1)], // the greatest scalar
                4 => [.. new byte[16], .. Big(modulus + 1)],
                5 => [.. new byte[40], .. Hex.Repeated(0xff, 8)], // the increment carries
                6 => [.. new byte[32], .. Hex.Repeated(0xff, 16)],
                _ => seeded.Bytes(48),
            };

            using var scalar = P256Scalars.From(material);

            Assert.AreEqual(1 + (Number(material) % modulus), Number(scalar.Bytes), $"trial {trial}");
        }
    }

    [TestMethod]
    public void Half_of_the_order_is_the_last_low_s()
    {
        var half = (Number(Hex.Bytes(Order)) - 1) / 2;

        Assert.IsTrue(P256Scalars.IsLow(Big(half)));
        Assert.IsFalse(P256Scalars.IsLow(Big(half + 1)));
        var negated = Big(half);
        P256Scalars.Negate(negated);
        CollectionAssert.AreEqual(Big(half + 1), negated);
    }

    private static IdentityKey Identity => Suite.P256.TryReadIdentity(Hex.Bytes(PublicKey))!;

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Big(BigInteger value) => Hex.Bytes(value.ToString("x65", CultureInfo.InvariantCulture)[^64..]);
}
