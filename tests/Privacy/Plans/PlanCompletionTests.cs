using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Privacy.Accountants;
using Federated.Privacy.Calibration;
using Federated.Privacy.Events;
using Federated.Privacy.Plans;

namespace Federated.Privacy.Tests.Plans;

/// <summary>A draft gets the least noise that keeps its promise, or a reason why none does.</summary>
[TestClass]
public sealed class PlanCompletionTests
{
    [TestMethod]
    [DataRow(0.5, 1e-5, 0.5)]
    [DataRow(2.0, 1e-3, 1.0)]
    [DataRow(8.0, 1e-5, 0.1)]
    public void The_noise_keeps_the_promise_by_both_accountants_and_wastes_little(double epsilon, double delta, double rate)
    {
        var plan = Complete(Draft(rounds: 20).But(privacy => privacy with { Epsilon = epsilon, Delta = delta, SamplingRate = rate }));

        var releases = Accepted(plan);
        var training = releases.TrainingBound().Epsilon.Value;
        var evaluation = releases.EvaluationBound()!.Epsilon.Value;
        var crossCheck = RdpAccountant.Default.Bound(releases.Training.Event.Times(22), new Delta(delta)).Epsilon.Value;
        Assert.IsTrue(training <= epsilon && training > 0.99 * epsilon, $"training costs {training} of {epsilon}");
        Assert.IsTrue(evaluation <= epsilon && evaluation > 0.99 * epsilon, $"the evaluation costs {evaluation} of {epsilon}");
        Assert.IsTrue(crossCheck >= training && crossCheck < 1.5 * epsilon, $"the other accountant says {crossCheck}");
    }

    [TestMethod]
    public void With_two_percent_less_noise_the_promise_is_broken()
    {
        var plan = Complete(Draft());

        var training = plan.But(privacy => privacy with { NoiseMultiplier = 0.98 * privacy.NoiseMultiplier });
        var counts = plan.But(privacy =>
            privacy with
            {
                Evaluation = privacy.Evaluation! with { NoiseMultiplier = 0.98 * privacy.Evaluation.NoiseMultiplier },
            }
        );

        Assert.Contains("more than the 2 that the plan promises; raise noise_multiplier.", Rejected(training));
        Assert.Contains("The evaluation costs epsilon", Rejected(counts));
        Assert.Contains("raise evaluation.noise_multiplier.", Rejected(counts));
    }

    [TestMethod]
    public void Noise_that_is_written_stays_and_is_checked()
    {
        var more = Draft().But(privacy => privacy with { NoiseMultiplier = 50 });
        var less = Draft().But(privacy => privacy with { NoiseMultiplier = 0.5 });
        var tooLittle = Draft().But(privacy => privacy with { NoiseMultiplier = 1e-4 });

        Assert.AreEqual(50, Complete(more).Privacy!.NoiseMultiplier);
        Assert.Contains("raise noise_multiplier", Impossible(less));
        Assert.Contains("training: The noise multiplier is 0.0001; use 0.001 to", Impossible(tooLittle));
    }

    [TestMethod]
    public void What_was_completed_is_a_canonical_plan()
    {
        var plan = Complete(Draft());

        var read = PlanCodec.Decode(plan.ToBytes());

        Assert.IsInstanceOfType<PlanResult.Valid>(read, read is PlanResult.Invalid invalid ? string.Join("\n", invalid.Faults) : null);
        Assert.AreEqual(plan.Privacy, ((PlanResult.Valid)read).Plan.Privacy);
    }

    [TestMethod]
    public void A_plan_without_a_promise_is_complete()
    {
        var plan = SamplePlan.For("alpha", "beta", "gamma");

        Assert.AreSame(plan, Complete(plan));
    }

    [TestMethod]
    public void Spare_releases_are_paid_for()
    {
        var none = Complete(Draft().But(privacy => privacy with { SpareReleases = 0 }));
        var two = Complete(Draft().But(privacy => privacy with { SpareReleases = 2 }));

        // Twice the releases of every patient: √2 of the noise, were the rate 1; less below.
        Assert.IsGreaterThan(1.2 * none.Privacy!.NoiseMultiplier, two.Privacy!.NoiseMultiplier);
        Assert.AreEqual(4, Accepted(two).TrainingReleases);
    }

    // Three survivors of whom one colludes: two honest shares hold the noise, so each has 1/√2 of it, and alone it promises less.
    [TestMethod]
    public void Shared_noise_is_whole_in_two_shares_and_local_noise_in_each()
    {
        var shared = Accepted(Complete(Draft()));
        var local = Accepted(Complete(Draft().But(privacy => privacy with { Noise = "local" })));

        Assert.AreEqual(1 / Math.Sqrt(2), Shares(shared), 1e-3);
        Assert.AreEqual(1.0, Shares(local), 1e-3);
        Assert.IsGreaterThan(2.5, shared.FloorBound().Epsilon.Value);
        Assert.IsLessThanOrEqualTo(2.0, local.FloorBound().Epsilon.Value);
    }

    [TestMethod]
    public void A_floor_holds_should_all_others_collude()
    {
        var plan = Complete(Draft().But(privacy => privacy with { NoiseFloor = 10 }));

        var releases = Accepted(plan);

        Assert.AreEqual(10, (double)releases.Training.Grid.ShareSigma / releases.Training.Grid.Sensitivity, 1e-3);
        Assert.IsLessThan(2.0, releases.FloorBound().Epsilon.Value);
    }

    // 3 epochs at a rate of 1/4 are 12 steps a round, in 2 rounds and 2 spare ones.
    [TestMethod]
    public void In_federated_averaging_each_local_step_is_paid_for()
    {
        var draft = Local();

        var plan = Complete(draft);

        var releases = Accepted(plan);
        var expected = (CalibrationResult<NoiseMultiplier>.Found)
            NoiseCalibration.SmallestNoise(
                noise => new SampledGaussianEvent(noise, new SamplingRate(0.25)).Times(48),
                new PrivacyTarget(new Epsilon(2), new Delta(1e-5))
            );
        Assert.IsTrue(releases.IsNoisedInside);
        Assert.AreEqual(12, StudyReleases.LocalSteps(plan));
        Assert.AreEqual(0.25 * 400 / 4, StudyReleases.ExpectedBatch(plan, plan.Roster[0]));
        Assert.AreEqual(expected.Value.Value, plan.Privacy!.NoiseMultiplier, 3e-4);
        Assert.AreEqual((draft.Aggregation.ScaleBits, draft.Aggregation.Bound), (plan.Aggregation.ScaleBits, plan.Aggregation.Bound));
    }

    [TestMethod]
    public void A_site_that_is_hidden_whole_may_be_exchanged_for_any_other()
    {
        var plan = Complete(Site());

        var grid = Accepted(plan).Training.Grid;

        // 2C in steps, and √d of rounding for d = 4; of patients it would be C.
        Assert.AreEqual(Math.ScaleB(2, grid.ScaleBits) + 2, grid.Sensitivity, 1e-3);
        Assert.IsFalse(Accepted(plan).IsNoisedInside);
    }

    [TestMethod]
    public void Clipping_per_layer_costs_what_clipping_at_once_costs()
    {
        var flat = Complete(Draft());
        var layers = Complete(Draft().But(privacy => privacy with { Clipping = "per_layer" }));

        Assert.AreEqual(flat.Privacy! with { Clipping = "per_layer" }, layers.Privacy);
        Assert.AreEqual(Accepted(flat).Training.Grid.Sensitivity, Accepted(layers).Training.Grid.Sensitivity);
    }

    [TestMethod]
    [DataRow(1e-9, 1e-5, "evaluation: no grid of a 32-bit sum holds 4 sites", DisplayName = "noise beyond any sum")]
    [DataRow(0.0, 1e-5, "Epsilon is 0", DisplayName = "epsilon 0")]
    [DataRow(2.0, 0.0, "Delta is 0", DisplayName = "delta 0")]
    [DataRow(2.0, 1.0, "Delta is 1", DisplayName = "delta 1")]
    [DataRow(double.NaN, 1e-5, "Epsilon is NaN", DisplayName = "an unknown epsilon")]
    public void A_promise_that_cannot_be_kept_has_a_reason(double epsilon, double delta, string words) =>
        Assert.Contains(words, Impossible(Draft().But(privacy => privacy with { Epsilon = epsilon, Delta = delta })));

    [TestMethod]
    public void A_sum_without_room_for_its_noise_is_refused_with_what_to_lower()
    {
        var draft = Draft();

        var fault = Impossible(draft with { Aggregation = draft.Aggregation with { Bound = 1e9 } });

        Assert.Contains("up to 1000000000 each", fault);
        Assert.Contains("lower aggregation.bound, or raise epsilon or delta", fault);
    }

    [TestMethod]
    public void A_bound_below_one_patient_is_refused()
    {
        var draft = Draft();

        var fault = Impossible(draft with { Aggregation = draft.Aggregation with { Bound = 0.5 } });

        Assert.Contains("set it to at least the clipping norm 1", fault);
    }

    private static StudyPlan Draft(int rounds = 2)
    {
        var plan = SamplePlan.ThreeOfFour().WithPrivacy().Draft();
        return plan with { Training = plan.Training with { Rounds = rounds } };
    }

    private static StudyPlan Local()
    {
        var plan = Draft().InMode("fedavg").But(privacy => privacy with { Noise = "local", SamplingRate = 0.25 });
        return plan with { Training = plan.Training with { LocalEpochs = 3 } };
    }

    private static StudyPlan Site()
    {
        var plan = Draft().InMode("fedavg").But(privacy => privacy with { Unit = "site", SamplingRate = 1, Evaluation = null });
        return plan with { Aggregation = plan.Aggregation with { Bound = plan.UsualBound, ScaleBits = 20 } };
    }

    /// <summary>A share's noise over the noise that is promised.</summary>
    private static double Shares(StudyReleases releases) =>
        (double)releases.Training.Grid.ShareSigma / (releases.Privacy.NoiseMultiplier * releases.Training.Grid.Sensitivity);

    private static StudyPlan Complete(StudyPlan draft)
    {
        var result = PlanCompletion.Complete(draft);
        Assert.IsInstanceOfType<PlanCompletionResult.Completed>(
            result,
            result is PlanCompletionResult.Impossible impossible ? string.Join("\n", impossible.Faults) : null
        );
        return ((PlanCompletionResult.Completed)result).Plan;
    }

    private static string Impossible(StudyPlan draft) =>
        string.Join("\n", ((PlanCompletionResult.Impossible)PlanCompletion.Complete(draft)).Faults);

    private static StudyReleases Accepted(StudyPlan plan) => ((StudyReleasesResult.Accepted)StudyReleases.Of(plan)).Releases;

    private static string Rejected(StudyPlan plan) => string.Join("\n", ((StudyReleasesResult.Rejected)StudyReleases.Of(plan)).Faults);
}
