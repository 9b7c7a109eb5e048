using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Privacy.Plans;

namespace Federated.Privacy.Tests.Plans;

/// <summary>The sum of a private study's last round, read back as counts.</summary>
[TestClass]
public sealed class StudyEvaluationTests
{
    private static readonly StudyPlan Plan = SamplePlan.ThreeOfFour().WithPrivacy();

    // Of 100 positives 80 score in the last bin and 20 in the first; of 300 negatives 240 in the first and 60 in the last.
    // AUROC = 0.8·0.8 + (0.8·0.2 + 0.2·0.8)/2 = 0.8, accuracy = (80 + 240)/400 = 0.8.
    [TestMethod]
    public void A_sum_is_counts_in_steps_of_its_grid()
    {
        var sum = new long[40];
        (sum[19], sum[0], sum[20], sum[39]) = (80L << 12, 20L << 12, 240L << 12, 60L << 12);

        var evaluation = StudyEvaluation.Of(Plan, sum, 4, out var fault)!;

        Assert.IsNull(fault);
        Assert.AreEqual((100.0, 300.0), (evaluation.Positives, evaluation.Negatives));
        Assert.AreEqual(0.8, evaluation.Auroc()!.Value.Value, 1e-12);
        Assert.AreEqual(0.8, evaluation.Accuracy(9)!.Value.Value, 1e-12);
    }

    // z·Δ/√2 at each site, where Δ is 1 and √40 steps of rounding. Accuracy's slope: √(20·(0.2² + 0.8²))/400.
    [TestMethod]
    [DataRow(3)]
    [DataRow(4)]
    public void Each_survivor_brought_its_share_of_noise(int survivors)
    {
        var sum = new long[40];
        (sum[19], sum[0], sum[20], sum[39]) = (80L << 12, 20L << 12, 240L << 12, 60L << 12);

        var evaluation = StudyEvaluation.Of(Plan, sum, survivors, out _)!;

        var sigma = 5 * (1 + (Math.Sqrt(40) / 4096)) * Math.Sqrt(survivors / 2.0);
        Assert.AreEqual(sigma * Math.Sqrt(20 * 0.68) / 400, evaluation.Accuracy(9)!.Value.Deviation, 1e-5);
    }

    [TestMethod]
    [DataRow(39, 4, 0L, DisplayName = "a count too few")]
    [DataRow(41, 4, 0L, DisplayName = "a count too many")]
    [DataRow(0, 4, 0L, DisplayName = "nothing")]
    [DataRow(40, 0, 0L, DisplayName = "of nobody")]
    [DataRow(40, 2, 0L, DisplayName = "of fewer sites than any opened sum has")]
    [DataRow(40, 5, 0L, DisplayName = "of more sites than there are")]
    [DataRow(40, 4, 1L << 31, DisplayName = "a lane that overflowed")]
    [DataRow(40, 4, long.MinValue, DisplayName = "the other way")]
    public void What_is_no_sum_of_this_study_is_refused(int length, int survivors, long number)
    {
        var sum = new long[length];
        sum.AsSpan().Fill(number);

        Assert.IsNull(StudyEvaluation.Of(Plan, sum, survivors, out var fault));
        Assert.Contains($"{length} numbers of {survivors} sites are no sum of 40 counts of 4 sites", fault!);
    }

    [TestMethod]
    public void A_plan_without_an_evaluation_has_none()
    {
        StudyPlan[] plans = [SamplePlan.ThreeOfFour(), Plan.But(privacy => privacy with { Evaluation = null })];
        foreach (var plan in plans)
        {
            Assert.IsNull(StudyEvaluation.Of(plan, new long[40], 4, out var fault));
            Assert.AreEqual("the plan releases no evaluation.", fault);
        }
    }
}
