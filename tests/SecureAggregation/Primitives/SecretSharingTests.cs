using System.Buffers.Binary;
using System.Numerics;
using Federated.SecureAggregation.Primitives;

namespace Federated.SecureAggregation.Tests.Primitives;

[TestClass]
public sealed class SecretSharingTests
{
    private const ulong P = (1UL << 61) - 1;
    private const int Share = SecretSharing.ShareLength;

    // Design note of the protocol, section 6.1: secret 00..1f, t = 3.
    [TestMethod]
    [DataRow(1, "0701020304050600798090a0b0c00000180e0f10111203004e51617181910100291b1c1d1e1f0000")]
    [DataRow(2, "1a01020304050600908090a0b0c00000330e0f10111203006d516171819101004c1b1c1d1e1f0000")]
    [DataRow(3, "3901020304050600b58090a0b0c000005e0e0f10111203009e51617181910100831b1c1d1e1f0000")]
    public void Shares_are_the_published_ones(int x, string expected)
    {
        ulong[] coefficients = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        var shares = new byte[3 * Share];

        SecretSharing.Split(Hex.Counting(32), coefficients, holders: 3, shares);

        Assert.AreEqual(expected, Hex.Of(shares.AsSpan((x - 1) * Share, Share)));
    }

    // The same section, extreme: secret ff×32, a1 = (p−1)×5, a2 = (p−2)×5, x = 1000.
    [TestMethod]
    public void Shares_at_the_edge_of_the_field_are_the_published_ones()
    {
        ulong[] coefficients = [.. Enumerable.Repeat(P - 1, 5), .. Enumerable.Repeat(P - 2, 5)];
        var shares = new byte[1000 * Share];

        SecretSharing.Split(Hex.Repeated(0xff), coefficients, holders: 1000, shares);

        var expected = string.Concat(Enumerable.Repeat("9777e1ffffff0f00", 4)) + "9777e1ffffff0000";
        Assert.AreEqual(expected, Hex.Of(shares.AsSpan(999 * Share)));
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(1, 3)]
    [DataRow(2, 2)]
    [DataRow(3, 4)]
    [DataRow(4, 5)]
    [DataRow(5, 7)]
    [DataRow(7, 10)]
    [DataRow(67, 100)]
    public void Any_holders_as_many_as_the_threshold_open_the_secret(int threshold, int holders)
    {
        var seeded = new Seeded($"shamir/{threshold}/{holders}");
        for (var trial = 0; trial < 25; trial++)
        {
            var secret = trial == 0 ? Hex.Repeated(0xff) : seeded.Bytes(32);
            var shares = new byte[holders * Share];
            SecretSharing.Split(secret, threshold, holders, seeded.Source, shares);
            var points = Enumerable.Range(1, holders).ToArray();
            seeded.Shuffle<int>(points);

            Assert.IsTrue(TryOpen(points[..threshold], shares, out var opened));

            CollectionAssert.AreEqual(secret, opened);
        }
    }

    /// <summary>Every other secret has coefficients that give the same t − 1 shares: they tell nothing.</summary>
    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(6)]
    public void Shares_one_short_of_the_threshold_fit_any_secret(int threshold)
    {
        var seeded = new Seeded($"shamir/short/{threshold}");
        var shares = new byte[threshold * Share];
        SecretSharing.Split(seeded.Bytes(32), threshold, threshold, seeded.Source, shares);
        var known = Enumerable.Range(1, threshold - 1).ToArray();
        for (var trial = 0; trial < 20; trial++)
        {
            var other = seeded.Bytes(32);
            var forged = WithLastShareFor(other, threshold, shares);

            Assert.IsTrue(TryOpen([.. known, threshold], forged, out var opened));

            CollectionAssert.AreEqual(other, opened);
            CollectionAssert.AreEqual(shares[..(known.Length * Share)], forged[..(known.Length * Share)]);
        }
    }

    [TestMethod]
    public void Fewer_shares_than_the_threshold_do_not_open_the_secret()
    {
        var seeded = new Seeded("shamir/fewer");
        for (var trial = 0; trial < 50; trial++)
        {
            var secret = seeded.Bytes(32);
            var shares = new byte[5 * Share];
            SecretSharing.Split(secret, threshold: 4, holders: 5, seeded.Source, shares);

            var isOpen = TryOpen([1, 3, 5], shares, out var opened);

            Assert.IsFalse(isOpen && opened.AsSpan().SequenceEqual(secret));
        }
    }

    [TestMethod]
    public void An_altered_share_never_gives_the_secret()
    {
        var seeded = new Seeded("shamir/altered");
        var secret = seeded.Bytes(32);
        var shares = new byte[3 * Share];
        SecretSharing.Split(secret, threshold: 3, holders: 3, seeded.Source, shares);
        for (var bit = 0; bit < 8 * shares.Length; bit++)
        {
            var altered = (byte[])shares.Clone();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));

            var isOpen = TryOpen([1, 2, 3], altered, out var opened);

            Assert.IsFalse(opened.AsSpan().SequenceEqual(secret), $"bit {bit}");
            Assert.IsTrue(isOpen || !opened.AsSpan().ContainsAnyExcept((byte)0), "what is refused leaves zeros");
        }
    }

    [TestMethod]
    [DataRow(0UL, true, DisplayName = "0")]
    [DataRow(P - 1, true, DisplayName = "p − 1")]
    [DataRow(P, false, DisplayName = "p")]
    [DataRow(P + 1, false, DisplayName = "p + 1")]
    [DataRow(1UL << 63, false, DisplayName = "2⁶³")]
    [DataRow((1UL << 63) + 5, false, DisplayName = "2⁶³ + 5")]
    [DataRow(ulong.MaxValue, false, DisplayName = "2⁶⁴ − 1")]
    public void A_share_has_elements_of_the_field(ulong element, bool expected)
    {
        for (var limb = 0; limb < 5; limb++)
        {
            var share = new byte[Share];
            BinaryPrimitives.WriteUInt64LittleEndian(share.AsSpan(8 * limb), element);

            Assert.AreEqual(expected, SecretSharing.IsWellFormed(share));
            Assert.AreEqual(expected && element == 0, new LagrangeBasis([1]).TryCombine(share, new byte[32]), $"limb {limb}");
        }
    }

    [TestMethod]
    [DataRow(0, 52)]
    [DataRow(3, 52)]
    [DataRow(4, 48)]
    public void A_limb_above_its_bits_is_no_secret(int limb, int bits)
    {
        var share = new byte[Share];
        var most = (1UL << bits) - 1;

        BinaryPrimitives.WriteUInt64LittleEndian(share.AsSpan(8 * limb), most);
        Assert.IsTrue(new LagrangeBasis([9]).TryCombine(share, new byte[32]), "the most that fits");

        BinaryPrimitives.WriteUInt64LittleEndian(share.AsSpan(8 * limb), most + 1);
        Assert.IsFalse(new LagrangeBasis([9]).TryCombine(share, new byte[32]));
    }

    [TestMethod]
    [DataRow(39)]
    [DataRow(41)]
    [DataRow(0)]
    public void A_share_has_40_bytes(int length)
    {
        Assert.IsFalse(SecretSharing.IsWellFormed(new byte[length]));
        Assert.ThrowsExactly<ArgumentException>(() => new LagrangeBasis([1]).TryCombine(new byte[length], new byte[32]));
    }

    [TestMethod]
    [DataRow(new int[0], DisplayName = "none")]
    [DataRow(new[] { 1, 2, 1 }, DisplayName = "one twice")]
    [DataRow(new[] { 0, 1 }, DisplayName = "0 is where the secret is")]
    [DataRow(new[] { -1 }, DisplayName = "negative")]
    [DataRow(new[] { 65_536 }, DisplayName = "beyond the last holder")]
    public void Points_are_distinct_holders(int[] points) => Assert.Throws<ArgumentException>(() => new LagrangeBasis(points));

    [TestMethod]
    [DataRow(0, 3)]
    [DataRow(4, 3)]
    [DataRow(1, 0)]
    [DataRow(1, 65_536)]
    public void A_threshold_is_from_one_to_the_number_of_holders(int threshold, int holders) =>
        Assert.Throws<ArgumentException>(() =>
            SecretSharing.Split(new byte[32], threshold, holders, destination => destination.Clear(), new byte[holders * Share])
        );

    [TestMethod]
    public void The_last_of_the_most_holders_can_open()
    {
        var shares = new byte[SecretSharing.MaxHolders * Share];
        SecretSharing.Split(Hex.Counting(32), threshold: 2, SecretSharing.MaxHolders, new Seeded("shamir/most").Source, shares);

        Assert.IsTrue(TryOpen([65_535, 32_768], shares, out var opened));

        CollectionAssert.AreEqual(Hex.Counting(32), opened);
    }

    [TestMethod]
    public void A_draw_that_is_no_element_is_drawn_again()
    {
        var draws = 0;
        var shares = new byte[2 * Share];

        SecretSharing.Split(
            new byte[32],
            threshold: 2,
            holders: 2,
            destination => destination.Fill(draws++ == 0 ? (byte)0xff : (byte)0x01),
            shares
        );

        Assert.AreEqual(6, draws, "one draw for all five, one more for each");
        Assert.AreEqual(0x0101010101010101UL, BinaryPrimitives.ReadUInt64LittleEndian(shares));
    }

    [TestMethod]
    public void The_field_is_the_integers_modulo_p()
    {
        var seeded = new Seeded("field");
        ulong[] edges = [0, 1, 2, P - 1, P - 2, 1UL << 60, (1UL << 52) - 1, 1UL << 32];
        for (var trial = 0; trial < 2_000; trial++)
        {
            var a = trial < 64 ? edges[trial / 8] : (ulong)seeded.Int64() % P;
            var b = trial < 64 ? edges[trial % 8] : (ulong)seeded.Int64() % P;

            Assert.AreEqual((ulong)(((BigInteger)a * b) % P), Mersenne61.Multiply(a, b));
            Assert.AreEqual((ulong)(((BigInteger)a + b) % P), Mersenne61.Add(a, b));
            Assert.AreEqual((ulong)((P + (BigInteger)a - b) % P), Mersenne61.Subtract(a, b));
            Assert.AreEqual(a == 0 ? 0UL : 1UL, Mersenne61.Multiply(a, Mersenne61.Invert(a)));
        }
    }

    private static bool TryOpen(int[] points, byte[] shares, out byte[] secret)
    {
        secret = new byte[32];
        var chosen = points.SelectMany(x => shares.AsSpan((x - 1) * Share, Share).ToArray()).ToArray();
        return new LagrangeBasis(points).TryCombine(chosen, secret);
    }

    /// <summary>Replaces the share at x = t so that all t shares open another secret: interpolation through 0 and the t − 1 others.</summary>
    private static byte[] WithLastShareFor(byte[] secret, int threshold, byte[] shares)
    {
        var forged = (byte[])shares.Clone();
        var limbs = new ulong[5];
        SecretLimbs.Read(secret, limbs);
        for (var limb = 0; limb < 5; limb++)
        {
            BigInteger value = 0;
            for (var j = 0; j < threshold; j++)
            {
                BigInteger y =
                    j == 0 ? limbs[limb] : BinaryPrimitives.ReadUInt64LittleEndian(shares.AsSpan(((j - 1) * Share) + (8 * limb)));
                BigInteger denominator = 1;
                for (var m = 0; m < threshold; m++)
                {
                    y *= m == j ? 1 : threshold - m;
                    denominator *= m == j ? 1 : j - m;
                }

                value += y * BigInteger.ModPow(((denominator % P) + P) % P, P - 2, P);
            }

            BinaryPrimitives.WriteUInt64LittleEndian(forged.AsSpan(((threshold - 1) * Share) + (8 * limb)), (ulong)(((value % P) + P) % P));
        }

        return forged;
    }
}
