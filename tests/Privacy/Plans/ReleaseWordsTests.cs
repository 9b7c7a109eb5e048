using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Privacy.Plans;

namespace Federated.Privacy.Tests.Plans;

/// <summary>What whoever decides on a plan reads first.</summary>
[TestClass]
public sealed class ReleaseWordsTests
{
    private static readonly StudyPlan Private = SamplePlan.ThreeOfFour().WithPrivacy();

    [TestMethod]
    public void A_plan_without_a_promise_says_so_before_anything_else()
    {
        string[] lines = [.. ReleaseWords.Lines(SamplePlan.ThreeOfFour())];

        Assert.StartsWith("NONE. No noise is added", lines[0]);
        Assert.Contains("public or synthetic patients only", lines[1]);
    }

    [TestMethod]
    public void A_promise_is_said_with_whom_it_holds_against_and_what_each_release_costs()
    {
        var releases = ((StudyReleasesResult.Accepted)StudyReleases.Of(Private)).Releases;

        string[] lines = [.. ReleaseWords.Lines(Private)];

        Assert.StartsWith("patient, epsilon 2, delta 1e-05: whether one patient's rows were there changes", lines[0]);
        Assert.Contains("e^2 at most, but for a chance of 1e-05.", lines[0]);
        Assert.StartsWith("It holds against the coordinator with one site.", lines[1]);
        Assert.StartsWith(
            "Training: 4 releases are paid for (2 of them for attempts that fail), each patient in 50% of the steps",
            lines[2]
        );
        Assert.Contains(FormattableString.Invariant($"epsilon {releases.TrainingBound().Epsilon.Value:0.####}."), lines[2]);
        Assert.StartsWith("Evaluation: one release of 40 counts of held-out patients", lines[3]);
        Assert.Contains(FormattableString.Invariant($"epsilon {releases.EvaluationBound()!.Epsilon.Value:0.####}."), lines[3]);
    }

    // Held-out patients have the evaluation only, of which a site's own noise hides less than of training here.
    [TestMethod]
    public void The_floor_is_that_of_whoever_it_protects_least()
    {
        var plan = Private.But(privacy => privacy with { NoiseMultiplier = 40 });
        var releases = ((StudyReleasesResult.Accepted)StudyReleases.Of(plan)).Releases;

        var floor = releases.FloorBound().Epsilon.Value;

        Assert.IsGreaterThan(releases.EvaluationBound()!.Epsilon.Value, floor);
        Assert.IsGreaterThan(2 * releases.TrainingBound().Epsilon.Value, floor);
        Assert.Contains(FormattableString.Invariant($"epsilon {floor:0.####}"), ReleaseWords.Lines(plan).ElementAt(1));
    }

    [TestMethod]
    public void Local_noise_and_sites_are_said_to_be_so()
    {
        var local = Private.But(privacy => privacy with { Noise = "local", SamplingRate = 1, NoiseMultiplier = 10 });
        var site = Private
            .InMode("fedavg")
            .But(privacy => privacy with { Unit = "site", SamplingRate = 1, NoiseMultiplier = 10, Evaluation = null });

        Assert.Contains("against everybody, whoever works together", ReleaseWords.Lines(local).ElementAt(1));
        Assert.Contains("every patient in every step", ReleaseWords.Lines(local).ElementAt(2));
        Assert.Contains("this site's whole contribution", ReleaseWords.Lines(site).First());
        Assert.DoesNotContain("every patient", string.Join("\n", ReleaseWords.Lines(site)));
    }

    [TestMethod]
    public void A_plan_whose_noise_was_lowered_by_hand_is_called_broken()
    {
        var plan = Private.But(privacy => privacy with { NoiseMultiplier = 1 });

        string[] lines = [.. ReleaseWords.Lines(plan)];

        Assert.AreEqual("BROKEN: this plan does not keep its own promise. Reject it.", lines[0]);
        Assert.StartsWith("Training costs epsilon", lines[1]);
    }
}
