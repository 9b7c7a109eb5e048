using System.Numerics;
using Federated.Privacy.Auditing;

namespace Federated.Privacy.Tests.Auditing;

[TestClass]
public sealed class BinomialTailTests
{
    /// <summary>Against rational numbers: C(n, k)·a^k·(b − a)^(n − k) summed in big integers, divided once by b^n.</summary>
    [TestMethod]
    [DataRow(10, 9, 3, 4)]
    [DataRow(100, 80, 1, 2)]
    [DataRow(100, 0, 1, 2)]
    [DataRow(100, 100, 1, 2)]
    [DataRow(500, 490, 9, 10, DisplayName = "a tail of 1e−12")]
    [DataRow(1000, 30, 1, 1000, DisplayName = "a tail of 1e−33")]
    [DataRow(1000, 999, 1, 2, DisplayName = "a tail of 1e−298")]
    [DataRow(2000, 40, 1, 2, DisplayName = "all but a tail of nothing")]
    public void Tails_are_those_of_rational_arithmetic(int n, int k, int a, int b)
    {
        var upper = Rational(n, k, n, a, b);
        var lower = Rational(n, 0, k - 1, a, b);

        AssertNear(upper, BinomialTail.AtLeast(k, n, (double)a / b));
        AssertNear(lower, BinomialTail.AtMost(k - 1, n, (double)a / b));
    }

    [TestMethod]
    public void Masses_next_to_certainty_keep_their_digits()
    {
        var masses = BinomialTail.Masses(3, Math.Exp(45)); // p is 1 in double precision

        Assert.AreEqual(3 * Math.Exp(-45), masses[2], 1e-12 * masses[2]);
        Assert.AreEqual(1, masses[3]);
    }

    [TestMethod]
    [DataRow(0, 5, 0.0, 1.0)]
    [DataRow(1, 5, 0.0, 0.0)]
    [DataRow(5, 5, 1.0, 1.0)]
    [DataRow(6, 5, 1.0, 0.0)]
    [DataRow(-1, 5, 0.3, 1.0)]
    [DataRow(0, 0, 0.3, 1.0)]
    public void Ends_are_certain_or_impossible(int k, int n, double p, double expected)
    {
        Assert.AreEqual(expected, BinomialTail.AtLeast(k, n, p));
        Assert.AreEqual(1 - expected, BinomialTail.AtMost(k - 1, n, p));
    }

    [TestMethod]
    [DataRow(10, double.NaN)]
    [DataRow(10, 1.1)]
    [DataRow(-1, 0.5)]
    public void What_is_no_probability_or_count_is_refused(int n, double p) =>
        Assert.ThrowsExactly<ArgumentException>(() => BinomialTail.AtLeast(1, n, p));

    private static double Rational(int n, int from, int to, int a, int b)
    {
        var (sum, choose) = (BigInteger.Zero, BigInteger.One);
        for (var k = 0; k <= to; k++)
        {
            sum += k >= from ? choose * BigInteger.Pow(a, k) * BigInteger.Pow(b - a, n - k) : 0;
            choose = choose * (n - k) / (k + 1);
        }

        return sum.IsZero ? 0 : Math.Exp(BigInteger.Log(sum) - (n * Math.Log(b)));
    }

    private static void AssertNear(double expected, double actual) => Assert.AreEqual(expected, actual, 1e-10 * expected); // logarithms of 2000 digits cost some
}
