using System.Security.Cryptography;
using Federated.Cli.Privacy.Attack;
using Federated.Hosting;
using Federated.Privacy;
using Federated.Privacy.Auditing;
using Federated.Privacy.Numerics;
using Federated.Privacy.Quantization;
using Federated.Privacy.Release;

namespace Federated.Cli.Tests.Privacy;

/// <summary>
/// Attacks on releases through the real quantization, noise and secure sum. Coins, batches and noise are cryptographic, so that no run is like another; each test's comment says
/// why it fails by chance less than once in a million runs, and computes that where it is not obvious.
/// </summary>
[TestClass]
public sealed class AttackTests
{
    private const int Canaries = 20_000;
    private const int Side = 640; // guesses of either kind

    private static readonly AttackSettings Settings = new()
    {
        Noise = new NoiseMultiplier(1),
        Canaries = Canaries,
        Guesses = (Side, Side),
    };

    /// <summary>
    /// ε = 4.38 at δ = 1e−5. The audit accuses if at most w of all guesses are wrong, then at most w/2 on one side. If at most k canaries score above some threshold, all of them are
    /// guessed to be in, so wrong guesses are at least as many as the canaries among them that are out. Both counts are binomial.
    /// </summary>
    [TestMethod]
    public void An_honest_release_shows_less_than_the_accountant_says_and_not_nothing()
    {
        var attack = OneRunAttack.Run(Settings, SiteReleases.WithNoise, CancellationToken.None);

        Assert.AreEqual(4.377, attack.Claimed.Value, 0.001);
        Assert.IsLessThanOrEqualTo(attack.Claimed, attack.LowerBound);
        Assert.IsGreaterThanOrEqualTo(1, attack.LowerBound.Value);
        Assert.IsGreaterThan(attack.Claimed, attack.MostToShow, "it could have failed");
        var accused = MostWrongThatAccuse(attack.Claimed, Settings) / 2;
        Assert.IsLessThan(0.5e-6, AtMostWrong(accused, noise: 1, threshold: 2.7), "accused by chance, on one side");
        const int Wrong = 125;
        Assert.IsGreaterThan(
            1,
            new OneRunAudit(Canaries, 2 * Side, 2 * (Side - Wrong)).LowerBound(Settings.Delta, Settings.Confidence).Value
        );
        Assert.IsLessThan(0.5e-6, MoreWrong(Wrong, noise: 1, threshold: 2.43), "vacuous by chance, on one side");
    }

    /// <summary>Three quarters of the noise are missing: then even the 640 likeliest are hardly ever wrong.</summary>
    [TestMethod]
    public void A_release_with_a_quarter_of_its_noise_is_found_out()
    {
        var attack = OneRunAttack.Run(Settings, WithAQuarterOfTheNoise, CancellationToken.None);

        Assert.IsGreaterThan(attack.Claimed, attack.LowerBound);
        Assert.IsFalse(new AttackReport(Settings, attack, Repeated: null).Holds);
        Assert.Contains("BROKEN", new AttackReport(Settings, attack, Repeated: null).ToText());
        var accused = MostWrongThatAccuse(attack.Claimed, Settings) / 2;
        Assert.IsLessThan(0.5e-6, MoreWrong(accused, noise: 0.25, threshold: 1.35), "missed by chance, on one side");
    }

    /// <summary>Rounding is the only error: all guesses are right, unless fewer than 640 of 20 000 fair coins fall on one side.</summary>
    [TestMethod]
    public void Without_noise_every_guess_is_right_and_nothing_is_claimed()
    {
        var settings = Settings with { Noise = null };

        var report = new AttackReport(
            settings,
            OneRunAttack.Run(settings, SiteReleases.WithoutNoise, CancellationToken.None),
            Repeated: null
        );

        Assert.AreEqual(report.OneRun!.Audit.Guesses, report.OneRun.Audit.Correct);
        Assert.IsGreaterThan(5, report.OneRun.LowerBound.Value);
        Assert.IsFalse(report.Claimed.IsBounded);
        Assert.IsFalse(report.Holds);
        Assert.Contains("LOST", report.ToText());
    }

    /// <summary>Steps and sampling: at a confidence of 1 − 1e−6, the theorem itself bounds the false alarms. δ is small, or else its term alone would be larger than that.</summary>
    [TestMethod]
    public void Sampled_steps_show_less_than_the_accountant_says()
    {
        var settings = Settings with
        {
            Rate = new SamplingRate(0.2),
            Steps = 10,
            Delta = new Delta(1e-9),
            Confidence = 1 - 1e-6,
            Guesses = (400, 0),
        };

        var attack = OneRunAttack.Run(settings, SiteReleases.WithNoise, CancellationToken.None);

        Assert.IsLessThanOrEqualTo(attack.Claimed, attack.LowerBound);
        Assert.IsGreaterThan(0.5, attack.Audit.Correct / (double)attack.Audit.Guesses - 0.1, "ten deviations of a coin are left");
    }

    /// <summary>At a confidence of 1 − 1e−6, false alarms of the bound itself are as rare.</summary>
    [TestMethod]
    public void Repeated_runs_show_less_than_the_accountant_says()
    {
        var settings = Settings with { Noise = new NoiseMultiplier(2), Repetitions = 60, Confidence = 1 - 1e-6 };

        var attack = RepeatedAttack.Run(settings, SiteReleases.WithNoise, CancellationToken.None);

        Assert.IsLessThanOrEqualTo(attack.Claimed, attack.LowerBound);
        Assert.AreEqual((30, 30), (attack.Test.Without, attack.Test.With));
    }

    [TestMethod]
    public void Repeated_runs_without_noise_are_told_apart_every_time()
    {
        var attack = RepeatedAttack.Run(
            Settings with
            {
                Noise = null,
                Repetitions = 60,
            },
            SiteReleases.WithoutNoise,
            CancellationToken.None
        );

        Assert.AreEqual((0, 30), (attack.Test.FalseAlarms, attack.Test.Detections));
        Assert.AreEqual(attack.MostToShow, attack.LowerBound);
        Assert.IsGreaterThan(1.9, attack.LowerBound.Value); // ln(0.8843/0.1157): Clopper and Pearson for 0 of 30
    }

    [TestMethod]
    [DataRow(4, 3, 100, "leave no two others to hide among")]
    [DataRow(4, 1, 0, "are no attack")]
    [DataRow(4, 1, 5, "use at least 20")]
    public void What_cannot_be_attacked_is_refused(int sites, int colluders, int canaries, string fault)
    {
        var settings = Settings with { Sites = sites, Colluders = colluders, Canaries = canaries };

        Assert.Contains(fault, Assert.ThrowsExactly<OperatorException>(settings.RequireUsable).Message);
    }

    private static void WithAQuarterOfTheNoise(ReadOnlySpan<double> clippedSum, NoisyGrid grid, Span<int> lanes)
    {
        using var noise = SiteNoise.Draw(grid, (int)grid.ShareSigma / 4, RandomNumberGenerator.Fill);
        using var input = NoisyInput.Quantize(clippedSum, grid, out _)!;
        input.Release(noise, lanes);
    }

    /// <summary>The most wrong guesses with which ε is refuted.</summary>
    private static int MostWrongThatAccuse(Epsilon claimed, AttackSettings settings)
    {
        var wrong = 0;
        while (new OneRunAudit(Canaries, 2 * Side, (2 * Side) - wrong).PValue(claimed, settings.Delta) <= 1 - settings.Confidence)
        {
            wrong++;
        }

        return wrong - 1;
    }

    /// <summary>Bounds P[at most so many of the <see cref="Side"/> guesses "in" are wrong]: more than these score above the threshold, or so few of them are out.</summary>
    private static double AtMostWrong(int wrong, double noise, double threshold)
    {
        var (isIn, isOut) = Above(noise, threshold);
        return BinomialTail.AtLeast(Side + 1, Canaries, isIn + isOut) + BinomialTail.AtMost(wrong, Canaries, isOut);
    }

    /// <summary>Bounds P[more than so many of them are wrong]: fewer than these score above the threshold, or more of them are out.</summary>
    private static double MoreWrong(int wrong, double noise, double threshold)
    {
        var (isIn, isOut) = Above(noise, threshold);
        return BinomialTail.AtMost(Side - 1, Canaries, isIn + isOut) + BinomialTail.AtLeast(wrong + 1, Canaries, isOut);
    }

    /// <summary>With what probability a canary is in, or out, and beyond a threshold. (The other side is the mirror image.)</summary>
    private static (double In, double Out) Above(double noise, double threshold) =>
        (NormalDistribution.UpperTail((threshold - 1) / noise) / 2, NormalDistribution.UpperTail(threshold / noise) / 2);
}
