using System.Numerics;
using Federated.Federation;
using Federated.Privacy.Accountants;
using Federated.Privacy.Quantization;

namespace Federated.Privacy.Tests.Quantization;

[TestClass]
public sealed class NoisyGridTests
{
    [TestMethod]
    [DataRow(4, 3, 1_000, 22, 2_421_601, 0.52, 1.155)]
    [DataRow(4, 3, 1_000_000, 22, 2_422_160, 0.52, 1.155)]
    [DataRow(4, 2, 1_000_000, 22, 2_966_528, 0.53, 1.415)]
    [DataRow(100, 57, 1_000, 18, 34_727, 0.78, 1.325)]
    [DataRow(100, 57, 1_000_000, 18, 34_855, 0.78, 1.330)]
    public void The_designs_table_of_section_3_2_comes_out(
        int sites,
        int honest,
        int dimension,
        int bits,
        int sigma,
        double range,
        double sum
    )
    {
        var grid = Chosen(Terms(sites, honest, dimension));

        Assert.AreEqual(bits, grid.ScaleBits);
        Assert.AreEqual(sigma, (int)grid.ShareSigma);
        Assert.AreEqual(range, grid.RangeUsed, 0.01);
        Assert.AreEqual(sum, grid.SumDeviation, 0.001);
    }

    [TestMethod]
    public void A_hundred_million_coordinates_need_a_smaller_bound_as_the_design_says()
    {
        var terms = Terms(100, 57, 100_000_000);

        var refused = (GridResult.Rejected)NoisyGrid.Choose(terms);
        var lowered = Chosen(terms with { SiteBound = 16 });

        Assert.Contains("Rounding adds 3.8", refused.Faults.Single());
        Assert.AreEqual(20, lowered.ScaleBits);
        Assert.AreEqual(0.0095, lowered.RoundingOverhead, 0.0001);
    }

    [TestMethod]
    public void The_chosen_scale_is_the_largest_that_fits()
    {
        var random = new KeyedRandom("largest scale");
        for (var i = 0; i < 200; i++)
        {
            var terms = RandomTerms(random);
            if (NoisyGrid.Choose(terms) is GridResult.Chosen { Grid: var grid })
            {
                Assert.IsInstanceOfType<GridResult.Chosen>(NoisyGrid.At(terms, grid.ScaleBits));
                Assert.IsTrue(grid.ScaleBits == 40 || NoisyGrid.At(terms, grid.ScaleBits + 1) is GridResult.Rejected, terms.ToString());
            }
        }
    }

    /// <summary>σ²·h ≥ (zΔ)², and one less would not do: checked as fractions, not as the code computes it.</summary>
    [TestMethod]
    public void The_noise_of_the_honest_shares_is_enough_and_no_more()
    {
        var random = new KeyedRandom("enough noise");
        for (var i = 0; i < 300; i++)
        {
            var terms = RandomTerms(random) with { FloorNoise = 0 };
            if (NoisyGrid.Choose(terms) is not GridResult.Chosen { Grid: var grid })
            {
                continue;
            }

            var (z, scale) = ((decimal)terms.Noise.Value, new BigInteger(1_000_000_000_000));
            var needed = BigInteger.Pow(new BigInteger(z * 1_000_000_000_000m) * grid.FixedSensitivity, 2);
            var unit = BigInteger.Pow(scale << 20, 2);
            Assert.IsTrue(grid.ShareSigma * grid.ShareSigma * terms.HonestShares * unit >= needed, terms.ToString());
            var less = grid.ShareSigma - 1;
            Assert.IsTrue(less * less * terms.HonestShares * unit < needed, terms.ToString());
            Assert.IsGreaterThanOrEqualTo(terms.Noise.Value * (1 - 1e-12), grid.Event(SamplingRate.All).NoiseMultiplier.Value);
        }
    }

    [TestMethod]
    public void A_floor_raises_the_noise_of_each_share()
    {
        var terms = Terms(100, 57, 1000);

        var floored = Chosen(terms with { FloorNoise = 0.65 });

        Assert.AreEqual(0.65, floored.FloorEvent(SamplingRate.All).NoiseMultiplier.Value, 1e-3);
        Assert.IsGreaterThan(Chosen(terms).FloorEvent(SamplingRate.All).NoiseMultiplier.Value, 0.65);
    }

    [TestMethod]
    public void Exchanging_a_patient_doubles_the_real_part_of_the_sensitivity()
    {
        var terms = Terms(4, 3, 10_000);

        var removed = (GridResult.Chosen)NoisyGrid.At(terms, 20);
        var replaced = (GridResult.Chosen)NoisyGrid.At(terms with { Relation = NeighbouringRelation.ReplaceOne }, 20);

        Assert.AreEqual((1 << 20) + 100, removed.Grid.Sensitivity, 1e-5);
        Assert.AreEqual((2 << 20) + 100, replaced.Grid.Sensitivity, 1e-5);
    }

    [TestMethod]
    [DataRow(Rounding.OfTheSum, 100.0)]
    [DataRow(Rounding.OfEachPatient, 50.0)]
    [DataRow(Rounding.None, 0.0)]
    public void Rounding_adds_what_the_design_says(Rounding rounding, double slack)
    {
        var result = (GridResult.Chosen)NoisyGrid.At(Terms(4, 3, 10_000) with { Rounding = rounding }, 20);

        Assert.AreEqual((1 << 20) + slack, result.Grid.Sensitivity, 1e-5);
    }

    [TestMethod]
    public void Every_fault_is_reported_at_once()
    {
        var terms = new GridTerms
        {
            Sites = 0,
            HonestShares = 0,
            Dimension = 0,
            ClippingNorm = double.NaN,
            SiteBound = double.PositiveInfinity,
            Noise = default,
            FloorNoise = -1,
            LaneBits = 20,
        };

        var faults = ((GridResult.Rejected)NoisyGrid.Choose(terms)).Faults;

        Assert.HasCount(8, faults);
    }

    [TestMethod]
    public void A_scale_that_overflows_is_refused_with_the_numbers()
    {
        var faults = ((GridResult.Rejected)NoisyGrid.At(Terms(100, 57, 1000), 26)).Faults;

        Assert.Contains(fault => fault.Contains("beyond 2147483647 of a 32-bit lane"), faults);
    }

    /// <summary>The released noise, as the accountant sees it, meets what was calibrated.</summary>
    [TestMethod]
    public void The_event_of_a_grid_costs_no_more_than_the_multiplier_it_was_made_for()
    {
        var grid = Chosen(Terms(10, 6, 5000));

        var asSummed = PldAccountant.Bound(grid.Event(new SamplingRate(0.02)).Times(200), new Delta(1e-6)).Epsilon.Value;

        var aimed = new Federated.Privacy.Events.SampledGaussianEvent(new NoiseMultiplier(1), new SamplingRate(0.02));
        Assert.IsLessThanOrEqualTo(PldAccountant.Bound(aimed.Times(200), new Delta(1e-6)).Epsilon.Value * 1.0005, asSummed);
    }

    private static NoisyGrid Chosen(GridTerms terms) => ((GridResult.Chosen)NoisyGrid.Choose(terms)).Grid;

    private static GridTerms Terms(int sites, int honest, int dimension) =>
        new()
        {
            Sites = sites,
            HonestShares = honest,
            Dimension = dimension,
            ClippingNorm = 1,
            SiteBound = 64,
            Noise = new NoiseMultiplier(1),
        };

    private static GridTerms RandomTerms(KeyedRandom random)
    {
        var sites = 1 + random.NextInt32(200);
        var clip = Math.Round(0.01 + (random.NextDouble() * 3), 6);
        return new GridTerms
        {
            Sites = sites,
            HonestShares = 1 + random.NextInt32(sites),
            Dimension = 1 + random.NextInt32(100_000),
            ClippingNorm = clip,
            SiteBound = clip * (1 + random.NextInt32(100)),
            Noise = new NoiseMultiplier(Math.Round(0.3 + (random.NextDouble() * 5), 6)),
            FloorNoise = random.NextInt32(2) * 0.5,
            LaneBits = random.NextInt32(4) == 0 ? 64 : 32,
            Rounding = (Rounding)random.NextInt32(3),
        };
    }
}
