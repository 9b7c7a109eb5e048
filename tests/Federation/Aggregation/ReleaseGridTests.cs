using Federated.Federation.Aggregation;

namespace Federated.Federation.Tests.Aggregation;

[TestClass]
public sealed class ReleaseGridTests
{
    [TestMethod]
    public void The_sum_of_encodings_decodes_to_the_sum_of_the_rounded_values_exactly()
    {
        var random = new KeyedRandom("grid/sums");
        for (var trial = 0; trial < 300; trial++)
        {
            var sites = 1 + random.NextInt32(50);
            var d = 1 + random.NextInt32(40);
            var bound = Math.ScaleB(0.5 + random.NextDouble(), random.NextInt32(40) - 25);
            var finest = ReleaseGrid.Finest(bound, sites);
            var grid = new ReleaseGrid(Math.Max(-16, finest.ScaleBits - random.NextInt32(12)), bound, sites);

            var sum = new long[d];
            var exact = new decimal[d];
            var real = new double[d];
            for (var site = 0; site < sites; site++)
            {
                double[] values = [.. Enumerable.Range(0, d).Select(_ => ((2 * random.NextDouble()) - 1) * bound)];
                var lanes = new int[d];
                Assert.AreEqual(0, grid.Encode(values, lanes));
                Lanes.Add(sum, Lanes.ToBytes(lanes));
                for (var i = 0; i < d; i++)
                {
                    exact[i] += lanes[i];
                    real[i] += values[i];
                }
            }

            var decoded = new double[d];
            grid.Decode(sum, decoded);
            for (var i = 0; i < d; i++)
            {
                Assert.AreEqual((long)exact[i], sum[i], "lanes add up");
                Assert.AreEqual((double)exact[i], decoded[i] * grid.Scale, "decoding is exact");
                var rounding = sites * 1e-15 * bound; // of the real sum in double precision
                Assert.IsLessThanOrEqualTo((sites * 0.5 / grid.Scale) + rounding, Math.Abs(decoded[i] - real[i]), "half a step a site");
                Assert.IsLessThanOrEqualTo(int.MaxValue, Math.Abs(sum[i]), "a 32-bit sum");
            }
        }
    }

    [TestMethod]
    public void The_order_of_the_sites_does_not_matter()
    {
        var random = new KeyedRandom("grid/order");
        var grid = ReleaseGrid.Finest(1, 8);
        byte[][] vectors = [.. Enumerable.Range(0, 8).Select(_ => Lanes.ToBytes(Encoded(grid, random, 16)))];
        var forward = Sum(vectors);

        random.Shuffle(vectors.AsSpan());

        CollectionAssert.AreEqual(forward, Sum(vectors));
    }

    [TestMethod]
    [DataRow(0.5, 0, DisplayName = "a half goes to the even 0")]
    [DataRow(1.5, 2, DisplayName = "one and a half to the even 2")]
    [DataRow(2.5, 2, DisplayName = "two and a half to the even 2")]
    [DataRow(-0.5, 0, DisplayName = "minus a half to 0")]
    [DataRow(-1.5, -2, DisplayName = "minus one and a half to -2")]
    [DataRow(-2.5, -2, DisplayName = "minus two and a half to -2")]
    [DataRow(0.49999999999999994, 0, DisplayName = "a hair under a half, which floor(x + 0.5) gets wrong")]
    [DataRow(2.5000000000000004, 3, DisplayName = "a hair over two and a half")]
    public void Values_between_two_steps_are_rounded_half_to_even(double value, int lane)
    {
        var lanes = new int[1];

        new ReleaseGrid(0, 100, 2).Encode([value], lanes);
        Assert.AreEqual(lane, lanes[0]);

        // The same value on a finer grid: scaling by a power of two is exact.
        new ReleaseGrid(10, 100, 2).Encode([value / 1024], lanes);
        Assert.AreEqual(lane, lanes[0]);
    }

    [TestMethod]
    [DataRow(double.NaN, DisplayName = "not a number")]
    [DataRow(double.PositiveInfinity, DisplayName = "infinite")]
    [DataRow(double.NegativeInfinity, DisplayName = "minus infinite")]
    public void A_vector_with_one_value_that_is_not_finite_is_refused_and_leaves_nothing_behind(double bad)
    {
        var grid = new ReleaseGrid(8, 1, 2);
        for (var place = 0; place < 4; place++)
        {
            double[] values = [0.25, 0.5, 0.75, 1];
            values[place] = bad;
            int[] lanes = [9, 9, 9, 9];

            Assert.AreEqual(-1, grid.Encode(values, lanes));
            CollectionAssert.AreEqual(new int[4], lanes, $"place {place}");
        }
    }

    [TestMethod]
    public void Values_beyond_the_bound_are_clamped_and_counted()
    {
        var grid = new ReleaseGrid(4, 1, 2);
        var lanes = new int[6];

        var clamped = grid.Encode([1, -1, 1.0000001, -5, 1e300, 0.5], lanes);

        Assert.AreEqual(3, clamped);
        CollectionAssert.AreEqual(new[] { 16, -16, 16, -16, 16, 8 }, lanes);
    }

    [TestMethod]
    [DataRow(30, 0.999, 1, 1072668083, DisplayName = "the finest scale")]
    [DataRow(-16, 1e9, 2, 15259, DisplayName = "the coarsest scale")]
    [DataRow(8, 0.3, 10, 77, DisplayName = "a bound between two steps is rounded up")]
    [DataRow(30, 1e-300, 1000, 1, DisplayName = "a bound far below a step")]
    public void The_largest_lane_is_the_bound_on_the_grid_rounded_up(int scaleBits, double bound, int sites, long expected)
    {
        var grid = new ReleaseGrid(scaleBits, bound, sites);
        var lanes = new int[2];

        grid.Encode([bound, -bound], lanes);

        Assert.AreEqual(expected, grid.LaneBound);
        Assert.IsLessThanOrEqualTo(expected, lanes[0]);
        Assert.AreEqual(-lanes[0], lanes[1]);
    }

    [TestMethod]
    public void The_finest_grid_cannot_be_made_finer()
    {
        var random = new KeyedRandom("grid/finest");
        for (var i = 0; i < 300; i++)
        {
            var bound = Math.ScaleB(1 + random.NextDouble(), random.NextInt32(60) - 30);
            var sites = 1 + random.NextInt32(1000);
            if (ReleaseGrid.Fault(-16, bound, sites) is not null)
            {
                Assert.ThrowsExactly<ArgumentException>(() => ReleaseGrid.Finest(bound, sites));
                continue;
            }

            var grid = ReleaseGrid.Finest(bound, sites);
            Assert.IsLessThanOrEqualTo(int.MaxValue, grid.LaneBound * sites, "fits");
            Assert.IsTrue(grid.ScaleBits == 30 || ReleaseGrid.Fault(grid.ScaleBits + 1, bound, sites) is not null);
        }
    }

    [TestMethod]
    [DataRow(31, 1.0, 1, "exponent", DisplayName = "a scale too fine")]
    [DataRow(-17, 1.0, 1, "exponent", DisplayName = "a scale too coarse")]
    [DataRow(0, 0.0, 1, "above 0 and finite", DisplayName = "no bound")]
    [DataRow(0, -1.0, 1, "above 0 and finite", DisplayName = "a negative bound")]
    [DataRow(0, double.NaN, 1, "above 0 and finite", DisplayName = "an unknown bound")]
    [DataRow(0, double.PositiveInfinity, 1, "above 0 and finite", DisplayName = "an infinite bound")]
    [DataRow(0, 1.0, 0, "at least 1", DisplayName = "nobody")]
    [DataRow(0, 1.0, -1, "at least 1", DisplayName = "fewer than nobody")]
    [DataRow(0, 2147483648.0, 1, "32-bit", DisplayName = "one step over 31 bits")]
    [DataRow(30, 1.0, 2, "32-bit", DisplayName = "two sites of 30 bits")]
    [DataRow(0, 1e308, 1000, "32-bit", DisplayName = "a product that overflows double precision")]
    public void A_grid_whose_sum_could_overflow_is_refused(int scaleBits, double bound, int sites, string word)
    {
        Assert.Contains(word, ReleaseGrid.Fault(scaleBits, bound, sites)!);
        Assert.ThrowsExactly<ArgumentException>(() => new ReleaseGrid(scaleBits, bound, sites));
    }

    [TestMethod]
    public void The_last_grid_that_fits_takes_its_extreme_sum()
    {
        var grid = new ReleaseGrid(0, int.MaxValue, 1);
        var lanes = new int[2];

        Assert.AreEqual(0, grid.Encode([int.MaxValue, -(double)int.MaxValue], lanes));

        CollectionAssert.AreEqual(new[] { int.MaxValue, -int.MaxValue }, lanes);
    }

    [TestMethod]
    public void Lengths_must_agree()
    {
        var grid = new ReleaseGrid(0, 1, 1);

        Assert.ThrowsExactly<ArgumentException>(() => grid.Encode([1.0, 2.0], new int[1]));
        Assert.ThrowsExactly<ArgumentException>(() => grid.Decode([1, 2], new double[1]));
    }

    [TestMethod]
    public void An_update_is_weighed_by_the_sites_share_before_it_is_rounded()
    {
        var grid = new ReleaseGrid(4, 1, 2);
        double[] update = [2.0, -0.5, 8.0];
        var lanes = new int[3];

        var clamped = SiteUpdate.Encode(update, 0.25, grid, lanes);

        Assert.AreEqual(1, clamped);
        CollectionAssert.AreEqual(new[] { 8, -2, 16 }, lanes);
    }

    private static int[] Encoded(ReleaseGrid grid, KeyedRandom random, int d)
    {
        var lanes = new int[d];
        grid.Encode([.. Enumerable.Range(0, d).Select(_ => (2 * random.NextDouble()) - 1)], lanes);
        return lanes;
    }

    private static long[] Sum(byte[][] vectors)
    {
        var sum = new long[vectors[0].Length / Lanes.InputBytes];
        foreach (var vector in vectors)
        {
            Lanes.Add(sum, vector);
        }

        return sum;
    }
}
