using System.Security.Cryptography;
using Federated.SecureAggregation.Primitives;

namespace Federated.SecureAggregation.Tests.Primitives;

[TestClass]
public sealed class MaskStreamTests
{
    private static readonly int[] Moduli = [8, 12, 16, 20, 24, 31, 32, 40, 64];

    /// <summary>Both ways to make a mask, where this machine has both.</summary>
    public static IEnumerable<object[]> Paths =>
        AesNi.IsSupported
            ?
            [
                [false],
                [true],
            ]
            :
            [
                [true],
            ];

    /// <summary>Each modulus on each path.</summary>
    public static IEnumerable<object[]> ModuliAndPaths =>
        from modulusBits in Moduli
        from path in Paths
        select new object[] { modulusBits, path[0] };

    // Design note of the protocol, section 6.1: K = 00 01 .. 1f.
    [TestMethod]
    [DynamicData(nameof(Paths))]
    public void The_keystream_is_the_published_one(bool portable)
    {
        using var key = new MaskKey(Hex.Counting(32));
        var keystream = new byte[32];

        MaskStream.Keystream(key, vectorId: 1, firstBlock: 0, keystream, portable);

        Assert.AreEqual("511dd5ef9a682b7da49f91c86c4f7ac340c53cef92ef2d643f638b8222db1e85", Hex.Of(keystream));
    }

    // The same section: lanes of 16, 32 and 64 bits.
    [TestMethod]
    [DataRow(16, new[] { 0x1d51L, 0xefd5, 0x689a, 0x7d2b })]
    [DataRow(32, new[] { 0xefd51d51L, 0x7d2b689a, 0xc8919fa4, 0xc37a4f6c })]
    [DataRow(64, new[] { 0x7d2b689aefd51d51L })]
    public void A_lane_is_a_little_endian_word_of_the_keystream(int bits, long[] expected)
    {
        var format = new LaneFormat(bits);
        using var key = new MaskKey(Hex.Counting(32));
        var lanes = new byte[format.LanesLength(expected.Length)];
        var encoded = new byte[lanes.Length];
        LaneBuffers.Encode(expected, format, encoded);

        MaskStream.Apply(lanes, format, [new MaskTerm(key, Subtract: false)], parallelism: 1);

        CollectionAssert.AreEqual(encoded, lanes);
    }

    // NIST SP 800-38A, F.5.5, CTR-AES256.Encrypt.
    [TestMethod]
    [DynamicData(nameof(Paths))]
    public void Counter_mode_is_that_of_SP_800_38A(bool portable)
    {
        using var key = new MaskKey(Hex.Bytes("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"));
        var plaintext = Hex.Bytes(
            "6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51 30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710"
        );
        var keystream = new byte[plaintext.Length];

        MaskStream.Keystream(key, vectorId: 0xf0f1f2f3f4f5f6f7, firstBlock: 0xf8f9fafbfcfdfeff, keystream, portable);

        Assert.AreEqual(
            Hex.Of(
                Hex.Bytes(
                    "601ec313775789a5b7a7f504bbf3d228 f443e3ca4d62b59aca84e990cacaf5c5 2b0930daa23de94ce87017ba2d84988d dfc9c58db67aada613c2dd08457941a6"
                )
            ),
            Hex.Of([.. plaintext.Zip(keystream, (text, stream) => (byte)(text ^ stream))])
        );
    }

    [TestMethod]
    [DynamicData(nameof(Paths))]
    public void A_keystream_of_any_length_is_that_of_the_block_cipher(bool portable)
    {
        using var key = new MaskKey(Hex.Counting(32));
        var blocks = new byte[512];
        for (var block = 0; block < blocks.Length / 16; block++)
        {
            blocks[(16 * block) + 7] = 1;
            blocks[(16 * block) + 15] = (byte)block;
        }

        using var aes = Aes.Create();
        aes.Key = Hex.Counting(32);
        var expected = aes.EncryptEcb(blocks, PaddingMode.None);
        for (var length = 0; length <= 300; length++)
        {
            var keystream = Hex.Repeated(0xee, length);

            MaskStream.Keystream(key, vectorId: 1, firstBlock: 0, keystream, portable);

            CollectionAssert.AreEqual(expected[..length], keystream, $"length {length}");
        }
    }

    [TestMethod]
    public void Both_ways_to_make_a_mask_give_the_same_bits()
    {
        var seeded = new Seeded("mask/paths");
        for (var trial = 0; trial < 60; trial++)
        {
            var format = new LaneFormat(Moduli[seeded.Between(0, Moduli.Length - 1)]);
            var dimension = trial % 4 == 0 ? seeded.Between(60_000, 150_000) : seeded.Between(0, 400);
            var lanes = seeded.Bytes(format.LanesLength(dimension));
            var terms = Terms(seeded, seeded.Between(0, 5));
            var (fast, portable) = ((byte[])lanes.Clone(), (byte[])lanes.Clone());
            var firstBlock = (ulong)seeded.Between(0, 1_000_000);

            MaskStream.Apply(fast, format, terms, seeded.Between(1, 4), firstBlock, portable: !AesNi.IsSupported);
            MaskStream.Apply(portable, format, terms, seeded.Between(1, 4), firstBlock, portable: true);

            Assert.IsTrue(fast.AsSpan().SequenceEqual(portable), $"b = {format.ModulusBits}, d = {dimension}, {terms.Count} terms");
            Dispose(terms);
        }
    }

    [TestMethod]
    [DynamicData(nameof(ModuliAndPaths))]
    public void A_mask_is_the_keystream_added_word_by_word(int modulusBits, bool portable)
    {
        var format = new LaneFormat(modulusBits);
        var seeded = new Seeded($"mask/sum/{modulusBits}");
        foreach (var dimension in new[] { 1, 7, 9, 64, 65, 127, 129, (MaskStream.TileBytes / format.LaneBytes) + 3 })
        {
            var terms = Terms(seeded, 3);
            var lanes = seeded.Bytes(format.LanesLength(dimension));
            var expected = Slowly(lanes, format, terms);

            MaskStream.Apply(lanes, format, terms, parallelism: 2, firstBlock: 0, portable);

            CollectionAssert.AreEqual(expected, lanes, $"d = {dimension}");
            Dispose(terms);
        }
    }

    [TestMethod]
    [DynamicData(nameof(ModuliAndPaths))]
    public void The_masks_of_a_pair_cancel_in_the_sum(int modulusBits, bool portable)
    {
        var format = new LaneFormat(modulusBits);
        var seeded = new Seeded($"mask/cancel/{modulusBits}");
        using var pair = new MaskKey(seeded.Bytes(32));
        var (left, right) = (seeded.Bytes(format.LanesLength(1001)), seeded.Bytes(format.LanesLength(1001)));
        var expected = (byte[])left.Clone();
        LaneBuffers.Add(expected, right, format);

        MaskStream.Apply(left, format, [new MaskTerm(pair, Subtract: false)], 1, firstBlock: 0, portable);
        MaskStream.Apply(right, format, [new MaskTerm(pair, Subtract: true)], 1, firstBlock: 0, portable);
        LaneBuffers.Add(left, right, format);

        CollectionAssert.AreEqual(expected, left);
    }

    [TestMethod]
    [DynamicData(nameof(Paths))]
    public void Parts_of_a_vector_are_masked_as_the_whole(bool portable)
    {
        var format = new LaneFormat(20);
        var seeded = new Seeded("mask/parts");
        var terms = Terms(seeded, 2);
        var whole = seeded.Bytes(format.LanesLength(50_001));
        var parts = (byte[])whole.Clone();
        const int Cut = 16 * 2_345;

        MaskStream.Apply(whole, format, terms, 2, firstBlock: 0, portable);
        MaskStream.Apply(parts.AsMemory(0, Cut), format, terms, 2, firstBlock: 0, portable);
        MaskStream.Apply(parts.AsMemory(Cut), format, terms, 2, firstBlock: Cut / 16, portable);

        CollectionAssert.AreEqual(whole, parts);
        Dispose(terms);
    }

    [TestMethod]
    public void A_key_makes_at_most_2_to_the_32_blocks()
    {
        using var key = new MaskKey(Hex.Counting(32));
        var format = new LaneFormat(32);
        var lanes = new byte[20]; // two blocks
        MaskTerm[] terms = [new MaskTerm(key, Subtract: false)];

        MaskStream.Apply(lanes, format, terms, 1, firstBlock: (1UL << 32) - 2, portable: true);

        foreach (var tooFar in new[] { (1UL << 32) - 1, 1UL << 32, ulong.MaxValue })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => MaskStream.Apply(lanes, format, terms, 1, tooFar, portable: true));
        }
    }

    [TestMethod]
    public void Half_a_lane_and_no_thread_are_refused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => MaskStream.Apply(new byte[6], new LaneFormat(32), [], 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => MaskStream.Apply(new byte[8], new LaneFormat(32), [], 0));
    }

    /// <summary>χ² over byte values of a masked constant: 255 degrees of freedom, so above 377 with probability 10⁻⁶.</summary>
    [TestMethod]
    public void A_masked_constant_looks_uniform()
    {
        using var key = new MaskKey(Hex.Counting(32, from: 99));
        var lanes = Hex.Repeated(0x55, 1 << 20);

        MaskStream.Apply(lanes, new LaneFormat(32), [new MaskTerm(key, Subtract: false)], parallelism: 1);

        var counts = new int[256];
        foreach (var value in lanes)
        {
            counts[value]++;
        }

        Assert.IsLessThan(377, counts.Sum(count => Math.Pow(count - 4096, 2) / 4096));
    }

    private static List<MaskTerm> Terms(Seeded seeded, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => new MaskTerm(new MaskKey(seeded.Bytes(32)), seeded.Coin()))];

    private static void Dispose(List<MaskTerm> terms) => terms.ForEach(term => term.Key.Dispose());

    private static byte[] Slowly(byte[] lanes, LaneFormat format, List<MaskTerm> terms)
    {
        var sum = (byte[])lanes.Clone();
        var mask = UInt128.One << format.LaneBits;
        foreach (var term in terms)
        {
            var keystream = new byte[lanes.Length];
            MaskStream.Keystream(term.Key, keystream);
            for (var at = 0; at < sum.Length; at += format.LaneBytes)
            {
                var (x, g) = (Word(sum, at, format), Word(keystream, at, format));
                var result = (term.Subtract ? x + mask - g : x + g) % mask;
                for (var i = 0; i < format.LaneBytes; i++)
                {
                    sum[at + i] = (byte)(result >> (8 * i));
                }
            }
        }

        return sum;
    }

    private static UInt128 Word(byte[] bytes, int at, LaneFormat format)
    {
        UInt128 word = 0;
        for (var i = format.LaneBytes - 1; i >= 0; i--)
        {
            word = (word << 8) | bytes[at + i];
        }

        return word;
    }
}
