using System.Globalization;
using System.Security.Cryptography;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Privacy.Quantization;
using Federated.Privacy.Release;
using Federated.Privacy.Tests.Sampling;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Simulation;
using Federated.SecureAggregation.Suites;

namespace Federated.Privacy.Tests.Release;

/// <summary>Test 25 of the design, section 6.2: noise through the real sum.</summary>
[TestClass]
public sealed class NoiseInTheSumTests
{
    private const int Dimension = 20_000;
    private const double Noise = 1.3;

    /// <summary>
    /// The sum over m survivors, c of them silent, divided by zΔ: its squares add up to chi-square of d degrees, or more. So they are below the quantile of 10⁻⁶ with probability 10⁻⁶:
    /// a false alarm in a million runs. (Discrete noise of this σ has the moments of continuous noise within e^(−2π²σ²).)
    /// </summary>
    [TestMethod]
    [DataRow(4, 1)]
    [DataRow(7, 2)]
    [DataRow(10, 3)]
    public void Among_the_fewest_survivors_with_silent_colluders_the_variance_is_at_least_that_of_z_delta(int sites, int colluders)
    {
        var grid = Grid(sites, colluders);

        var probability = OfSoLittleNoise(grid, Sum(grid, sites, colluders, (int)grid.ShareSigma));

        Assert.IsGreaterThan(1e-6, probability);
    }

    /// <summary>The same squares are then a fifth short, 19 of their deviations: the test above would have failed.</summary>
    [TestMethod]
    public void A_tenth_less_noise_is_noticed()
    {
        var grid = Grid(sites: 4, colluders: 1);

        var probability = OfSoLittleNoise(grid, Sum(grid, sites: 4, colluders: 1, (int)(0.9 * (double)grid.ShareSigma)));

        Assert.IsLessThan(1e-6, probability);
    }

    /// <summary>P[chi-square of d degrees ≤ Σx²/(zΔ)²].</summary>
    private static double OfSoLittleNoise(NoisyGrid grid, ReadOnlySpan<long> sum)
    {
        var deviation = Noise * grid.Sensitivity;
        var squares = 0.0;
        foreach (var x in sum)
        {
            squares += x / deviation * (x / deviation);
        }

        return 1 - ChiSquare.UpperGamma(Dimension / 2.0, squares / 2);
    }

    /// <summary>Everybody's data is zero, so that the sum is the noise; the first sites add none.</summary>
    private static ReadOnlySpan<long> Sum(NoisyGrid grid, int sites, int colluders, int sigma)
    {
        var study = new StudyTerms
        {
            Study = "noise",
            PlanHash = Digest.Of("noise"u8),
            Roster =
            [
                .. Enumerable.Range(0, sites).Select(i => SiteName.Parse(string.Create(CultureInfo.InvariantCulture, $"site-{i:d2}"))),
            ],
            Suite = Suite.X25519Ed25519,
            Colluders = colluders,
            MinimumSurvivors = Thresholds.LeastMinimum(sites, colluders),
            AllowPair = false,
            Format = new LaneFormat(32),
            Dimension = Dimension,
            InputBound = int.MaxValue / sites,
        };
        var inputs = new Dictionary<SiteName, int[]>();
        foreach (var name in study.Roster.Take(study.MinimumSurvivors))
        {
            inputs[name] = new int[Dimension];
            if (inputs.Count > colluders)
            {
                using var noise = SiteNoise.Draw(grid, sigma, RandomNumberGenerator.Fill);
                using var input = NoisyInput.Quantize(new double[Dimension], grid, out _)!;
                input.Release(noise, inputs[name]);
            }
        }

        return LocalRound.Sum(new LocalConsortium(study, RandomNumberGenerator.Fill), inputs).Span;
    }

    private static NoisyGrid Grid(int sites, int colluders)
    {
        var terms = new GridTerms
        {
            Sites = sites,
            HonestShares = Thresholds.LeastMinimum(sites, colluders) - colluders,
            Dimension = Dimension,
            ClippingNorm = 1,
            SiteBound = 8,
            Noise = new NoiseMultiplier(Noise),
        };
        return ((GridResult.Chosen)NoisyGrid.At(terms, scaleBits: 20)).Grid;
    }
}
