using System.Security.Cryptography;
using System.Text.Json;
using Federated.Privacy.Numerics;
using Federated.Privacy.Sampling;

namespace Federated.Privacy.Tests.Sampling;

[TestClass]
public sealed class DiscreteGaussianSamplerTests
{
    private const int Draws = 1_000_000;

    [TestMethod]
    public void The_masses_are_as_in_the_vectors() =>
        VectorFile.AllHold(
            VectorFile.Cases("discrete_sampler_pmf").Where(c => c.Text("distribution") == "discrete_gaussian"),
            c =>
                VectorFile.Near(c.Number("normalizer"), DiscreteGaussianMass.Normalizer(c.Number("sigma2")), 1e-12, "normalizer")
                ?? c.Numbers("pmf")
                    .Select((mass, x) => VectorFile.Near(mass, DiscreteGaussianMass.Of(x, c.Number("sigma2")), 1e-12, $"mass of {x}"))
                    .FirstOrDefault(fault => fault is not null)
        );

    [TestMethod]
    public void Masses_of_sums_are_as_in_the_vectors() =>
        VectorFile.AllHold(
            VectorFile.Cases("discrete_sampler_pmf").Where(c => c.Text("distribution") == "sum_of_discrete_gaussians"),
            c =>
            {
                var sum = new SortedDictionary<int, double> { [0] = 1 };
                for (var i = 0; i < c.Whole("n"); i++)
                {
                    sum = Convolve(sum, c.Number("sigma2"));
                }

                return c.Numbers("pmf")
                    .Select((mass, x) => VectorFile.Near(mass, sum[x], 1e-11, $"mass of {x}", 1e-25))
                    .FirstOrDefault(fault => fault is not null);
            }
        );

    /// <summary>Chi-square and variance as the file asks, in three seeds; noise of σ² = 1/4 and 1/2 is no integer σ, and is not drawn.</summary>
    [TestMethod]
    public void Draws_and_sums_of_draws_are_distributed_as_in_the_vectors() =>
        VectorFile.AllHold(
            VectorFile.Cases("discrete_sampler_pmf").Where(c => SigmaOf(c) is not null),
            c => Enumerable.Range(1, 3).Select(seed => FaultOfDraws(c, (ulong)seed)).FirstOrDefault(fault => fault is not null)
        );

    [TestMethod]
    [DataRow(3, 11UL)]
    [DataRow(4, 12UL)]
    public void Draws_of_other_sigmas_follow_the_exact_masses(int sigma, ulong seed)
    {
        using var sampler = new DiscreteGaussianSampler(sigma, StatedWords.Seeded(seed));
        var reach = 12 * sigma;
        var counts = new double[(2 * reach) + 1];
        for (var i = 0; i < Draws; i++)
        {
            counts[sampler.Next() + reach]++;
        }

        var cells = counts.Select((count, i) => (Draws * DiscreteGaussianMass.Of(i - reach, (double)sigma * sigma), count));
        Assert.IsGreaterThan(1e-4, ChiSquare.PValue([.. FromTheTails([.. cells])]));
    }

    [TestMethod]
    [DataRow(1 << 18)]
    [DataRow(1 << 24)]
    public void Wide_noise_has_the_moments_and_tails_of_a_Gaussian(int sigma)
    {
        using var sampler = new DiscreteGaussianSampler(sigma, StatedWords.Seeded((ulong)sigma));
        var noise = new long[Draws];
        sampler.Fill(noise);

        var scaled = noise.Select(x => x / (double)sigma).ToArray();
        var error = 5 / Math.Sqrt(Draws);
        Assert.AreEqual(0, scaled.Average(), error);
        Assert.AreEqual(1, scaled.Average(x => x * x), error * Math.Sqrt(2));
        Assert.AreEqual(0, scaled.Average(x => x * x * x), error * Math.Sqrt(15));
        Assert.AreEqual(3, scaled.Average(x => x * x * x * x), error * Math.Sqrt(96));
        foreach (var (beyond, probability) in new[] { (1.0, 0.3173105), (2.0, 0.04550026), (3.0, 0.002699796), (4.0, 6.334248e-5) })
        {
            var expected = Draws * probability;
            Assert.AreEqual(expected, scaled.Count(x => Math.Abs(x) > beyond), 5 * Math.Sqrt(expected), $"beyond {beyond} σ");
        }
    }

    [TestMethod]
    public void Low_bits_of_wide_noise_are_even()
    {
        using var sampler = new DiscreteGaussianSampler(1 << 20, StatedWords.Seeded(77));
        var counts = new double[16];
        for (var i = 0; i < Draws; i++)
        {
            counts[sampler.Next() & 15]++;
        }

        Assert.IsGreaterThan(1e-4, ChiSquare.PValue([.. counts.Select(count => (Draws / 16.0, count))]));
    }

    [TestMethod]
    public void Drawing_allocates_nothing()
    {
        using var sampler = DiscreteGaussianSampler.Secure(1000);
        var noise = new long[50_000];
        sampler.Fill(noise);

        var before = GC.GetAllocatedBytesForCurrentThread();
        sampler.Fill(noise);
        sampler.AddTo(noise);

        Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [TestMethod]
    public void Noise_is_added_to_what_is_there()
    {
        using var one = new DiscreteGaussianSampler(100, StatedWords.Seeded(5));
        using var other = new DiscreteGaussianSampler(100, StatedWords.Seeded(5));
        var (noise, vector) = (new long[1000], Enumerable.Range(0, 1000).Select(i => (long)i * i).ToArray());

        one.Fill(noise);
        other.AddTo(vector);

        CollectionAssert.AreEqual(noise.Select((x, i) => x + ((long)i * i)).ToArray(), vector);
    }

    [TestMethod]
    public void Two_secure_samplers_never_agree()
    {
        using var one = DiscreteGaussianSampler.Secure(1 << 20);
        using var other = DiscreteGaussianSampler.Secure(1 << 20);
        var (first, second) = (new long[64], new long[64]);

        one.Fill(first);
        other.Fill(second);

        CollectionAssert.AreNotEqual(first, second);
    }

    [TestMethod]
    public void A_disposed_sampler_throws_rather_than_return_zeros()
    {
        var sampler = new DiscreteGaussianSampler(10, RandomNumberGenerator.Fill);
        sampler.Fill(new long[10]);
        sampler.Dispose();

        Assert.ThrowsExactly<ObjectDisposedException>(() => sampler.Fill(new long[10]));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-1)]
    [DataRow((1 << 24) + 1)]
    public void A_sigma_that_does_not_fit_64_bits_is_refused(int sigma)
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => new DiscreteGaussianSampler(sigma, StatedWords.Seeded(1)));

        Assert.Contains("use 1 to 16777216", e.Message);
    }

    private static string? FaultOfDraws(JsonElement c, ulong seed)
    {
        var (sigma, shares) = SigmaOf(c)!.Value;
        var isLaplace = c.Text("distribution") == "discrete_laplace";
        using var sampler = new DiscreteGaussianSampler(sigma, StatedWords.Seeded(seed));
        var pmf = c.Numbers("pmf").ToArray();
        var (counts, outside, squares) = (new double[(2 * pmf.Length) - 1], 0, 0.0);
        for (var i = 0; i < Draws; i++)
        {
            var x = 0L;
            for (var share = 0; share < shares; share++)
            {
                x += isLaplace ? sampler.NextLaplace() : sampler.Next();
            }

            squares += (double)x * x;
            if (Math.Abs(x) < pmf.Length)
            {
                counts[x + pmf.Length - 1]++;
            }
            else
            {
                outside++;
            }
        }

        var cells = counts.Select((count, i) => (Draws * pmf[Math.Abs(i - pmf.Length + 1)], count));
        var p = ChiSquare.PValue([.. FromTheTails([.. cells])]);
        var variance = c.Number("variance");
        var fourth = c.Has("fourth_moment") ? c.Number("fourth_moment") : (isLaplace ? 6.5 : 3) * variance * variance;
        return (p > 1e-4 ? null : $"seed {seed}: p = {p:g3}")
            ?? (outside == 0 ? null : $"seed {seed}: {outside} draws where next to none are expected")
            ?? VectorFile.Near(
                variance,
                squares / Draws,
                0,
                $"seed {seed}: variance",
                5 * Math.Sqrt((fourth - (variance * variance)) / Draws)
            );
    }

    /// <summary>Both tails first, so that pooling joins what is rare.</summary>
    private static IEnumerable<(double Expected, double Observed)> FromTheTails(IReadOnlyList<(double Expected, double Observed)> cells)
    {
        for (var i = 0; i < cells.Count / 2; i++)
        {
            yield return cells[i];
            yield return cells[^(i + 1)];
        }

        yield return cells[cells.Count / 2];
    }

    private static (int Sigma, int Shares)? SigmaOf(JsonElement c)
    {
        if (c.Text("distribution") == "discrete_laplace")
        {
            return (c.Whole("t"), 1);
        }

        var sigma = Math.Sqrt(c.Number("sigma2"));
        return sigma == Math.Floor(sigma) ? ((int)sigma, c.Has("n") ? c.Whole("n") : 1) : null;
    }

    private static SortedDictionary<int, double> Convolve(SortedDictionary<int, double> sum, double sigmaSquared)
    {
        var result = new SortedDictionary<int, double>();
        var reach = (int)Math.Ceiling(Math.Sqrt(sigmaSquared) * 14);
        foreach (var (x, mass) in sum)
        {
            for (var y = -reach; y <= reach; y++)
            {
                result[x + y] = result.GetValueOrDefault(x + y) + (mass * DiscreteGaussianMass.Of(y, sigmaSquared));
            }
        }

        return result;
    }
}
