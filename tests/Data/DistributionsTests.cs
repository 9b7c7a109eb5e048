using Federated.Data.Synthetic;
using Federated.Federation;

namespace Federated.Data.Tests;

[TestClass]
public sealed class DistributionsTests
{
    private const int Draws = 200_000;

    [TestMethod]
    [DataRow(1.0)]
    [DataRow(0.5)]
    [DataRow(2.718281828459045)]
    [DataRow(1.4142135623730951)]
    [DataRow(1.4142135623730954)]
    [DataRow(0.9999999999999999)]
    [DataRow(1.1102230246251565E-16)]
    [DataRow(2.2250738585072014E-308)]
    [DataRow(1.7976931348623157E+308)]
    [DataRow(0.123456789)]
    public void The_logarithm_agrees_with_the_systems_to_its_last_places(double x)
    {
        var expected = Math.Log(x);

        Assert.AreEqual(expected, Distributions.Log(x), 4e-16 * Math.Max(Math.Abs(expected), 1e-16 / 4e-16));
    }

    [TestMethod]
    public void Normal_values_have_the_moments_and_the_tails_of_a_normal_distribution()
    {
        var random = new KeyedRandom("test/normal");
        double[] values = [.. Enumerable.Range(0, Draws).Select(_ => random.NextNormal())];

        // Five standard errors each: 1/√n, √(2/n), √(96/n), √(p(1-p)/n); P(|z| > 1.96) is 0.05.
        Assert.AreEqual(0, values.Average(), 5 / Math.Sqrt(Draws));
        Assert.AreEqual(1, values.Average(v => v * v), 5 * Math.Sqrt(2.0 / Draws));
        Assert.AreEqual(3, values.Average(v => v * v * v * v), 5 * Math.Sqrt(96.0 / Draws));
        Assert.AreEqual(0.05, values.Average(v => Math.Abs(v) > 1.959964 ? 1 : 0), 5 * Math.Sqrt(0.05 * 0.95 / Draws));
    }

    [TestMethod]
    [DataRow(-3.0)]
    [DataRow(0.0)]
    [DataRow(1.5)]
    public void A_logistic_value_is_below_the_log_odds_with_their_probability(double logOdds)
    {
        var random = new KeyedRandom("test/logistic");
        var probability = 1 / (1 + Math.Exp(-logOdds));

        var share = Enumerable.Range(0, Draws).Average(_ => random.NextLogistic() < logOdds ? 1 : 0);

        Assert.AreEqual(probability, share, 5 * Math.Sqrt(probability * (1 - probability) / Draws));
    }
}
