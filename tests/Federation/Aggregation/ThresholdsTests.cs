using Federated.Federation.Aggregation;
using Federated.Federation.Plans;

namespace Federated.Federation.Tests.Aggregation;

/// <summary>Which rosters may have a masked sum (secure-aggregation design, section 1.3).</summary>
[TestClass]
public sealed class ThresholdsTests
{
    [TestMethod]
    [DataRow(2, 1, 2, 2, DisplayName = "a pair: neither may be missing")]
    [DataRow(3, 1, 3, 3, DisplayName = "three: each sees the sum of the two others")]
    [DataRow(4, 1, 3, 4, DisplayName = "four: the smallest useful size")]
    [DataRow(5, 1, 4, 5)]
    [DataRow(7, 2, 5, 7)]
    [DataRow(10, 3, 7, 9)]
    [DataRow(20, 6, 14, 18)]
    [DataRow(100, 33, 67, 90)]
    public void The_usual_values_are_those_of_the_design(int sites, int colluders, int threshold, int minimum)
    {
        Assert.AreEqual(colluders, Thresholds.UsualColluders(sites));
        Assert.AreEqual(threshold, Thresholds.Of(sites, colluders));
        Assert.AreEqual(minimum, Thresholds.UsualMinimum(sites, colluders));
        Assert.IsNull(Thresholds.Fault(sites, colluders, minimum, allowPair: sites == 2));
    }

    [TestMethod]
    [DataRow(4, 1, 3)]
    [DataRow(5, 1, 4)]
    [DataRow(7, 2, 5)]
    public void The_design_lets_small_rosters_lose_more(int sites, int colluders, int least)
    {
        Assert.AreEqual(least, Thresholds.LeastMinimum(sites, colluders));
        Assert.IsNull(Thresholds.Fault(sites, colluders, least, allowPair: false));
        Assert.IsNotNull(Thresholds.Fault(sites, colluders, least - 1, allowPair: false));
    }

    [TestMethod]
    [DataRow(0, 1, 1, false, "one site has nobody to hide among")]
    [DataRow(1, 1, 1, false, "one site has nobody to hide among")]
    [DataRow(1, 1, 1, true, "one site has nobody to hide among", DisplayName = "a pair of one")]
    [DataRow(257, 1, 257, false, "list 2 to 256 sites")]
    [DataRow(2, 1, 2, false, "write allow_pair: true if that is accepted")]
    [DataRow(2, 2, 2, true, "set it to 1 at most", DisplayName = "a pair that both collude against")]
    [DataRow(2, 1, 1, true, "1 of 2 sites are too few", DisplayName = "half a pair")]
    [DataRow(3, 1, 3, true, "it is for studies of two sites", DisplayName = "a pair of three")]
    [DataRow(4, 0, 4, false, "every other site knows its own update")]
    [DataRow(4, -1, 4, false, "every other site knows its own update")]
    [DataRow(4, 3, 4, false, "leave no two others to hide among")]
    [DataRow(4, 1, 5, false, "5 of 4 sites can never be there")]
    [DataRow(4, 1, 2, false, "set it to 3 or more (4 is usual)")]
    [DataRow(4, 2, 3, false, "and 2 other sites together; set it to 4 or more")]
    [DataRow(4, int.MaxValue, 4, false, "leave no two others", DisplayName = "a number that overflows")]
    [DataRow(4, 1, int.MinValue, false, "too few", DisplayName = "a number that underflows")]
    public void A_fault_says_what_to_change(int sites, int colluders, int minimum, bool allowPair, string words)
    {
        Assert.Contains(words, Thresholds.Fault(sites, colluders, minimum, allowPair)!);
    }

    // Every roster that can be, with everything around its limits: what is accepted satisfies the inequalities, and nothing else is refused.
    [TestMethod]
    public void What_is_accepted_is_exactly_what_satisfies_the_inequalities()
    {
        for (var n = 0; n <= Thresholds.MaxSites + 1; n++)
        {
            for (var c = -1; c <= n + 1; c++)
            {
                var t = ((n + c) / 2) + 1;
                foreach (var m in new[] { 0, c + 1, c + 2, t - 1, t, n - 1, n, n + 1 })
                {
                    foreach (var pair in new[] { false, true })
                    {
                        var isPair = n == 2 && c == 1 && m == 2 && pair;
                        var isHidden = n is > 2 and <= Thresholds.MaxSites && !pair && c >= 1 && 2 * m > n + c && m >= c + 2 && m <= n;

                        Assert.AreEqual(isPair || isHidden, Thresholds.Fault(n, c, m, pair) is null, $"n {n}, c {c}, m {m}, pair {pair}");
                    }
                }
            }
        }
    }

    [TestMethod]
    public void Threshold_and_quorum_are_the_least_that_cannot_be_reached_twice()
    {
        for (var n = 1; n <= Thresholds.MaxSites; n++)
        {
            for (var c = 0; c <= n; c++)
            {
                var t = Thresholds.Of(n, c);

                Assert.IsGreaterThan(n + c, 2 * t);
                Assert.IsLessThanOrEqualTo(n + c, 2 * (t - 1));
            }
        }
    }

    [TestMethod]
    public void The_usual_values_are_accepted_for_every_roster()
    {
        for (var n = 2; n <= Thresholds.MaxSites; n++)
        {
            var c = Thresholds.UsualColluders(n);

            Assert.IsNull(Thresholds.Fault(n, c, Thresholds.UsualMinimum(n, c), allowPair: n == 2), $"{n} sites");
            Assert.IsNull(Thresholds.Fault(n, c, Usual(n).MinimumSites, allowPair: n == 2), $"{n} sites by default");
        }
    }

    private static AggregationPlan Usual(int sites) => DefaultStudy.Aggregation(sites);
}
