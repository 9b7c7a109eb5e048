using Federated.Privacy.Auditing;
using Federated.Privacy.Tests.Sampling;

namespace Federated.Privacy.Tests.Auditing;

/// <summary>What an attacker makes of canaries: scores, guesses, tests, rehearsals.</summary>
[TestClass]
public sealed class CanaryTests
{
    /// <summary>By densities: ln((1 − q)·φ(x) + q·φ(x − 1)) − ln φ(x).</summary>
    [TestMethod]
    [DataRow(0.7, 0.5, 1.0)]
    [DataRow(-1.5, 1.0, 0.1)]
    [DataRow(2.5, 2.0, 0.01)]
    public void A_score_is_the_logarithm_of_the_likelihood_ratio(double seen, double noise, double rate)
    {
        double Density(double x) => Math.Exp(-x * x / (2 * noise * noise));
        var expected = Math.Log(((1 - rate) * Density(seen)) + (rate * Density(seen - 1))) - Math.Log(Density(seen));

        Assert.AreEqual(expected, CanaryScore.LogRatio(seen, noise, new SamplingRate(rate)), 1e-13);
    }

    [TestMethod]
    public void The_highest_scores_are_taken_to_be_in_and_the_lowest_to_be_out()
    {
        var trial = new CanaryTrial([0.1, 5, -3, 2, -1, 4], [false, true, false, false, true, true]);

        var audit = trial.Guess(new GuessCounts(In: 3, Out: 2)); // in: 5, 4 and, wrongly, 2; out: −3 and, wrongly, −1

        Assert.AreEqual((6, 5, 3), (audit.Canaries, audit.Guesses, audit.Correct));
        Assert.ThrowsExactly<ArgumentException>(() => trial.Guess(new GuessCounts(4, 3)));
    }

    [TestMethod]
    public void A_threshold_counts_false_alarms_and_detections()
    {
        var test = new CanaryTrial([0.1, 5, -3, 2, -1, 4], [false, true, false, false, true, true]).Test(1);

        Assert.AreEqual(new TwoWorldTest(without: 3, falseAlarms: 1, with: 3, detections: 2), test);
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void A_score_that_is_no_number_is_refused(double score) =>
        Assert.ThrowsExactly<ArgumentException>(() => new CanaryTrial([0, score], [true, false]));

    /// <summary>Clopper and Pearson's upper bounds for 7 of 1000 and, of misses, 1000 − 60 of 1000, at 97.5 % each.</summary>
    [TestMethod]
    public void Two_worlds_show_what_their_rates_show()
    {
        var (alarms, detected) = (0.014369194978918634, ClopperPearson.Lower(60, 1000, 0.025));

        var bound = new TwoWorldTest(1000, 7, 1000, 60).LowerBound(new Delta(1e-3), 0.95).Value;

        Assert.AreEqual(Math.Log((detected - 1e-3) / alarms), bound, 1e-9);
        Assert.AreEqual(bound, new TwoWorldTest(1000, 940, 1000, 993).LowerBound(new Delta(1e-3), 0.95).Value, 1e-9, "the mirror image");
        Assert.AreEqual(0, new TwoWorldTest(1000, 500, 1000, 500).LowerBound(new Delta(1e-3), 0.95).Value);
        Assert.AreEqual(0, new TwoWorldTest(1000, 0, 1000, 0).LowerBound(new Delta(1e-3), 0.95).Value);
    }

    /// <summary>Exactly, over all outcomes of a test that is as good as ε lets it be: F = 1/(1 + e^ε), T = 1 − F.</summary>
    [TestMethod]
    public void Two_worlds_that_are_as_far_apart_as_epsilon_says_are_hardly_ever_accused()
    {
        const int Runs = 40;
        const double Epsilon = 1.5;
        var alarms = BinomialTail.Masses(Runs, Math.Exp(-Epsilon));
        var detections = BinomialTail.Masses(Runs, Math.Exp(Epsilon));
        var accused = 0.0;
        for (var f = 0; f <= Runs; f++)
        {
            for (var t = 0; t <= Runs; t++)
            {
                var isAccused = new TwoWorldTest(Runs, f, Runs, t).LowerBound(new Delta(1e-9), 0.9).Value > Epsilon;
                accused += isAccused ? alarms[f] * detections[t] : 0;
            }
        }

        Assert.IsTrue(accused is > 0 and <= 0.1, $"accused with probability {accused}");
    }

    [TestMethod]
    public void A_coin_comes_up_below_its_rate_and_never_at_it()
    {
        using var half = new BiasedCoin(new SamplingRate(0.5), StatedWords.Script((1UL << 63) - 1, 1UL << 63));
        using var certain = new BiasedCoin(SamplingRate.All, StatedWords.Script(ulong.MaxValue));
        using var third = new BiasedCoin(new SamplingRate(1.0 / 3), StatedWords.Seeded(3));

        Assert.IsTrue(half.Toss());
        Assert.IsFalse(half.Toss());
        Assert.IsTrue(certain.Toss());
        Assert.AreEqual(1.0 / 3, Enumerable.Range(0, 90_000).Count(_ => third.Toss()) / 90_000.0, 5 * Math.Sqrt(2.0 / 9 / 90_000));
    }

    /// <summary>With z = 1 an attacker that guesses all is right with Φ(½) = 69 %; the rehearsal finds fewer guesses that show more than twice as much.</summary>
    [TestMethod]
    public void A_rehearsal_finds_guesses_that_show_much()
    {
        var (delta, canaries) = (new Delta(1e-5), 5000);
        var rehearsal = new Rehearsal(Noise: 1, SamplingRate.All, Steps: 1);

        var counts = rehearsal.BestGuesses(canaries, delta, 0.95, StatedWords.Seeded(1));

        var trial = rehearsal.Play(canaries, StatedWords.Seeded(2));
        var all = trial.Guess(new GuessCounts(canaries / 2, canaries / 2));
        Assert.AreEqual(0.6915, all.Correct / (double)canaries, 5 * Math.Sqrt(0.25 / canaries));
        Assert.IsGreaterThan(2 * all.LowerBound(delta, 0.95).Value, trial.Guess(counts).LowerBound(delta, 0.95).Value);
    }

    [TestMethod]
    public void A_rehearsal_finds_a_threshold_that_shows_much()
    {
        var (delta, rehearsal) = (new Delta(1e-5), new Rehearsal(Noise: 1, new SamplingRate(0.5), Steps: 4));

        var threshold = rehearsal.BestThreshold(2000, delta, 0.95, StatedWords.Seeded(1));

        var trial = rehearsal.Play(2000, StatedWords.Seeded(2));
        Assert.IsGreaterThan(0.8, trial.Test(threshold).LowerBound(delta, 0.95).Value);
    }
}
