using Federated.Federation.Aggregation;

namespace Federated.Federation.Tests.Aggregation;

[TestClass]
public sealed class LanesTests
{
    [TestMethod]
    public void A_sites_lanes_are_32_bits_little_endian_in_twos_complement()
    {
        byte[] expected = [1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0x80, 0xFF, 0xFF, 0xFF, 0x7F];

        CollectionAssert.AreEqual(expected, Lanes.ToBytes((int[])[1, -1, int.MinValue, int.MaxValue]));
    }

    [TestMethod]
    public void A_sums_lanes_are_64_bits_little_endian_in_twos_complement()
    {
        byte[] expected = [2, 1, 0, 0, 0, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];

        CollectionAssert.AreEqual(expected, Lanes.ToBytes((long[])[258, -2]));
    }

    [TestMethod]
    public void A_sum_survives_its_bytes()
    {
        long[] sum = [0, 1, -1, long.MaxValue, long.MinValue, 1L << 40];

        CollectionAssert.AreEqual(sum, Lanes.SumFrom(Lanes.ToBytes(sum)));
        Assert.IsEmpty(Lanes.SumFrom([]));
    }

    [TestMethod]
    public void Extreme_lanes_add_up_beyond_32_bits()
    {
        var sum = new long[2];
        var extreme = Lanes.ToBytes((int[])[int.MaxValue, int.MinValue]);

        for (var i = 0; i < 1000; i++)
        {
            Lanes.Add(sum, extreme);
        }

        CollectionAssert.AreEqual(new[] { 1000L * int.MaxValue, 1000L * int.MinValue }, sum);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(7)]
    [DataRow(9)]
    [DataRow(12)]
    public void Bytes_of_another_length_are_refused_and_change_nothing(int length)
    {
        long[] sum = [5, 6];

        Assert.ThrowsExactly<ArgumentException>(() => Lanes.Add(sum, new byte[length]));

        CollectionAssert.AreEqual(new[] { 5L, 6L }, sum);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(15)]
    public void A_sum_has_whole_lanes(int length) => Assert.ThrowsExactly<ArgumentException>(() => Lanes.SumFrom(new byte[length]));
}
