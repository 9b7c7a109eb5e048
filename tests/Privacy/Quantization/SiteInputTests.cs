using System.Numerics;
using Federated.Federation;
using Federated.Privacy.Quantization;

namespace Federated.Privacy.Tests.Quantization;

[TestClass]
public sealed class SiteInputTests
{
    /// <summary>‖X − X′‖² against Δ², both exact: random batches, and batches whose sums lie on the edges of rounding or beyond the site's ball.</summary>
    [TestMethod]
    [DataRow(1, 0.0, DisplayName = "one coordinate")]
    [DataRow(50, 0.0, DisplayName = "random directions")]
    [DataRow(50, 1.0, DisplayName = "all in one direction: the site's ball cuts the sum")]
    [DataRow(400, 0.5, DisplayName = "many coordinates")]
    public void Adding_or_removing_a_patient_moves_the_vector_by_at_most_delta(int dimension, double alike)
    {
        var random = new KeyedRandom($"neighbours/{dimension}/{alike}");
        for (var turn = 0; turn < 300; turn++)
        {
            var grid = Grid(dimension, scaleBits: 4 + random.NextInt32(20), clip: 0.1 + random.NextDouble(), bound: 4);
            var sum = new double[dimension];
            for (var patient = random.NextInt32(12); patient > 0; patient--)
            {
                Add(sum, Clipped(random, grid, alike));
            }

            var more = (double[])sum.Clone();
            Add(more, Clipped(random, grid, alike));

            AssertWithinDelta(grid, sum, more);
        }
    }

    /// <summary>Every coordinate at half a step, so that rounding goes either way for the smallest change.</summary>
    [TestMethod]
    public void Sums_on_the_edge_of_rounding_move_by_at_most_delta()
    {
        var grid = Grid(64, scaleBits: 3, clip: 1, bound: 4);
        var sum = Enumerable.Range(0, 64).Select(i => Math.ScaleB((2 * (i % 3)) + 1, -4)).ToArray();
        var more = sum.Select((x, i) => x + (i % 2 == 0 ? 0.1249 : -0.1249)).ToArray(); // norm 0.9992

        AssertWithinDelta(grid, sum, more);
    }

    [TestMethod]
    public void Rounding_is_half_to_even_and_exact_in_scale()
    {
        var grid = Grid(5, scaleBits: 1, clip: 1, bound: 100);
        var lanes = new long[5];

        Assert.IsTrue(SiteInput.Quantize([0.25, 0.75, -0.25, 1.5, -2.2], grid, lanes));

        CollectionAssert.AreEqual(new long[] { 0, 2, 0, 3, -4 }, lanes);
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(double.NegativeInfinity)]
    public void A_sum_that_is_no_number_gives_zeros_and_says_so(double bad)
    {
        var grid = Grid(3, scaleBits: 10, clip: 1, bound: 4);
        long[] lanes = [7, 7, 7];

        Assert.IsFalse(SiteInput.Quantize([0.5, bad, 0.5], grid, lanes));

        CollectionAssert.AreEqual(new long[3], lanes);
    }

    [TestMethod]
    public void What_was_quantized_is_within_the_bounds()
    {
        var random = new KeyedRandom("within bounds");
        for (var turn = 0; turn < 200; turn++)
        {
            var grid = Grid(1 + random.NextInt32(30), scaleBits: random.NextInt32(20), clip: 1, bound: 1 + random.NextDouble());
            var sum = Enumerable.Range(0, grid.Terms.Dimension).Select(_ => (random.NextDouble() - 0.5) * 10).ToArray();
            var lanes = new long[sum.Length];

            Assert.IsTrue(SiteInput.Quantize(sum, grid, lanes));

            Assert.IsNull(SiteInput.Fault(lanes, grid));
        }
    }

    [TestMethod]
    public void A_vector_beyond_the_bounds_is_refused()
    {
        var grid = Grid(4, scaleBits: 10, clip: 1, bound: 2);

        Assert.Contains("Coordinate 1 is 2049", SiteInput.Fault([0, 2049, 0, 0], grid)!);
        Assert.Contains("Coordinate 0", SiteInput.Fault([long.MinValue, 0, 0, 0], grid)!);
        Assert.Contains("norm is above", SiteInput.Fault([2048, 2048, 0, 0], grid)!);
        Assert.Contains("3 coordinates, not 4", SiteInput.Fault([0, 0, 0], grid)!);
    }

    [TestMethod]
    public void Norms_are_exact_for_the_largest_integers()
    {
        var vector = Enumerable.Repeat(long.MinValue, 40).ToArray();

        Assert.AreEqual(40 * BigInteger.Pow(2, 126), SiteInput.NormSquared(vector));
    }

    [TestMethod]
    [DataRow(0.0, 1.0, DisplayName = "an empty contribution")]
    [DataRow(0.5, 1.0, DisplayName = "inside")]
    [DataRow(double.NaN, 0.0, DisplayName = "no number contributes nothing")]
    [DataRow(double.PositiveInfinity, 0.0, DisplayName = "infinite contributes nothing")]
    public void Contributions_are_clipped(double norm, double factor) => Assert.AreEqual(factor, Clipping.Factor(norm, 1));

    [TestMethod]
    public void A_long_contribution_ends_just_inside_the_norm() =>
        Assert.AreEqual(1 - Math.ScaleB(1, -20), 8 * Clipping.Factor(8, 1), 1e-15);

    private static void AssertWithinDelta(NoisyGrid grid, double[] sum, double[] more)
    {
        var (one, other) = (new long[sum.Length], new long[sum.Length]);
        Assert.IsTrue(SiteInput.Quantize(sum, grid, one) && SiteInput.Quantize(more, grid, other));
        var moved = SiteInput.NormSquared([.. one.Zip(other, (x, y) => x - y)]);

        Assert.IsTrue(moved << 40 <= grid.FixedSensitivity * grid.FixedSensitivity, $"moved √{moved}, Δ is {grid.Sensitivity}");
    }

    private static double[] Clipped(KeyedRandom random, NoisyGrid grid, double alike)
    {
        var g = Enumerable.Range(0, grid.Terms.Dimension).Select(_ => ((1 - alike) * (random.NextDouble() - 0.5)) + alike).ToArray();
        var length = random.NextDouble() * 3; // above and below the clipping norm
        var norm = Math.Sqrt(g.Sum(x => x * x));
        var factor = length / norm * Clipping.Factor(length, grid.Terms.ClippingNorm);
        return [.. g.Select(x => x * factor)];
    }

    private static void Add(double[] sum, double[] patient)
    {
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] += patient[i];
        }
    }

    /// <summary>A coarse grid too: its rounding overhead is large, and so easier to exceed.</summary>
    private static NoisyGrid Grid(int dimension, int scaleBits, double clip, double bound) =>
        NoisyGrid.Unchecked(
            new GridTerms
            {
                Sites = 2,
                HonestShares = 1,
                Dimension = dimension,
                ClippingNorm = clip,
                SiteBound = Math.Max(clip, bound),
                Noise = new NoiseMultiplier(0.1),
                LaneBits = 64,
            },
            scaleBits
        );
}
