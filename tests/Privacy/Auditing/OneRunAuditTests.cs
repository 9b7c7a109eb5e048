using Federated.Privacy.Auditing;

namespace Federated.Privacy.Tests.Auditing;

[TestClass]
public sealed class OneRunAuditTests
{
    /// <summary>Theorem 5.2 in fractions, e^ε rounded to 15 digits: computed with another language's rational numbers.</summary>
    [TestMethod]
    [DataRow(100, 100, 90, 1.0, 1e-5, 0.00010875117135074844)]
    [DataRow(1000, 100, 95, 2.0, 1e-5, 0.0178246346430715)]
    [DataRow(1000, 100, 100, 4.0, 1e-4, 0.22248911868414775)]
    [DataRow(10000, 200, 180, 1.5, 1e-6, 0.001701553552377195)]
    [DataRow(100, 50, 50, 3.0, 1e-3, 0.13677091366386404)]
    public void The_probability_of_so_many_right_guesses_is_the_theorems(
        int m,
        int r,
        int v,
        double epsilon,
        double delta,
        double expected
    ) => Assert.AreEqual(expected, new OneRunAudit(m, r, v).PValue(new Epsilon(epsilon), new Delta(delta)), 1e-10 * expected);

    /// <summary>Of the same fractions, bisected.</summary>
    [TestMethod]
    [DataRow(100, 100, 90, 1.6303580019739456)]
    [DataRow(1000, 100, 95, 2.1651757996878587)]
    [DataRow(1000, 100, 100, 3.465376347769052)]
    [DataRow(10000, 200, 180, 1.7716147053870372)]
    [DataRow(50000, 100, 98, 1.675508454500232, DisplayName = "so many canaries that delta tells")]
    [DataRow(1000, 100, 55, 0.0, DisplayName = "hardly better than coins")]
    [DataRow(1000, 0, 0, 0.0, DisplayName = "no guess at all")]
    public void The_lower_bound_is_the_largest_epsilon_that_is_refuted(int m, int r, int v, double expected) =>
        Assert.AreEqual(expected, new OneRunAudit(m, r, v).LowerBound(new Delta(1e-5), 0.95).Value, 1e-8);

    /// <summary>Randomized response is right with probability e^ε/(1 + e^ε): exactly the worst case, so the bound may fail with 5 %, and not more.</summary>
    [TestMethod]
    [DataRow(0.5, 100)]
    [DataRow(2.0, 100)]
    [DataRow(4.0, 300)]
    public void Randomized_response_is_hardly_ever_accused(double epsilon, int guesses)
    {
        var masses = BinomialTail.Masses(guesses, Math.Exp(epsilon));
        var accused = masses
            .Where((mass, v) => mass > 1e-12 && new OneRunAudit(guesses, guesses, v).LowerBound(new Delta(1e-12), 0.95).Value > epsilon)
            .Sum();

        Assert.IsTrue(accused is > 0 and <= 0.05, $"accused with probability {accused}");
    }

    [TestMethod]
    public void More_right_guesses_show_more_and_a_larger_delta_shows_less()
    {
        var bounds = Enumerable.Range(50, 51).Select(v => new OneRunAudit(1000, 100, v).LowerBound(new Delta(1e-6), 0.95).Value).ToArray();
        var audit = new OneRunAudit(1000, 100, 99);

        CollectionAssert.AreEqual(bounds.Order().ToArray(), bounds);
        Assert.IsGreaterThan(audit.LowerBound(new Delta(1e-3), 0.95).Value, audit.LowerBound(new Delta(1e-6), 0.95).Value);
        Assert.IsGreaterThan(audit.LowerBound(new Delta(1e-6), 0.99).Value, audit.LowerBound(new Delta(1e-6), 0.95).Value);
    }

    [TestMethod]
    [DataRow(0, 0, 0)]
    [DataRow(10, 11, 5)]
    [DataRow(10, 5, 6)]
    [DataRow(10, 5, -1)]
    public void Counts_that_cannot_be_are_refused(int m, int r, int v) =>
        Assert.ThrowsExactly<ArgumentException>(() => new OneRunAudit(m, r, v));
}
