using Federated.Federation;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;
using Federated.Privacy.Ledger;

namespace Federated.Privacy.Tests.Ledger;

/// <summary>No study and no two of them pass a limit; what is refused changes nothing.</summary>
[TestClass]
public sealed class PrivacyLedgerTests
{
    private static readonly Budget Wide = SampleCharges.Budget(100);

    [TestMethod]
    [DataRow(1.0, 2, DisplayName = "exactly the cap is allowed")]
    [DataRow(1.0000001, 1, DisplayName = "a hair over is refused")]
    [DataRow(double.NaN, 1, DisplayName = "an unknown cost is refused")]
    [DataRow(double.PositiveInfinity, 1, DisplayName = "a cost without a bound is refused")]
    public void A_release_is_charged_only_within_the_cap(double cost, long lines)
    {
        var ledger = SampleCharges.Register(new PrivacyLedger(new Accounting((_, _) => cost, (_, _) => cost)), 1);

        var result = ledger.Charge(SampleCharges.Charge("a", 1, SampleCharges.Step()), Wide, 0, SampleCharges.Noon);

        Assert.AreEqual(lines, ledger.Head.Number);
        Assert.AreEqual(lines == 2, result is ChargeResult.Charged);
        Assert.AreEqual(lines == 2, ledger.History.HasCharge(SampleCharges.Plan("a"), new RoundNumber(1), new AttemptNumber(1)));
    }

    [TestMethod]
    [DataRow(0.99, DisplayName = "the looser accountant says less")]
    [DataRow(double.NaN, DisplayName = "the looser accountant says nothing")]
    public void Accountants_that_contradict_each_other_release_nothing(double rdp)
    {
        var ledger = SampleCharges.Register(new PrivacyLedger(new Accounting((_, _) => 1.0, (_, _) => rdp)), 10);

        var refused = Refused(ledger, SampleCharges.Charge("a", 1, SampleCharges.Step()), Wide);

        Assert.AreEqual(ChargeRefusal.Contradiction, refused.Why);
        Assert.Contains("release nothing meanwhile", refused.Reason);
        Assert.AreEqual(1, ledger.Head.Number);
    }

    [TestMethod]
    public void The_first_charge_beyond_the_cap_is_refused_and_names_what_it_would_reach()
    {
        var cap = PldAccountant.Bound(SampleCharges.Step().Times(3), new Delta(1e-5)).Epsilon.Value;
        var ledger = SampleCharges.Registered(cap);
        for (uint round = 1; round <= 3; round++)
        {
            Charged(ledger, SampleCharges.Charge("a", round, SampleCharges.Step()), Wide);
        }

        var refused = Refused(ledger, SampleCharges.Charge("a", 4, SampleCharges.Step()), Wide);

        Assert.AreEqual(ChargeRefusal.OverCap, refused.Why);
        var reached = PldAccountant.Bound(SampleCharges.Step().Times(4), new Delta(1e-5)).Epsilon.Value;
        Assert.Contains(FormattableString.Invariant($"would reach epsilon {reached:g6}"), refused.Reason);
        Assert.AreEqual(4, ledger.Head.Number, "the line that registers, and three charges");
    }

    [TestMethod]
    public void Two_studies_share_one_cap_and_each_has_its_own_plan()
    {
        var one = PldAccountant.Bound(SampleCharges.Step().Times(2), new Delta(1e-5)).Epsilon.Value;
        var both = PldAccountant.Bound(SampleCharges.Step().Times(3), new Delta(1e-5)).Epsilon.Value;
        var ledger = SampleCharges.Registered(both);
        var plan = SampleCharges.Budget(one);

        Charged(ledger, SampleCharges.Charge("a", 1, SampleCharges.Step()), plan);
        Charged(ledger, SampleCharges.Charge("a", 2, SampleCharges.Step()), plan);
        Assert.AreEqual(ChargeRefusal.OverStudy, Refused(ledger, SampleCharges.Charge("a", 3, SampleCharges.Step()), plan).Why);
        Charged(ledger, SampleCharges.Charge("b", 1, SampleCharges.Step()), plan);
        Assert.AreEqual(ChargeRefusal.OverCap, Refused(ledger, SampleCharges.Charge("b", 2, SampleCharges.Step()), plan).Why);
    }

    [TestMethod]
    public void An_attempt_is_charged_once_for_each_thing_it_releases_and_the_next_attempt_anew()
    {
        var ledger = SampleCharges.Registered(100);
        Charged(ledger, SampleCharges.Charge("a", 1, SampleCharges.Step()), Wide);

        Assert.AreEqual(ChargeRefusal.ChargedBefore, Refused(ledger, SampleCharges.Charge("a", 1, SampleCharges.Step()), Wide).Why);
        Assert.AreEqual(ChargeRefusal.ChargedBefore, Refused(ledger, SampleCharges.Charge("a", 1, SampleCharges.Full(9)), Wide).Why);
        Charged(ledger, SampleCharges.Charge("a", 1, SampleCharges.Full(9), Population.Test, what: "evaluation"), Wide);
        Charged(ledger, SampleCharges.Charge("a", 1, SampleCharges.Step(), attempt: 2), Wide);
    }

    [TestMethod]
    public void Nothing_is_charged_to_a_data_set_that_nobody_registered_or_that_was_closed()
    {
        var ledger = new PrivacyLedger();
        Assert.AreEqual(ChargeRefusal.Unregistered, Refused(ledger, SampleCharges.Charge("a", 1, SampleCharges.Step()), Wide).Why);

        SampleCharges.Register(ledger, 100);
        ledger.Record(new LedgerEntry.Recovered(Recovery.Closed, default, [], SampleCharges.Act), SampleCharges.Noon, out _);

        Assert.AreEqual(ChargeRefusal.Closed, Refused(ledger, SampleCharges.Charge("a", 1, SampleCharges.Step()), Wide).Why);
        Assert.IsInstanceOfType<AdmissionResult.Refused>(ledger.Admit(SampleCharges.Plan("a"), Wide));
    }

    [TestMethod]
    public void A_cap_that_is_lowered_holds_for_what_was_looked_ahead()
    {
        var ledger = SampleCharges.Registered(100);
        Charged(ledger, SampleCharges.Charge("a", 1, SampleCharges.Step()), Wide, remaining: 50);

        ledger.Record(new LedgerEntry.Capped(SampleCharges.Budget(0.01), SampleCharges.Act), SampleCharges.Noon, out _);

        Assert.AreEqual(ChargeRefusal.OverCap, Refused(ledger, SampleCharges.Charge("a", 2, SampleCharges.Step()), Wide).Why);
    }

    [TestMethod]
    public void What_was_written_off_is_taken_off_the_cap_and_its_study_releases_nothing_more()
    {
        var delta = new Delta(0.5e-5);
        var rest = PldAccountant.Bound(SampleCharges.Step().Times(2), delta).Epsilon.Value;
        var ledger = SampleCharges.Registered(3 + (rest * 1.000001));
        var lost = new WrittenOffStudy(SampleCharges.Plan("lost"), SampleCharges.Budget(3, 0.5e-5));
        ledger.Record(new LedgerEntry.Recovered(Recovery.WrittenOff, default, [lost], SampleCharges.Act), SampleCharges.Noon, out _);

        Assert.AreEqual(ChargeRefusal.WrittenOff, Refused(ledger, SampleCharges.Charge("lost", 9, SampleCharges.Step()), Wide).Why);
        Assert.IsTrue(ledger.History.HasCharge(SampleCharges.Plan("lost"), new RoundNumber(7), new AttemptNumber(1)));
        Charged(ledger, SampleCharges.Charge("a", 1, SampleCharges.Step()), Wide);
        Charged(ledger, SampleCharges.Charge("a", 2, SampleCharges.Step()), Wide);
        Assert.AreEqual(ChargeRefusal.OverCap, Refused(ledger, SampleCharges.Charge("a", 3, SampleCharges.Step()), Wide).Why);
    }

    [TestMethod]
    public void A_write_off_of_the_whole_delta_leaves_nothing_to_spend()
    {
        var ledger = SampleCharges.Registered(100);
        var lost = new WrittenOffStudy(SampleCharges.Plan("lost"), SampleCharges.Budget(1));
        ledger.Record(new LedgerEntry.Recovered(Recovery.WrittenOff, default, [lost], SampleCharges.Act), SampleCharges.Noon, out _);

        Assert.AreEqual(ChargeRefusal.OverCap, Refused(ledger, SampleCharges.Charge("a", 1, SampleCharges.Step()), Wide).Why);
    }

    [TestMethod]
    [DataRow("", 1L, 1L, "The study's name", DisplayName = "no name of a study")]
    [DataRow("a", 0L, 1L, "numbers are released", DisplayName = "no numbers")]
    [DataRow("a", 1L, 0L, "is counted 0 times", DisplayName = "no times")]
    [DataRow("a", 1L, 1_000_000_001L, "is counted 1000000001 times", DisplayName = "more times than can be counted")]
    public void A_malformed_charge_is_refused_in_words(string study, long numbers, long times, string words)
    {
        var ledger = SampleCharges.Registered(100);
        var charge = SampleCharges.Charge("a", 1, SampleCharges.Step()) with { Study = study, Numbers = numbers, Times = times };

        var refused = Refused(ledger, charge, Wide);

        Assert.AreEqual(ChargeRefusal.NotCountable, refused.Why);
        Assert.Contains(words, refused.Reason);
    }

    [TestMethod]
    public void An_event_that_no_loss_distribution_covers_is_refused()
    {
        var ledger = SampleCharges.Registered(100);

        var fixedBatch = new FixedBatchGaussianEvent(new NoiseMultiplier(2), 1000, 10);
        var coarse = new DiscreteGaussianEvent(9, 1, 100, SamplingRate.All);
        var nothing = PrivacyEvent.Compose();

        Assert.AreEqual(ChargeRefusal.NotCountable, Refused(ledger, SampleCharges.Charge("a", 1, fixedBatch), Wide).Why);
        Assert.AreEqual(ChargeRefusal.NotCountable, Refused(ledger, SampleCharges.Charge("a", 1, coarse), Wide).Why);
        Assert.AreEqual(ChargeRefusal.NotCountable, Refused(ledger, SampleCharges.Charge("a", 1, nothing), Wide).Why);
    }

    [TestMethod]
    public void Repetitions_that_overflow_are_refused_and_change_nothing()
    {
        var ledger = SampleCharges.Register(new PrivacyLedger(new Accounting((_, _) => 0, (_, _) => 0)), 1);
        Charged(ledger, SampleCharges.Charge("a", 1, SampleCharges.Step(), times: 1_000_000_000), Wide, remaining: long.MaxValue);

        Assert.AreEqual(ChargeRefusal.NotCountable, Refused(ledger, SampleCharges.Charge("a", 2, SampleCharges.Step()), Wide).Why);
        Assert.AreEqual(ChargeRefusal.NotCountable, Refused(ledger, SampleCharges.Charge("b", 1, SampleCharges.Step()), Wide).Why);
        Charged(ledger, SampleCharges.Charge("b", 1, SampleCharges.Full(3)), Wide);
    }

    [TestMethod]
    public void A_study_is_admitted_only_whole_and_what_it_charged_before_counts_towards_it()
    {
        var whole = PldAccountant.Bound(SampleCharges.Step().Times(10), new Delta(1e-5)).Epsilon.Value;
        var ledger = SampleCharges.Registered(whole);
        PlannedReleases Plans(long count) => new(SampleCharges.Plan("a"), Population.Training, SampleCharges.Step(), count);

        Assert.IsInstanceOfType<AdmissionResult.Fits>(ledger.Admit(SampleCharges.Plan("a"), Wide, Plans(10)));
        Assert.AreEqual(ChargeRefusal.OverCap, ((AdmissionResult.Refused)ledger.Admit(SampleCharges.Plan("a"), Wide, Plans(11))).Why);
        Assert.AreEqual(
            ChargeRefusal.OverStudy,
            ((AdmissionResult.Refused)ledger.Admit(SampleCharges.Plan("a"), SampleCharges.Budget(0.1), Plans(10))).Why
        );
        Assert.AreEqual(1, ledger.Head.Number, "nothing was charged");

        Charged(ledger, SampleCharges.Charge("a", 1, SampleCharges.Step()), Wide);
        Assert.IsInstanceOfType<AdmissionResult.Fits>(ledger.Admit(SampleCharges.Plan("a"), Wide, Plans(10)));
        var other = new PlannedReleases(SampleCharges.Plan("b"), Population.Training, SampleCharges.Step(), 1);
        Assert.IsInstanceOfType<AdmissionResult.Refused>(ledger.Admit(SampleCharges.Plan("b"), Wide, Plans(10), other), "beside the other");
        Assert.IsInstanceOfType<AdmissionResult.Fits>(ledger.Admit(SampleCharges.Plan("b"), Wide, other), "alone");
    }

    private static void Charged(PrivacyLedger ledger, Charge charge, Budget limit, long remaining = 0)
    {
        var result = ledger.Charge(charge, limit, remaining, SampleCharges.Noon);
        Assert.IsInstanceOfType<ChargeResult.Charged>(result, result.ToString());
    }

    private static ChargeResult.Refused Refused(PrivacyLedger ledger, Charge charge, Budget limit)
    {
        var before = (ledger.Head, ledger.History);
        var result = (ChargeResult.Refused)ledger.Charge(charge, limit, 0, SampleCharges.Noon);
        Assert.AreEqual(before, (ledger.Head, ledger.History), "what is refused changes nothing");
        return result;
    }
}
