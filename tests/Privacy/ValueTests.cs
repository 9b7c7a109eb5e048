namespace Federated.Privacy.Tests;

/// <summary>Numbers that weaken privacy cannot be made: NaN least of all.</summary>
[TestClass]
public sealed class ValueTests
{
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1.0)]
    [DataRow(-1e-6)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void A_delta_outside_0_to_1_is_refused(double value)
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => new Delta(value));

        Assert.Contains("above 0 and below 1", e.Message);
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1.0000000000000002)]
    [DataRow(-0.1)]
    [DataRow(double.NaN)]
    public void A_sampling_rate_that_is_no_probability_is_refused(double value)
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => new SamplingRate(value));

        Assert.Contains("to 1 (batch size divided by patients", e.Message);
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(-1.0)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void A_noise_multiplier_that_is_no_noise_is_refused(double value)
    {
        var e = Assert.ThrowsExactly<ArgumentException>(() => new NoiseMultiplier(value));

        Assert.Contains("use 0.001 to 1000000", e.Message);
    }

    [TestMethod]
    [DataRow(-1e-300)]
    [DataRow(double.NaN)]
    public void An_epsilon_below_0_is_refused(double value) => Assert.ThrowsExactly<ArgumentException>(() => new Epsilon(value));

    [TestMethod]
    public void What_nobody_chose_has_no_value()
    {
        Assert.ThrowsExactly<InvalidOperationException>(() => default(Delta).Value);
        Assert.ThrowsExactly<InvalidOperationException>(() => default(SamplingRate).Value);
        Assert.ThrowsExactly<InvalidOperationException>(() => default(NoiseMultiplier).Value);
    }

    [TestMethod]
    public void An_unbounded_epsilon_says_so()
    {
        Assert.IsFalse(Epsilon.Unbounded.IsBounded);
        Assert.IsTrue(Epsilon.Zero < Epsilon.Unbounded);
    }
}
