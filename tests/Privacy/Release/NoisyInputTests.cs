using Federated.Privacy.Quantization;
using Federated.Privacy.Release;
using Federated.Privacy.Sampling;
using Federated.Privacy.Tests.Sampling;

namespace Federated.Privacy.Tests.Release;

[TestClass]
public sealed class NoisyInputTests
{
    private static readonly double[] Sum = [0.5, -1.25, 3, 0];

    [TestMethod]
    public void Lanes_are_the_quantized_sum_and_the_grids_noise()
    {
        var grid = Grid();
        var (exact, lanes) = (new long[4], new int[4]);
        SiteInput.Quantize(Sum, grid, exact);
        using var sampler = new DiscreteGaussianSampler((int)grid.ShareSigma, StatedWords.Seeded(9));
        sampler.AddTo(exact);

        using var noise = SiteNoise.Draw(grid, StatedWords.Seeded(9));
        using var input = NoisyInput.Quantize(Sum, grid, out var fault);
        input!.Release(noise, lanes);

        Assert.IsNull(fault);
        CollectionAssert.AreEqual(exact.Select(x => (int)x).ToArray(), lanes);
    }

    [TestMethod]
    public void A_sum_is_released_once()
    {
        var grid = Grid();
        using var input = NoisyInput.Quantize(Sum, grid, out _)!;
        using var first = SiteNoise.Draw(grid, StatedWords.Seeded(1));
        using var second = SiteNoise.Draw(grid, StatedWords.Seeded(2));
        var (lanes, again) = (new int[4], new int[4]);
        input.Release(first, lanes);

        Assert.ThrowsExactly<InvalidOperationException>(() => input.Release(second, again));

        CollectionAssert.AreEqual(new int[4], again, "nothing came out");
    }

    [TestMethod]
    public void Noise_is_spent_once()
    {
        var grid = Grid();
        using var noise = SiteNoise.Draw(grid, StatedWords.Seeded(1));
        using var first = NoisyInput.Quantize(Sum, grid, out _)!;
        using var second = NoisyInput.Quantize(Sum, grid, out _)!;
        var again = new int[4];
        first.Release(noise, new int[4]);

        Assert.ThrowsExactly<InvalidOperationException>(() => second.Release(noise, again));

        CollectionAssert.AreEqual(new int[4], again, "nothing came out");
    }

    [TestMethod]
    public void Noise_of_another_grid_is_refused_and_stays_unspent()
    {
        var (grid, other) = (Grid(), Grid(noise: 0.5));
        using var input = NoisyInput.Quantize(Sum, grid, out _)!;
        using var wrong = SiteNoise.Draw(other, StatedWords.Seeded(1));
        using var right = SiteNoise.Draw(grid, StatedWords.Seeded(1));

        Assert.ThrowsExactly<ArgumentException>(() => input.Release(wrong, new int[4]));
        Assert.ThrowsExactly<ArgumentException>(() => input.Release(right, new int[3]));

        input.Release(right, new int[4]);
    }

    [TestMethod]
    public void Disposed_noise_hides_nothing_and_is_refused()
    {
        var grid = Grid();
        using var input = NoisyInput.Quantize(Sum, grid, out _)!;
        var noise = SiteNoise.Draw(grid, StatedWords.Seeded(1));
        noise.Dispose();

        Assert.ThrowsExactly<InvalidOperationException>(() => input.Release(noise, new int[4]));
    }

    [TestMethod]
    public void A_sum_that_is_no_number_gives_no_input()
    {
        using var input = NoisyInput.Quantize([0, double.NaN, 0, 0], Grid(), out var fault);

        Assert.IsNull(input);
        Assert.AreEqual("A coordinate of the sum is no finite number; nothing was sent.", fault);
    }

    [TestMethod]
    public void Lanes_that_no_mask_covers_are_refused() =>
        Assert.ThrowsExactly<ArgumentException>(() => NoisyInput.Quantize(Sum, Grid(laneBits: 64), out _));

    [TestMethod]
    public void Neither_sum_nor_noise_prints_itself()
    {
        using var noise = SiteNoise.Draw(Grid(), StatedWords.Seeded(1));
        using var input = NoisyInput.Quantize(Sum, Grid(), out _)!;

        Assert.AreEqual("SiteNoise NoisyInput", $"{noise} {input}");
    }

    private static NoisyGrid Grid(double noise = 1, int laneBits = 32)
    {
        var terms = new GridTerms
        {
            Sites = 3,
            HonestShares = 2,
            Dimension = 4,
            ClippingNorm = 1,
            SiteBound = 8,
            Noise = new NoiseMultiplier(noise),
            LaneBits = laneBits,
        };
        return ((GridResult.Chosen)NoisyGrid.Choose(terms)).Grid;
    }
}
