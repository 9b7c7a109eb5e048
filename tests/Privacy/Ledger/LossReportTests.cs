using Federated.Privacy.Accountants;
using Federated.Privacy.Events;
using Federated.Privacy.Ledger;

namespace Federated.Privacy.Tests.Ledger;

/// <summary>What a data set would have lost with a whole study more.</summary>
[TestClass]
public sealed class LossReportTests
{
    private static readonly Delta Delta = new(1e-5);

    [TestMethod]
    public void Without_anything_planned_it_is_what_was_charged()
    {
        var ledger = Charged(3);

        Assert.AreEqual(LossReport.Of(ledger.History)!.Total.Pld, LossReport.EpsilonWith(ledger.History, Delta));
        Assert.AreEqual(0, LossReport.EpsilonWith(SampleCharges.Registered(10).History, Delta));
    }

    [TestMethod]
    [DataRow(0, 5, DisplayName = "nothing was charged yet")]
    [DataRow(3, 5, DisplayName = "what was charged of the study counts once")]
    [DataRow(7, 7, DisplayName = "more was charged than was planned")]
    public void A_studys_releases_are_composed_with_those_that_were_charged(int charged, int inAll) =>
        Assert.AreEqual(
            PldAccountant.Bound(SampleCharges.Step().Times(inAll), Delta).Epsilon.Value,
            LossReport.EpsilonWith(Charged(charged).History, Delta, Planned("a", 5))
        );

    [TestMethod]
    public void Another_study_counts_besides()
    {
        var history = Charged(3).History;

        Assert.AreEqual(
            PldAccountant.Bound(SampleCharges.Step().Times(8), Delta).Epsilon.Value,
            LossReport.EpsilonWith(history, Delta, Planned("b", 5))
        );
    }

    [TestMethod]
    public void What_nobody_can_count_has_no_bound() =>
        Assert.AreEqual(
            double.PositiveInfinity,
            LossReport.EpsilonWith(Charged(1).History, Delta, Planned("a", CountedEvent.MostTimes), Planned("b", CountedEvent.MostTimes))
        );

    private static PlannedReleases Planned(string plan, long count) =>
        new(SampleCharges.Plan(plan), Population.Training, SampleCharges.Step(), count);

    private static PrivacyLedger Charged(int times)
    {
        var ledger = SampleCharges.Registered(100);
        for (uint round = 1; round <= times; round++)
        {
            var charge = SampleCharges.Charge("a", round, SampleCharges.Step());
            Assert.IsInstanceOfType<ChargeResult.Charged>(ledger.Charge(charge, SampleCharges.Budget(100), 0, SampleCharges.Noon));
        }

        return ledger;
    }
}
