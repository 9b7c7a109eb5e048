using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Tests.Primitives;

[TestClass]
public sealed class Secret32Tests
{
    [TestMethod]
    public void No_secret_prints_itself()
    {
        using var secret = new Secret32(Hex.Counting(32));
        using var mask = new MaskKey(Hex.Counting(32));
        using var agreement = Suite.X25519Ed25519.DeriveMaskKey(Hex.Repeated(1), Hex.Counting(32));
        using var signer = Suite.P256.IdentityFromSeed(Hex.Counting(32));

        Assert.AreEqual("Secret32", secret.ToString());
        Assert.AreEqual("MaskKey", mask.ToString());
        Assert.AreEqual("AgreementKey", agreement.ToString());
        Assert.AreEqual("IdentitySigner", signer.ToString());
        Assert.AreEqual("MaskTerm { Key = MaskKey, Subtract = True }", new MaskTerm(mask, Subtract: true).ToString());
    }

    [TestMethod]
    public void No_secret_is_a_property_that_a_serializer_would_follow()
    {
        Type[] secrets = [typeof(Secret32), typeof(MaskKey), typeof(AgreementKey), typeof(IdentitySigner)];

        var readable = secrets.SelectMany(type => type.GetProperties()).Select(property => property.Name).Distinct();

        CollectionAssert.AreEqual(new[] { nameof(AgreementKey.PublicKey) }, readable.ToArray());
    }

    [TestMethod]
    public void A_wiped_secret_is_zero_and_refuses_to_be_read()
    {
        var secret = new Secret32(Hex.Counting(32));
        var bytes = secret.Array;

        secret.Dispose();

        CollectionAssert.AreEqual(new byte[32], bytes);
        Assert.ThrowsExactly<ObjectDisposedException>(() => secret.Bytes.Length);
        Assert.ThrowsExactly<ObjectDisposedException>(() => secret.FixedTimeEquals(new byte[32]));
    }

    [TestMethod]
    public void A_wiped_mask_key_masks_nothing()
    {
        var key = new MaskKey(Hex.Counting(32));
        var lanes = new byte[64];
        key.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => MaskStream.Apply(lanes, new LaneFormat(32), [new MaskTerm(key, false)], 1));
        CollectionAssert.AreEqual(new byte[64], lanes);
    }

    [TestMethod]
    public void A_secret_owns_its_bytes_and_equals_the_same_bytes_alone()
    {
        var bytes = Hex.Counting(32);
        using var secret = new Secret32(bytes);

        bytes[0] ^= 1;

        Assert.IsTrue(secret.FixedTimeEquals(Hex.Counting(32)));
        Assert.IsFalse(secret.FixedTimeEquals(bytes));
        Assert.IsFalse(secret.FixedTimeEquals(Hex.Counting(31)));
        using var same = new Secret32(Hex.Counting(32));
        Assert.AreNotEqual<object>(secret, same, "only FixedTimeEquals compares content");
    }

    [TestMethod]
    public void A_drawn_secret_is_what_the_source_gave()
    {
        using var secret = Secret32.Draw(destination => destination.Fill(7));

        Assert.IsTrue(secret.FixedTimeEquals(Hex.Repeated(7)));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(31)]
    [DataRow(33)]
    public void A_secret_has_32_bytes(int length)
    {
        Assert.ThrowsExactly<ArgumentException>(() => new Secret32(new byte[length]));
        Assert.ThrowsExactly<ArgumentException>(() => new MaskKey(new byte[length]));
    }
}
