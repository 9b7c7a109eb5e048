using Federated.Privacy.Auditing;

namespace Federated.Privacy.Tests.Auditing;

[TestClass]
public sealed class ClopperPearsonTests
{
    /// <summary>
    /// Intervals of 95 %. 682 of 925: Conover, Practical Nonparametric Statistics 1971, page 97, as R's manual of binom.test prints it. The others: bisected in decimals of 60 digits.
    /// </summary>
    [TestMethod]
    [DataRow(682, 925, 0.7076683, 0.7654066, 5e-8)]
    [DataRow(0, 10, 0, 0.30849710781876083, 1e-14)]
    [DataRow(1, 10, 0.002528578544461757, 0.44501611702819543, 1e-14)]
    [DataRow(5, 10, 0.18708602844739852, 0.8129139715526015, 1e-14)]
    [DataRow(7, 1000, 0.002818858759620513, 0.014369194978918634, 1e-14)]
    [DataRow(10, 10, 1 - 0.30849710781876083, 1, 1e-14)]
    public void Bounds_are_the_published_ones(int successes, int trials, double lower, double upper, double error)
    {
        Assert.AreEqual(lower, ClopperPearson.Lower(successes, trials, 0.025), error);
        Assert.AreEqual(upper, ClopperPearson.Upper(successes, trials, 0.025), error);
    }

    /// <summary>Exactly: the probability of all outcomes whose bound lies below the truth.</summary>
    [TestMethod]
    [DataRow(20, 0.05)]
    [DataRow(50, 0.01)]
    public void A_bound_fails_no_more_often_than_it_says(int trials, double error)
    {
        var bounds = Enumerable.Range(0, trials + 1).Select(k => ClopperPearson.Upper(k, trials, error)).ToArray();
        foreach (var p in Enumerable.Range(1, 199).Select(i => i / 200.0))
        {
            var masses = BinomialTail.Masses(trials, p / (1 - p));
            var failing = masses.Where((_, k) => bounds[k] < p).Sum();

            Assert.IsLessThanOrEqualTo(error * (1 + 1e-9), failing, $"p = {p}");
        }
    }
}
