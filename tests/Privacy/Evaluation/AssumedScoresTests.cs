using Federated.Privacy.Evaluation;

namespace Federated.Privacy.Tests.Evaluation;

/// <summary>The model that a plan assumes has the figures that it is assumed to have.</summary>
[TestClass]
public sealed class AssumedScoresTests
{
    [TestMethod]
    [DataRow(0.8, 0.5)]
    [DataRow(0.7, 0.2)]
    [DataRow(0.95, 0.35)]
    public void It_has_the_patients_the_prevalence_the_area_and_the_calibration_that_were_asked_for(double auroc, double prevalence)
    {
        var bins = ScoreBins.Even(400);

        var evaluation = AssumedScores.Of(bins, 1000, prevalence, auroc, 0);

        Assert.AreEqual(1000 * prevalence, evaluation.Positives, 1e-9);
        Assert.AreEqual(1000 * (1 - prevalence), evaluation.Negatives, 1e-9);
        Assert.AreEqual(auroc, evaluation.Auroc()!.Value.Value, 1e-4);
        Assert.AreEqual(0.30125, evaluation.Calibration()[120]!.Value.Value, 1e-4, "of scores from 0.3 to 0.3025");
    }

    // At half of all patients, accuracy is Φ(d/2) = Φ(Φ⁻¹(0.8)/√2) = Φ(0.59512) = 0.72412.
    [TestMethod]
    public void Its_accuracy_is_that_of_two_normal_distributions() =>
        Assert.AreEqual(0.72412, AssumedScores.Of(ScoreBins.Even(20), 300, 0.5, 0.8, 0).Accuracy(9)!.Value.Value, 1e-5);

    [TestMethod]
    public void Its_errors_are_in_proportion_to_the_noise_and_in_inverse_proportion_to_the_patients()
    {
        var bins = ScoreBins.Even(20);

        var one = AssumedScores.Of(bins, 1000, 0.5, 0.8, 2).Auroc()!.Value.Deviation;

        Assert.AreEqual(2 * one, AssumedScores.Of(bins, 1000, 0.5, 0.8, 4).Auroc()!.Value.Deviation, 1e-12);
        Assert.AreEqual(one / 2, AssumedScores.Of(bins, 2000, 0.5, 0.8, 2).Auroc()!.Value.Deviation, 1e-12);
    }

    [TestMethod]
    [DataRow(0.0, 0.5, 0.8)]
    [DataRow(100.0, 0.0, 0.8)]
    [DataRow(100.0, 1.0, 0.8)]
    [DataRow(100.0, 0.5, 0.5)]
    [DataRow(100.0, 0.5, double.NaN)]
    public void A_model_that_cannot_be_is_refused(double patients, double prevalence, double auroc) =>
        Assert.ThrowsExactly<ArgumentException>(() => AssumedScores.Of(ScoreBins.Even(20), patients, prevalence, auroc, 1));
}
