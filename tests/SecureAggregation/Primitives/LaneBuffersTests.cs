using Federated.SecureAggregation.Primitives;

namespace Federated.SecureAggregation.Tests.Primitives;

[TestClass]
public sealed class LaneBuffersTests
{
    private static readonly int[] Moduli = [8, 12, 16, 20, 24, 31, 32, 40, 57, 63, 64];
    private static readonly int[] Dimensions = [0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 101, 1000];

    /// <summary>Each modulus with each dimension.</summary>
    public static IEnumerable<object[]> Shapes =>
        from modulusBits in Moduli
        from dimension in Dimensions
        select new object[] { modulusBits, dimension };

    // Design note of the protocol, section 6.1.
    [TestMethod]
    [DataRow(20, "00000000 ffff0f00 45230100 debc0a00 01000000", "0000f0ffff4523e1cdab010000", DisplayName = "b = 20")]
    [DataRow(12, "bc0a 2301 ff0f", "bc3a12ff0f", DisplayName = "b = 12")]
    public void Elements_take_their_bits_and_no_more(int modulusBits, string lanes, string packed)
    {
        var format = new LaneFormat(modulusBits);
        var actual = new byte[Hex.Bytes(packed).Length];

        LaneBuffers.Pack(Hex.Bytes(lanes), format, actual);

        Assert.AreEqual(packed, Hex.Of(actual));
    }

    [TestMethod]
    [DynamicData(nameof(Shapes))]
    public void Unpacking_gives_back_what_was_packed(int modulusBits, int dimension)
    {
        var (format, lanes) = Vector(modulusBits, dimension);
        var packed = Seeded(modulusBits, dimension).Bytes(format.PackedLength(dimension)); // old content must not show
        var unpacked = Seeded(modulusBits, dimension).Bytes(lanes.Length);

        LaneBuffers.Pack(lanes, format, packed);
        LaneBuffers.Unpack(packed, format, unpacked);

        CollectionAssert.AreEqual(lanes, unpacked);
        Assert.IsTrue(LaneBuffers.PaddingIsZero(packed, dimension, format));
    }

    [TestMethod]
    [DynamicData(nameof(Shapes))]
    public void Bit_e_b_plus_k_of_the_string_is_bit_k_of_element_e(int modulusBits, int dimension)
    {
        var (format, lanes) = Vector(modulusBits, dimension);
        var packed = new byte[format.PackedLength(dimension)];

        LaneBuffers.Pack(lanes, format, packed);

        for (var bit = 0; bit < dimension * modulusBits; bit++)
        {
            var (element, k) = Math.DivRem(bit, modulusBits);
            Assert.AreEqual(Bit(lanes, (element * format.LaneBits) + k), Bit(packed, bit), $"bit {bit}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Shapes))]
    public void What_a_sum_leaves_above_its_modulus_is_not_packed(int modulusBits, int dimension)
    {
        var (format, lanes) = Vector(modulusBits, dimension);
        var packed = new byte[format.PackedLength(dimension)];
        var packedGarbage = new byte[packed.Length];
        var garbage = (byte[])lanes.Clone();
        for (var bit = 0; bit < 8 * lanes.Length; bit++)
        {
            garbage[bit / 8] |= bit % format.LaneBits >= modulusBits ? (byte)(1 << (bit % 8)) : (byte)0;
        }

        LaneBuffers.Pack(lanes, format, packed);
        LaneBuffers.Pack(garbage, format, packedGarbage);

        CollectionAssert.AreEqual(packed, packedGarbage);
    }

    [TestMethod]
    [DynamicData(nameof(Shapes))]
    public void Every_integer_of_the_centred_range_survives_encoding_adding_and_packing(int modulusBits, int dimension)
    {
        var format = new LaneFormat(modulusBits);
        var seeded = Seeded(modulusBits, dimension);
        var (left, right, expected) = (new long[dimension], new long[dimension], new long[dimension]);
        for (var e = 0; e < dimension; e++)
        {
            left[e] = seeded.Int64();
            right[e] = e % 3 == 0 ? -1 - left[e] : seeded.Int64();
            expected[e] = Centred(unchecked(left[e] + right[e]), modulusBits);
        }

        var (sum, term) = (new byte[format.LanesLength(dimension)], new byte[format.LanesLength(dimension)]);
        LaneBuffers.Encode(left, format, sum);
        LaneBuffers.Encode(right, format, term);
        LaneBuffers.Add(sum, term, format);
        var actual = new long[dimension];
        LaneBuffers.DecodeCentred(sum, format, actual);

        CollectionAssert.AreEqual(expected, actual);
    }

    [TestMethod]
    [DataRow(8, -128L, 127L)]
    [DataRow(12, -2048L, 2047L)]
    [DataRow(16, -32768L, 32767L)]
    [DataRow(31, -(1L << 30), (1L << 30) - 1)]
    [DataRow(32, (long)int.MinValue, (long)int.MaxValue)]
    [DataRow(40, -(1L << 39), (1L << 39) - 1)]
    [DataRow(64, long.MinValue, long.MaxValue)]
    public void The_range_is_centred_and_wraps_around(int modulusBits, long least, long most)
    {
        var format = new LaneFormat(modulusBits);
        var lanes = new byte[format.LanesLength(4)];
        var decoded = new long[4];

        LaneBuffers.Encode([least, most, unchecked(most + 1), 0], format, lanes);
        LaneBuffers.DecodeCentred(lanes, format, decoded);

        CollectionAssert.AreEqual(new[] { least, most, least, 0 }, decoded);
    }

    [TestMethod]
    public void Padding_that_is_not_zero_is_seen_in_each_of_its_bits()
    {
        var format = new LaneFormat(12);
        var packed = new byte[format.PackedLength(3)]; // 36 bits in 5 bytes
        for (var bit = 0; bit < 8 * packed.Length; bit++)
        {
            packed.AsSpan().Clear();
            packed[bit / 8] = (byte)(1 << (bit % 8));

            Assert.AreEqual(bit < 36, LaneBuffers.PaddingIsZero(packed, 3, format), $"bit {bit}");
        }

        Assert.IsFalse(LaneBuffers.PaddingIsZero(new byte[4], 3, format), "too short");
        Assert.IsFalse(LaneBuffers.PaddingIsZero(new byte[6], 3, format), "too long");
    }

    [TestMethod]
    public void Buffers_of_another_length_are_refused()
    {
        var format = new LaneFormat(20);

        Assert.ThrowsExactly<ArgumentException>(() => LaneBuffers.Encode(new long[3], format, new byte[11]));
        Assert.ThrowsExactly<ArgumentException>(() => LaneBuffers.DecodeCentred(new byte[13], format, new long[3]));
        Assert.ThrowsExactly<ArgumentException>(() => LaneBuffers.Add(new byte[12], new byte[8], format));
        Assert.ThrowsExactly<ArgumentException>(() => LaneBuffers.Add(new byte[10], new byte[10], format));
        Assert.ThrowsExactly<ArgumentException>(() => LaneBuffers.Pack(new byte[12], format, new byte[7]));
        Assert.ThrowsExactly<ArgumentException>(() => LaneBuffers.Unpack(new byte[9], format, new byte[12]));
    }

    [TestMethod]
    [DataRow(7)]
    [DataRow(65)]
    [DataRow(0)]
    [DataRow(-8)]
    public void A_modulus_has_8_to_64_bits(int modulusBits) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LaneFormat(modulusBits));

    [TestMethod]
    [DataRow(8, 16)]
    [DataRow(16, 16)]
    [DataRow(17, 32)]
    [DataRow(32, 32)]
    [DataRow(33, 64)]
    [DataRow(64, 64)]
    public void A_lane_is_the_smallest_machine_word_that_holds_the_modulus(int modulusBits, int laneBits)
    {
        var format = new LaneFormat(modulusBits);

        Assert.AreEqual(laneBits, format.LaneBits);
        Assert.AreEqual(laneBits / 8, format.LaneBytes);
    }

    [TestMethod]
    public void Lengths_never_overflow_silently()
    {
        Assert.AreEqual(1_250_000_000, new LaneFormat(20).PackedLength(500_000_000), "10¹⁰ bits are more than 2³¹");
        Assert.ThrowsExactly<OverflowException>(() => new LaneFormat(64).LanesLength(int.MaxValue));
        Assert.ThrowsExactly<OverflowException>(() => new LaneFormat(64).PackedLength(int.MaxValue));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LaneFormat(8).PackedLength(-1));
        Assert.ThrowsExactly<InvalidOperationException>(() => default(LaneFormat).LaneBytes);
    }

    private static Seeded Seeded(int modulusBits, int dimension) => new($"lanes/{modulusBits}/{dimension}");

    private static (LaneFormat Format, byte[] Lanes) Vector(int modulusBits, int dimension)
    {
        var format = new LaneFormat(modulusBits);
        var seeded = Seeded(modulusBits, dimension);
        var lanes = new byte[format.LanesLength(dimension)];
        LaneBuffers.Encode([.. Enumerable.Range(0, dimension).Select(_ => seeded.Int64())], format, lanes);
        return (format, lanes);
    }

    private static int Bit(byte[] bytes, int bit) => (bytes[bit / 8] >> (bit % 8)) & 1;

    /// <summary>The slow, obvious way.</summary>
    private static long Centred(long value, int modulusBits)
    {
        var modulus = Int128.One << modulusBits;
        var residue = ((value % modulus) + modulus) % modulus;
        return (long)(residue >= modulus / 2 ? residue - modulus : residue);
    }
}
