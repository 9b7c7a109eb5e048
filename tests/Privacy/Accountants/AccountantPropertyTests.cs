using Federated.Federation;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;
using Federated.Privacy.Numerics;

namespace Federated.Privacy.Tests.Accountants;

/// <summary>What holds of every event, tried on many.</summary>
[TestClass]
public sealed class AccountantPropertyTests
{
    /// <summary>Two bounds may differ by their aims, 1e-3 relative and 1e-6 absolute.</summary>
    private const double Jitter = 1.001;

    [TestMethod]
    [DataRow(NeighbouringRelation.AddOrRemoveOne)]
    [DataRow(NeighbouringRelation.ReplaceOne)]
    public void The_deciding_accountant_is_never_above_the_cross_check(NeighbouringRelation relation)
    {
        var random = new KeyedRandom($"pld against rdp/{relation}");
        for (var i = 0; i < 60; i++)
        {
            var released = PrivacyEvent.Compose(Enumerable.Range(0, 1 + random.NextInt32(3)).Select(_ => Random(random)));
            var delta = new Delta(Math.Pow(10, -2 - (10 * random.NextDouble())));

            var pld = PldAccountant.Bound(released, delta, relation).Epsilon.Value;
            var rdp = RdpAccountant.Default.Bound(released, delta, relation).Epsilon.Value;

            Assert.IsLessThanOrEqualTo((rdp * Jitter) + 1e-6, pld, $"{EventJson.Write(released)} at {delta}");
        }
    }

    /// <summary>One step has a closed form, computed here with nothing of the accountant but the normal distribution.</summary>
    [TestMethod]
    public void One_sampled_step_is_never_counted_below_its_closed_form()
    {
        var random = new KeyedRandom("closed form");
        for (var i = 0; i < 200; i++)
        {
            var (z, q) = (Math.Exp((random.NextDouble() * 4) - 1.5), Math.Exp(-7 * random.NextDouble()) * 0.999);
            var delta = Math.Pow(10, -1 - (11 * random.NextDouble()));
            var step = new SampledGaussianEvent(new NoiseMultiplier(z), new SamplingRate(q));

            var epsilon = PldAccountant.Bound(step, new Delta(delta)).Epsilon.Value;

            var truth = Math.Max(RemoveDelta(z, q, epsilon), AddDelta(z, q, epsilon));
            Assert.IsLessThanOrEqualTo(delta * (1 + 1e-9), truth, $"z {z}, q {q}, δ {delta}: ε {epsilon}");
            var below = (epsilon * (1 - 1.1e-3)) - 1.1e-6;
            Assert.IsTrue(
                below < 0 || Math.Max(RemoveDelta(z, q, below), AddDelta(z, q, below)) >= delta * (1 - 1e-9),
                $"z {z}, q {q}, δ {delta}: ε {epsilon} is more than 0.11 % above the truth"
            );
        }
    }

    [TestMethod]
    public void Cost_rises_with_steps_and_rate_and_falls_with_noise_and_delta()
    {
        var random = new KeyedRandom("monotone");
        for (var i = 0; i < 25; i++)
        {
            var (z, q, steps) = (0.5 + (3 * random.NextDouble()), 0.001 + (0.3 * random.NextDouble()), 1 + random.NextInt32(2000));
            var delta = Math.Pow(10, -3 - (6 * random.NextDouble()));
            var cost = Cost(z, q, steps, delta);

            Assert.IsGreaterThanOrEqualTo(cost, (Cost(z, q, steps + 1 + (steps / 3), delta) * Jitter) + 1e-6);
            Assert.IsGreaterThanOrEqualTo(cost, (Cost(z, q * 1.2, steps, delta) * Jitter) + 1e-6);
            Assert.IsLessThanOrEqualTo((cost * Jitter) + 1e-6, Cost(z * 1.2, q, steps, delta));
            Assert.IsLessThanOrEqualTo((cost * Jitter) + 1e-6, Cost(z, q, steps, delta * 3));
        }
    }

    [TestMethod]
    public void Order_and_grouping_do_not_matter()
    {
        var (a, b) = (Step(1, 0.01), Step(2, 0.1));
        var delta = new Delta(1e-5);

        var grouped = PldAccountant.Bound(PrivacyEvent.Compose(a.Times(100), b.Times(50)), delta).Epsilon.Value;
        var apart = PldAccountant.Bound(PrivacyEvent.Compose(b.Times(25), a.Times(60), b.Times(25), a.Times(40)), delta).Epsilon.Value;

        Assert.AreEqual(grouped, apart, grouped * 1e-3);
        Assert.IsGreaterThan(PldAccountant.Bound(a.Times(100), delta).Epsilon.Value, grouped);
    }

    /// <summary>The bound that a plain transform breaks: at small δ its rounding is larger than δ itself.</summary>
    [TestMethod]
    [DataRow(1e-5)]
    [DataRow(1e-12)]
    [DataRow(1e-30)]
    [DataRow(1e-100)]
    public void A_composition_by_transform_is_exact_to_the_smallest_delta(double delta)
    {
        // Sampling at a rate of nearly 1 is no sampling, but goes through lattices and transforms.
        var released = new SampledGaussianEvent(new NoiseMultiplier(5), new SamplingRate(1 - 1e-15)).Times(50);

        var bound = PldAccountant.Bound(released, new Delta(delta));

        var exact = AnalyticGaussian.Epsilon(Math.Sqrt(50) / 5, new Delta(delta)).Value;
        Assert.IsTrue(bound.Epsilon.Value >= exact * (1 - 1e-12), $"{bound.Epsilon} is below {exact}");
        Assert.IsLessThan(exact * Jitter, bound.Epsilon.Value);
        Assert.IsLessThan(delta * 1e-3, bound.Rounding + bound.Truncation);
        Assert.IsGreaterThan(0, bound.Rounding);
    }

    [TestMethod]
    [DataRow(1e-3, 1e-9, 1L, 0.5, DisplayName = "almost no noise, almost nobody")]
    [DataRow(1e-3, 0.5, 10L, 1e-6, DisplayName = "almost no noise, half of all")]
    [DataRow(1e6, 0.5, 1_000_000_000L, 1e-6, DisplayName = "a billion steps of huge noise")]
    [DataRow(1e6, 1e-9, 1L, 1e-300, DisplayName = "the smallest δ")]
    [DataRow(0.3, 0.999, 100L, 0.999, DisplayName = "a δ of almost 1")]
    [DataRow(50, 1e-4, 100_000L, 1e-9, DisplayName = "next to no cost")]
    [DataRow(1, 0.01, 1_000_000L, 1e-9, DisplayName = "a million steps")]
    [DataRow(0.2, 1e-6, 1000L, 1e-9, DisplayName = "rare and loud")]
    public void The_extremes_have_a_bound_below_that_of_the_cross_check(double z, double q, long steps, double delta)
    {
        var released = Step(z, q).Times(steps);

        var pld = PldAccountant.Bound(released, new Delta(delta)).Epsilon.Value;

        Assert.IsTrue(pld >= 0 && double.IsFinite(pld), $"ε is {pld}");
        var rdp = new RdpAccountant([1.01, 1.1, 1.5, 2, 4, 8, 16, 64, 256, 1024]).Bound(released, new Delta(delta)).Epsilon.Value;
        Assert.IsLessThanOrEqualTo((rdp * Jitter) + 1e-6, pld);
    }

    [TestMethod]
    public void Exchanging_a_patient_costs_at_least_as_much_as_removing_one()
    {
        foreach (var (z, q) in new[] { (1.0, 0.01), (2.0, 0.3), (1.5, 1.0) })
        {
            var released = Step(z, q).Times(50);
            var delta = new Delta(1e-6);

            var removed = PldAccountant.Bound(released, delta).Epsilon.Value;
            var exchanged = PldAccountant.Bound(released, delta, NeighbouringRelation.ReplaceOne).Epsilon.Value;

            Assert.IsGreaterThanOrEqualTo(removed, exchanged * Jitter);
        }
    }

    [TestMethod]
    public void Nothing_released_costs_nothing() =>
        Assert.AreEqual(0, PldAccountant.Bound(PrivacyEvent.Compose(), new Delta(1e-6)).Epsilon.Value);

    /// <summary>A coarse grid shows τ: it is added, and where it is too much for one bound there is none rather than a wrong one.</summary>
    [TestMethod]
    public void Tau_of_a_sum_is_paid_in_full()
    {
        var one = new DiscreteGaussianEvent(40_000, 200, 100, SamplingRate.All);
        var sum = new SumOfDiscreteGaussiansEvent(2, 20_000, 200, 100, SamplingRate.All);
        var coarse = new SumOfDiscreteGaussiansEvent(100_000, 0.5, 223, 1, SamplingRate.All);

        Assert.AreEqual(PldAccountant.Bound(one, new Delta(1e-6)), PldAccountant.Bound(sum, new Delta(1e-6)));
        var tau = SumOfDiscreteGaussians.Tau(100_000, 0.5);
        Assert.IsGreaterThan(2 * tau, PldAccountant.Bound(coarse, new Delta(1e-6)).Epsilon.Value);
        Assert.IsFalse(PldAccountant.Bound(coarse.Times(100_000_000), new Delta(1e-6)).Epsilon.IsBounded);
    }

    [TestMethod]
    public void What_an_accountant_cannot_count_it_refuses_with_what_to_do()
    {
        var batch = new FixedBatchGaussianEvent(new NoiseMultiplier(1), 100, 10);
        var vector = new DiscreteGaussianEvent(25, 3, 10, SamplingRate.All);
        var delta = new Delta(1e-5);

        Assert.Contains("count it with RDP", PldAccountant.Fault(batch)!);
        Assert.Contains("use a finer grid", PldAccountant.Fault(vector)!);
        Assert.Contains("ask for replace-one", RdpAccountant.Fault(batch)!);
        Assert.Contains("use PLD or RDP", ZcdpAccountant.Fault(Step(1, 0.1))!);
        Assert.ThrowsExactly<ArgumentException>(() => PldAccountant.Bound(PrivacyEvent.Compose(Step(1, 1), batch), delta));
        Assert.ThrowsExactly<ArgumentException>(() => RdpAccountant.Default.Bound(batch, delta));
        Assert.ThrowsExactly<ArgumentException>(() => ZcdpAccountant.Rho(Step(1, 0.1)));
        Assert.ThrowsExactly<ArgumentException>(() => new RdpAccountant([2, double.NaN]));
        Assert.ThrowsExactly<ArgumentException>(() => new RdpAccountant([1]));
    }

    /// <summary>P = (1−q)·N(0,z²) + q·N(1,z²) against N(0,z²).</summary>
    private static double RemoveDelta(double z, double q, double epsilon)
    {
        var x = (z * z * Math.Log((Math.Exp(epsilon) - 1 + q) / q)) + 0.5;
        var (outside, inside) = (NormalDistribution.UpperTail(x / z), NormalDistribution.UpperTail((x - 1) / z));
        return ((1 - q) * outside) + (q * inside) - (Math.Exp(epsilon) * outside);
    }

    /// <summary>The same with the roles exchanged; its loss never exceeds −ln(1−q).</summary>
    private static double AddDelta(double z, double q, double epsilon)
    {
        var ratio = (Math.Exp(-epsilon) - 1 + q) / q;
        if (ratio <= 0)
        {
            return 0;
        }

        var x = (z * z * Math.Log(ratio)) + 0.5; // N(0) outweighs the mixture below it
        var (outside, inside) = (NormalDistribution.UpperTail(-x / z), NormalDistribution.UpperTail((1 - x) / z));
        return outside - (Math.Exp(epsilon) * (((1 - q) * outside) + (q * inside)));
    }

    private static double Cost(double z, double q, int steps, double delta) =>
        PldAccountant.Bound(Step(z, q).Times(steps), new Delta(delta)).Epsilon.Value;

    private static SampledGaussianEvent Step(double z, double q) => new(new NoiseMultiplier(z), new SamplingRate(q));

    private static Composed Random(KeyedRandom random)
    {
        var noise = new NoiseMultiplier(Math.Exp((3 * random.NextDouble()) - 0.7));
        var times = 1 + random.NextInt32(random.NextInt32(2) == 0 ? 10 : 3000);
        return random.NextInt32(4) switch
        {
            0 => new GaussianEvent(noise).Times(1 + random.NextInt32(20)),
            1 => new DiscreteGaussianEvent(
                25 * noise.Value * noise.Value,
                5,
                1,
                new SamplingRate(0.01 + (0.9 * random.NextDouble()))
            ).Times(1 + random.NextInt32(40)),
            _ => new SampledGaussianEvent(noise, new SamplingRate(Math.Exp(-6 * random.NextDouble()))).Times(times),
        };
    }
}
