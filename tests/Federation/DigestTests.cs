using System.Text;

namespace Federated.Federation.Tests;

[TestClass]
public sealed class DigestTests
{
    // FIPS 180-4 examples (NIST, "SHA-256", one-block and empty messages).
    [TestMethod]
    [DataRow("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", DisplayName = "NIST, one block")]
    [DataRow("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", DisplayName = "the empty message")]
    public void A_digest_is_SHA_256_in_lowercase_hexadecimal(string message, string hex)
    {
        var digest = Digest.Of(Encoding.ASCII.GetBytes(message));

        Assert.AreEqual(hex, digest.ToString());
        Assert.AreEqual(hex[..12], digest.Abbreviated);
    }

    [TestMethod]
    public void A_digest_survives_bytes_and_text()
    {
        var digest = Digest.Of("x"u8);

        Assert.IsTrue(Digest.TryFrom(digest.ToArray(), out var fromBytes));
        Assert.IsTrue(Digest.TryParse(digest.ToString(), out var fromHex));
        Assert.IsTrue(Digest.TryParse(digest.ToString().ToUpperInvariant(), out var fromUpper));

        Assert.AreEqual(digest, fromBytes);
        Assert.AreEqual(digest, fromHex);
        Assert.AreEqual(digest, fromUpper);
        Assert.AreEqual(digest.GetHashCode(), fromHex.GetHashCode());
    }

    [TestMethod]
    public void Every_single_bit_counts()
    {
        var digest = Digest.Of("x"u8);

        for (var bit = 0; bit < 8 * Digest.Length; bit++)
        {
            var bytes = digest.ToArray();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.AreNotEqual(digest, new Digest(bytes), $"bit {bit}");
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(31)]
    [DataRow(33)]
    public void Another_number_of_bytes_is_no_digest(int length)
    {
        Assert.IsFalse(Digest.TryFrom(new byte[length], out var digest));
        Assert.AreEqual(default, digest);
        Assert.ThrowsExactly<ArgumentException>(() => new Digest(new byte[length]));
    }

    [TestMethod]
    [DataRow(null, DisplayName = "nothing")]
    [DataRow("", DisplayName = "empty")]
    [DataRow("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a", DisplayName = "a digit short")]
    [DataRow("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015adad", DisplayName = "a byte long")]
    [DataRow("ga7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", DisplayName = "no hexadecimal digit")]
    [DataRow("0xba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015", DisplayName = "a prefix")]
    public void Other_text_is_no_digest(string? text) => Assert.IsFalse(Digest.TryParse(text, out _));
}
