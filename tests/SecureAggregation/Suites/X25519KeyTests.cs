using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Tests.Suites;

[TestClass]
public sealed class X25519KeyTests
{
    private const string AliceKey = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a";
    private const string AlicePublic = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
    private const string BobKey = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb";
    private const string BobPublic = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
    private const string Shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";

    // RFC 7748 §5.2. The second u has its high bit set there, which the RFC says to ignore; here it is cleared.
    [TestMethod]
    [DataRow(
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
        "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
        "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"
    )]
    [DataRow(
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
        "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a413",
        "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"
    )]
    public void Scalar_times_u_is_the_published_one(string scalar, string u, string expected)
    {
        using var key = Key(scalar);

        Assert.AreEqual(expected, Agreed(key, Hex.Bytes(u)));
    }

    // RFC 7748 §5.2, the iterated test.
    [TestMethod]
    public void A_thousand_iterations_end_where_the_RFC_says()
    {
        var k = new byte[32];
        k[0] = 9;
        var u = (byte[])k.Clone();
        for (var i = 1; i <= 1000; i++)
        {
            using var key = new X25519Key(new Secret32(k));
            var result = new byte[32];
            Assert.IsTrue(key.TryAgree(u, result));
            (k, u) = (result, k);
            if (i == 1)
            {
                Assert.AreEqual("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079", Hex.Of(k));
            }
        }

        Assert.AreEqual("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51", Hex.Of(k));
    }

    // RFC 7748 §6.1.
    [TestMethod]
    public void Both_sides_agree_as_in_the_RFC()
    {
        using var alice = Key(AliceKey);
        using var bob = Key(BobKey);

        Assert.AreEqual(AlicePublic, Hex.Of(alice.PublicKey));
        Assert.AreEqual(BobPublic, Hex.Of(bob.PublicKey));
        Assert.AreEqual(Shared, Agreed(alice, bob.PublicKey));
        Assert.AreEqual(Shared, Agreed(bob, alice.PublicKey));
    }

    // The points of order 1, 2, 4 and 8 on curve and twist, and the encodings that reduce to one of them. With any of them the value
    // would be zero whatever the key. Bernstein, "Curve25519: new Diffie-Hellman speed records" and https://cr.yp.to/ecdh.html#validate.
    [TestMethod]
    [DataRow("0000000000000000000000000000000000000000000000000000000000000000", DisplayName = "0, order 4")]
    [DataRow("0100000000000000000000000000000000000000000000000000000000000000", DisplayName = "1, order 1")]
    [DataRow("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800", DisplayName = "order 8")]
    [DataRow("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157", DisplayName = "order 8, the other")]
    [DataRow("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", DisplayName = "p − 1, order 2")]
    [DataRow("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", DisplayName = "p, not canonical")]
    [DataRow("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", DisplayName = "p + 1, not canonical")]
    [DataRow("0000000000000000000000000000000000000000000000000000000000000080", DisplayName = "0 with the high bit")]
    [DataRow("0100000000000000000000000000000000000000000000000000000000000080", DisplayName = "1 with the high bit")]
    [DataRow("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880", DisplayName = "order 8 with the high bit")]
    [DataRow("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7", DisplayName = "the other of order 8 with the high bit")]
    [DataRow("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", DisplayName = "p − 1 with the high bit")]
    [DataRow("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", DisplayName = "p with the high bit")]
    [DataRow("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", DisplayName = "p + 1 with the high bit")]
    public void A_peer_key_of_small_order_is_refused(string u)
    {
        using var key = Key(AliceKey);
        var shared = Hex.Repeated(0xee);

        Assert.IsFalse(key.TryAgree(Hex.Bytes(u), shared));

        CollectionAssert.AreEqual(new byte[32], shared);
    }

    [TestMethod]
    public void A_peer_key_has_one_encoding()
    {
        using var key = Key(AliceKey);
        for (var excess = 0; excess < 19; excess++)
        {
            var notCanonical = Hex.Repeated(0xff);
            (notCanonical[0], notCanonical[31]) = ((byte)(0xed + excess), 0x7f); // p + excess
            Assert.IsFalse(key.TryAgree(notCanonical, new byte[32]), $"p + {excess}");
        }

        var high = Hex.Bytes(BobPublic);
        high[31] |= 0x80;
        Assert.IsFalse(key.TryAgree(high, new byte[32]), "RFC 7748 would ignore the high bit");

        var almost = Hex.Repeated(0xff);
        (almost[0], almost[31]) = (0xeb, 0x7f);
        Assert.IsTrue(key.TryAgree(almost, new byte[32]), "p − 2 is a key like any other");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(31)]
    [DataRow(33)]
    public void A_peer_key_of_another_length_is_refused(int length)
    {
        using var key = Key(AliceKey);

        Assert.IsFalse(key.TryAgree(Hex.Repeated(9, length), new byte[32]));
        Assert.ThrowsExactly<ArgumentException>(() => key.TryAgree(Hex.Bytes(BobPublic), new byte[length]));
    }

    [TestMethod]
    public void A_wiped_key_agrees_on_nothing()
    {
        var key = Key(AliceKey);
        key.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => key.TryAgree(Hex.Bytes(BobPublic), new byte[32]));
    }

    private static X25519Key Key(string scalar) => new(new Secret32(Hex.Bytes(scalar)));

    private static string Agreed(AgreementKey key, ReadOnlySpan<byte> peer)
    {
        var shared = new byte[32];
        Assert.IsTrue(key.TryAgree(peer, shared));
        return Hex.Of(shared);
    }
}
