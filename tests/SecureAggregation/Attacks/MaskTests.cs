using Federated.Federation;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>What masks are made of, and what masked inputs look like (design section 6.2, numbers 20 and 21, and holes of other implementations).</summary>
[TestClass]
public sealed class MaskTests
{
    [TestMethod]
    public void A_mask_depends_on_every_bit_of_its_seed()
    {
        var h2 = Digest.Of("h2"u8);
        var seen = new HashSet<string>();
        var seed = Hex.Counting(32);
        for (var bit = -1; bit < 256; bit++)
        {
            var other = seed.ToArray();
            if (bit >= 0)
            {
                other[bit / 8] ^= (byte)(1 << (bit % 8));
            }

            using var pair = Derivations.PairMask(h2, other, 0, 1, Hex.Repeated(1), Hex.Repeated(2));
            using var self = Derivations.SelfMask(h2, other, 0);
            foreach (var mask in new[] { pair, self })
            {
                var stream = new byte[16];
                MaskStream.Keystream(mask, stream);
                Assert.IsTrue(seen.Add(Hex.Of(stream)), $"bit {bit} changes nothing");
            }
        }
    }

    [TestMethod]
    public void A_masks_stream_depends_on_every_bit_of_its_key()
    {
        var seen = new HashSet<string>();
        for (var bit = 0; bit < 256; bit++)
        {
            var key = new byte[32];
            key[bit / 8] = (byte)(1 << (bit % 8));
            using var mask = new MaskKey(key);
            var stream = new byte[16];
            MaskStream.Keystream(mask, stream);
            Assert.IsTrue(seen.Add(Hex.Of(stream)));
        }
    }

    [TestMethod]
    public void No_key_repeats_in_ten_thousand_attempts()
    {
        var seen = new HashSet<UInt128>();
        var (agreed, seed, low, high) = (Hex.Counting(32), Hex.Counting(32, 32), Hex.Repeated(1), Hex.Repeated(2));
        Span<byte> key = stackalloc byte[32];
        var derived = 0;
        for (var attempt = 0; attempt < 10_000; attempt++)
        {
            // The worst case: every secret is the same each time, and the transcript alone differs.
            var transcript = Digest.Of(BitConverter.GetBytes(attempt));
            using var first = Derivations.PairMask(transcript, agreed, 0, 1, low, high);
            using var second = Derivations.PairMask(transcript, agreed, 0, 2, low, high);
            using var self = Derivations.SelfMask(transcript, seed, 0);
            using var other = Derivations.SelfMask(transcript, seed, 1);
            foreach (var mask in new[] { first, second, self, other })
            {
                derived += seen.Add(BitConverter.ToUInt128(mask.Key)) ? 1 : 0;
            }

            Derivations.ShareKey(transcript, agreed, 0, 1, low, high, key);
            derived += seen.Add(BitConverter.ToUInt128(key)) ? 1 : 0;
            Derivations.ShareKey(transcript, agreed, 1, 0, high, low, key);
            derived += seen.Add(BitConverter.ToUInt128(key)) ? 1 : 0;
        }

        Assert.AreEqual(60_000, derived);
    }

    [TestMethod]
    [DataRow(8)]
    [DataRow(16)]
    [DataRow(20)]
    [DataRow(32)]
    [DataRow(64)]
    public void A_masked_input_of_one_repeated_number_is_uniform_and_its_lanes_are_not_correlated(int bits)
    {
        const int Dimension = 65_536;
        var (first, second) = (Masked(bits, Dimension), Masked(bits, Dimension));

        foreach (var masked in new[] { first, second })
        {
            Assert.IsLessThan(ChiSquareLimit, ChiSquare(masked));
            Assert.IsLessThan(5 / Math.Sqrt(masked.Length), Math.Abs(Correlation(masked[1..], masked[..^1])), "serial");
            Assert.IsLessThan(5 / Math.Sqrt(masked.Length), Math.Abs(Correlation(masked[16..], masked[..^16])), "a cipher's block apart");
        }

        Assert.IsLessThan(5 / Math.Sqrt(first.Length), Math.Abs(Correlation(first, second)), "two attempts on one input");
        byte[] difference = [.. first.Zip(second).Select(pair => (byte)(pair.First - pair.Second))];
        Assert.IsLessThan(ChiSquareLimit, ChiSquare(difference), "two attempts on one input");
    }

    [TestMethod]
    public void The_test_of_uniformity_sees_an_input_that_is_not_masked()
    {
        var bare = new byte[65_536 * 4];

        Assert.IsGreaterThan(ChiSquareLimit, ChiSquare(bare));
    }

    /// <summary>χ² of 255 degrees of freedom: above 410 with probability 10^-9.</summary>
    private const double ChiSquareLimit = 410;

    private static byte[] Masked(int bits, int dimension)
    {
        var rig = new Rig(3, bits: bits, dimension: dimension, suite: ToySuite.Instance);
        using var round = new Round(rig);
        byte[]? masked = null;
        round.Inputs[rig.Names[1]] = [.. Enumerable.Repeat((int)Math.Min(rig.Study.InputBound, 41), dimension)];
        round.Vector = (site, bytes) => site == rig.Names[1] ? masked = bytes : bytes;
        round.Run();
        return masked!;
    }

    private static double ChiSquare(byte[] bytes)
    {
        var expected = bytes.Length / 256.0;
        return bytes.GroupBy(value => value).Sum(group => Math.Pow(group.Count() - expected, 2) / expected)
            + ((256 - bytes.Distinct().Count()) * expected);
    }

    private static double Correlation(byte[] one, byte[] other)
    {
        var sum = 0.0;
        for (var i = 0; i < one.Length; i++)
        {
            sum += (one[i] - 127.5) * (other[i] - 127.5);
        }

        return sum / one.Length / (((256.0 * 256.0) - 1) / 12);
    }
}
