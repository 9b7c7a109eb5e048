using Federated.Learning.Privatization;

namespace Federated.Learning.Tests.Privatization;

[TestClass]
public sealed class UpdateClippingTests
{
    [TestMethod]
    [DataRow(0.5, 0.5, DisplayName = "a longer update is scaled to C")]
    [DataRow(5.0, 5.0, DisplayName = "one of exactly C too, within what is set aside")]
    [DataRow(10.0, 5.0, DisplayName = "a shorter one stays as it is")]
    public void An_update_has_at_most_the_clipping_norm(double norm, double expected)
    {
        double[] update = [3, -4];

        Assert.IsTrue(UpdateClipping.Clip(update, norm));

        Assert.AreEqual(expected, Visits.Norm(update), 1e-6 * norm);
        Assert.IsLessThanOrEqualTo(norm, Visits.Norm(update));
        Assert.AreEqual(-0.75, update[0] / update[1], 1e-15);
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    [DataRow(1e200, DisplayName = "its square overflows")]
    public void An_update_that_is_not_finite_is_nothing_at_all(double bad)
    {
        double[] update = [1, bad, 2];

        Assert.IsFalse(UpdateClipping.Clip(update, 1));

        CollectionAssert.AreEqual(new double[3], update);
    }

    [TestMethod]
    public void A_norm_that_bounds_nothing_is_refused()
    {
        double[] update = [1];

        Assert.ThrowsExactly<ArgumentException>(() => UpdateClipping.Clip(update, 0));
        Assert.ThrowsExactly<ArgumentException>(() => UpdateClipping.Clip(update, double.NaN));
    }
}
