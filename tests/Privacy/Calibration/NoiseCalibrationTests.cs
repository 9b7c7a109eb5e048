using Federated.Privacy.Accountants;
using Federated.Privacy.Calibration;
using Federated.Privacy.Events;

namespace Federated.Privacy.Tests.Calibration;

[TestClass]
public sealed class NoiseCalibrationTests
{
    [TestMethod]
    public void The_smallest_noise_is_as_in_the_vectors() =>
        VectorFile.AllHold(
            VectorFile.Cases("calibration"),
            c =>
            {
                var (rate, steps) = (new SamplingRate(c.Number("q")), c.Whole("steps"));
                var result = NoiseCalibration.SmallestNoise(
                    noise => new SampledGaussianEvent(noise, rate).Times(steps),
                    new PrivacyTarget(new Epsilon(c.Number("eps_target")), c.Delta())
                );
                var found = (CalibrationResult<NoiseMultiplier>.Found)result;
                return VectorFile.Within(c.Number("accept_min"), c.Number("accept_max"), found.Value.Value)
                    ?? VectorFile.Within(0, c.Number("eps_target"), found.Bound.Epsilon.Value, "ε");
            }
        );

    [TestMethod]
    public void Most_steps_are_as_in_the_vectors() =>
        VectorFile.AllHold(
            VectorFile.Cases("calibration", "max_steps_cases"),
            c =>
            {
                var step = new SampledGaussianEvent(new NoiseMultiplier(c.Number("sigma")), new SamplingRate(c.Number("q")));
                var result = NoiseCalibration.MostSteps(step.Times, new PrivacyTarget(new Epsilon(c.Number("eps_target")), c.Delta()));
                var found = (CalibrationResult<long>.Found)result;
                return VectorFile.Within(c.Number("accept_min"), c.Number("accept_max"), found.Value, "steps");
            }
        );

    [TestMethod]
    public void Other_releases_leave_less_for_training()
    {
        var target = new PrivacyTarget(new Epsilon(2), new Delta(1e-5));
        var statistics = new GaussianEvent(new NoiseMultiplier(5));
        PrivacyEvent Training(NoiseMultiplier noise) => new SampledGaussianEvent(noise, new SamplingRate(0.1)).Times(100);

        var alone = (CalibrationResult<NoiseMultiplier>.Found)NoiseCalibration.SmallestNoise(Training, target);
        var beside = (CalibrationResult<NoiseMultiplier>.Found)
            NoiseCalibration.SmallestNoise(noise => PrivacyEvent.Compose(statistics, Training(noise)), target);

        Assert.IsGreaterThan(alone.Value.Value * 1.05, beside.Value.Value);
        Assert.IsTrue(beside.Bound.Epsilon.Value is > 1.99 and <= 2);
    }

    [TestMethod]
    public void Nothing_is_found_where_the_other_releases_alone_take_it_all()
    {
        var spent = new GaussianEvent(new NoiseMultiplier(1));

        var result = NoiseCalibration.SmallestNoise(
            noise => PrivacyEvent.Compose(spent, new SampledGaussianEvent(noise, new SamplingRate(0.1))),
            new PrivacyTarget(new Epsilon(2), new Delta(1e-5))
        );

        var reason = ((CalibrationResult<NoiseMultiplier>.Impossible)result).Reason;
        Assert.Contains("the other releases alone take it", reason);
        Assert.Contains(PldAccountant.Bound(spent, new Delta(1e-5)).Epsilon.ToString()[..4], reason);
    }

    [TestMethod]
    public void Not_even_one_step_fits_a_small_target()
    {
        var result = NoiseCalibration.MostSteps(
            new GaussianEvent(new NoiseMultiplier(1)).Times,
            new PrivacyTarget(new Epsilon(1), new Delta(1e-5))
        );

        Assert.Contains("One step alone", ((CalibrationResult<long>.Impossible)result).Reason);
    }

    [TestMethod]
    [DataRow(0.0, "calibrate to a value above 0")]
    [DataRow(double.PositiveInfinity, "below infinity")]
    public void A_target_that_is_none_is_refused(double epsilon, string words)
    {
        var target = new PrivacyTarget(new Epsilon(epsilon), new Delta(1e-5));

        var result = NoiseCalibration.SmallestNoise(noise => new GaussianEvent(noise), target);

        Assert.Contains(words, ((CalibrationResult<NoiseMultiplier>.Impossible)result).Reason);
    }

    [TestMethod]
    public void A_Gaussian_alone_gets_the_analytic_noise()
    {
        var target = new PrivacyTarget(new Epsilon(3), new Delta(1e-6));

        var found = (CalibrationResult<NoiseMultiplier>.Found)NoiseCalibration.SmallestNoise(noise => new GaussianEvent(noise), target);

        var exact = AnalyticGaussian.Sigma(target.Epsilon, target.Delta);
        Assert.IsTrue(found.Value.Value >= exact && found.Value.Value <= exact * (1 + (2 * NoiseCalibration.Tolerance)));
    }
}
