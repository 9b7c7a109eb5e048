using Federated.Federation;
using Federated.Privacy.Losses;
using Federated.Privacy.Numerics;

namespace Federated.Privacy.Tests.Losses;

/// <summary>A lattice dominates the pair that it was made from: at every ε, in both directions, however coarse it is.</summary>
[TestClass]
public sealed class LossLatticeTests
{
    [TestMethod]
    [DataRow(1.0, 0.3)]
    [DataRow(0.1, 0.3)]
    [DataRow(0.001, 0.01)]
    [DataRow(0.03, 0.9)]
    public void A_lattice_of_a_sampled_Gaussian_dominates_it(double interval, double rate)
    {
        foreach (var sigma in new[] { 0.4, 1, 3 })
        {
            var pair = new SampledGaussianLossPair(sigma, rate);
            var lattice = pair.OnLattice(interval, 1e-15);
            var reversed = lattice.Reversed();
            var random = new KeyedRandom($"dominates/{interval}/{rate}/{sigma}");
            for (var i = 0; i < 40; i++)
            {
                var epsilon = random.NextDouble() * 3;
                Assert.IsGreaterThanOrEqualTo(Exact(pair, sigma, rate, epsilon, isReversed: false), Divergence(lattice, epsilon));
                Assert.IsGreaterThanOrEqualTo(Exact(pair, sigma, rate, epsilon, isReversed: true), Divergence(reversed, epsilon));
            }
        }
    }

    [TestMethod]
    public void A_finer_lattice_is_tighter_and_its_error_falls_with_the_square()
    {
        var pair = new SampledGaussianLossPair(1, 0.2);
        double Error(double interval) => Divergence(pair.OnLattice(interval, 1e-18), 0.5) - Exact(pair, 1, 0.2, 0.5, isReversed: false);

        var (coarse, fine) = (Error(0.1), Error(0.01)); // 0.5 is on both lattices, where they are exact but for what tails and rounding add
        Assert.IsTrue(coarse is >= 0 and < 1e-11 && fine is >= 0 and < 1e-11, $"{coarse}, {fine}");
        double Between(double interval) =>
            Divergence(pair.OnLattice(interval, 1e-18), 0.5 + (interval / 2))
            - Exact(pair, 1, 0.2, 0.5 + (interval / 2), isReversed: false);
        Assert.AreEqual(100, Between(0.1) / Between(0.01), 25);
    }

    [TestMethod]
    public void Every_loss_of_a_pair_is_found_where_the_pair_says()
    {
        foreach (
            var pair in new ContinuousLossPair[]
            {
                new GaussianLossPair(0.7),
                new SampledGaussianLossPair(1.3, 0.01),
                new ReplacedGaussianLossPair(0.8, 0.2),
                new ReplacedGaussianLossPair(0.05, 1e-6),
            }
        )
        {
            var (least, most) = pair.Range(1e-12);
            for (var i = 1; i < 100; i++)
            {
                var loss = least + ((most - least) * i / 100);
                Assert.AreEqual(loss, pair.Loss(pair.PointOf(loss)), 1e-9 * (1 + Math.Abs(loss)), pair.GetType().Name);
            }
        }
    }

    [TestMethod]
    public void Reversing_twice_changes_nothing()
    {
        var lattice = new SampledGaussianLossPair(1, 0.1).OnLattice(0.05, 1e-12);

        var twice = lattice.Reversed().Reversed();

        Assert.AreEqual(lattice.First, twice.First);
        for (var i = 0; i < lattice.Masses.Length; i++)
        {
            Assert.AreEqual(lattice.Masses[i], twice.Masses[i], 1e-15 * lattice.Masses[i]);
        }
    }

    private static double Divergence(LossLattice lattice, double epsilon)
    {
        var sum = lattice.MassAtPlusInfinity;
        for (var i = 0; i < lattice.Masses.Length; i++)
        {
            sum += lattice.Masses[i] * Math.Max(0, 1 - Math.Exp(epsilon - ((lattice.First + i) * lattice.Interval)));
        }

        return sum;
    }

    private static double Exact(SampledGaussianLossPair pair, double sigma, double rate, double epsilon, bool isReversed)
    {
        var x = pair.PointOf(isReversed ? -epsilon : epsilon);
        if (double.IsNegativeInfinity(x))
        {
            return 0; // losses of the reversed pair end below this ε
        }

        double Without(bool above) => NormalDistribution.UpperTail((above ? x : -x) / sigma);
        double With(bool above) => ((1 - rate) * Without(above)) + (rate * NormalDistribution.UpperTail((above ? x - 1 : 1 - x) / sigma));
        return isReversed
            ? Without(above: false) - (Math.Exp(epsilon) * With(above: false))
            : With(above: true) - (Math.Exp(epsilon) * Without(above: true));
    }
}
