using Federated.Federation;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;
using Federated.Privacy.Ledger;

namespace Federated.Privacy.Tests.Ledger;

/// <summary>Whose releases add up for one patient, and that looking ahead admits nothing that weighing alone would refuse.</summary>
[TestClass]
public sealed class CompositionTests
{
    private static readonly Delta Delta = new(1e-5);
    private static readonly Budget Wide = SampleCharges.Budget(100);

    [TestMethod]
    public void A_patient_of_the_first_study_pays_for_training_or_for_evaluation()
    {
        var (train, test) = (SampleCharges.Full(3), SampleCharges.Full(2));
        var ledger = SampleCharges.Registered(Epsilon(test));

        Charge(ledger, "a", train, Population.Training, true);
        Charge(ledger, "a", test, Population.Test, true);
        Charge(ledger, "a", train, Population.Test, false, "evaluation");
    }

    [TestMethod]
    public void In_later_studies_every_patient_pays_for_both()
    {
        var (train, test) = (SampleCharges.Full(3), SampleCharges.Full(4));
        var onBothSidesOfB = PrivacyEvent.Compose(train, train, test);

        var enough = SampleCharges.Registered(Epsilon(onBothSidesOfB) * 1.000001);
        var tooLittle = SampleCharges.Registered(Epsilon(onBothSidesOfB) * 0.999);
        foreach (var (ledger, last) in new[] { (enough, true), (tooLittle, false) })
        {
            Charge(ledger, "a", train, Population.Training, true);
            Charge(ledger, "a", test, Population.Test, true);
            Charge(ledger, "b", train, Population.Training, true);
            Charge(ledger, "b", test, Population.Test, last);
        }
    }

    [TestMethod]
    public void Looking_ahead_in_a_dry_run_does_not_choose_which_study_is_the_first()
    {
        // Were plan "a" the first, its two sides would be told apart; the first to be charged is "b".
        var (train, test) = (SampleCharges.Full(3), SampleCharges.Full(4));
        var cap = Epsilon(PrivacyEvent.Compose(train, SampleCharges.Full(5)));
        var ledger = SampleCharges.Registered(cap * 1.000001);
        PlannedReleases[] planned =
        [
            new(SampleCharges.Plan("a"), Population.Training, train, 1),
            new(SampleCharges.Plan("a"), Population.Test, test, 1),
            new(SampleCharges.Plan("b"), Population.Training, SampleCharges.Full(5), 1),
        ];
        Assert.IsInstanceOfType<AdmissionResult.Fits>(ledger.Admit(SampleCharges.Plan("a"), Wide, planned));

        Charge(ledger, "b", SampleCharges.Full(5), Population.Training, true);
        Charge(ledger, "a", train, Population.Training, true);
        Charge(ledger, "a", test, Population.Test, false);
    }

    [TestMethod]
    public void The_first_charge_of_a_study_computes_and_later_ones_do_not()
    {
        var computed = 0;
        var accounting = new Accounting((e, d) => Count(Accounting.Default.Pld(e, d)), Accounting.Default.Rdp);
        var ledger = SampleCharges.Register(new PrivacyLedger(accounting), 100);
        double Count(double value)
        {
            computed++;
            return value;
        }

        ledger.Charge(SampleCharges.Charge("a", 1, SampleCharges.Step()), Wide, 199, SampleCharges.Noon);
        var first = computed;
        for (uint round = 2; round <= 200; round++)
        {
            Assert.IsInstanceOfType<ChargeResult.Charged>(
                ledger.Charge(SampleCharges.Charge("a", round, SampleCharges.Step()), Wide, 200 - round, SampleCharges.Noon)
            );
        }

        Assert.AreEqual(2, first, "one for the study, one for the cap");
        Assert.AreEqual(first, computed, "later charges are part of what was weighed");
    }

    [TestMethod]
    public void A_hint_changes_no_answer()
    {
        var random = new KeyedRandom("ledger/lookahead");
        for (var trial = 0; trial < 4; trial++)
        {
            var cap = 0.5 + (3 * random.NextDouble());
            var limit = SampleCharges.Budget(0.5 + (3 * random.NextDouble()));
            var (hinted, exact) = (SampleCharges.Registered(cap), SampleCharges.Registered(cap));
            for (uint round = 1; round <= 10; round++)
            {
                var plan = random.NextDouble() < 0.5 ? "a" : "b";
                var released = random.NextDouble() < 0.7 ? SampleCharges.Step(1, 0.1) : SampleCharges.Full(3);
                var population = random.NextDouble() < 0.7 ? Population.Training : Population.Test;
                var charge = SampleCharges.Charge(plan, round, released, population);

                var withHint = hinted.Charge(charge, limit, (long)(30 * random.NextDouble()), SampleCharges.Noon) is ChargeResult.Charged;
                var without = exact.Charge(charge, limit, 0, SampleCharges.Noon) is ChargeResult.Charged;

                Assert.AreEqual(without, withHint, $"trial {trial}, round {round}, cap {cap}, {limit}");
            }

            Assert.AreEqual(exact.Head, hinted.Head);
        }
    }

    [TestMethod]
    public void The_accountants_agree_on_mixtures_of_many_kinds()
    {
        var random = new KeyedRandom("ledger/accountants");
        for (var trial = 0; trial < 40; trial++)
        {
            var noise = Math.Exp((4 * random.NextDouble()) - 0.7);
            var rate = Math.Exp(-5 * random.NextDouble());
            var steps = (long)Math.Exp(7 * random.NextDouble());
            var delta = new Delta(Math.Exp(-3 - (15 * random.NextDouble())));
            var mixture = PrivacyEvent.Compose(
                SampleCharges.Step(noise, rate).Times(steps),
                SampleCharges.Full(Math.Exp(4 * random.NextDouble())),
                new DiscreteGaussianEvent(1e10, 1e5 / noise, 100, new SamplingRate(rate))
            );

            var verdict = Accounting.Default.Weigh([mixture], double.MaxValue, delta);

            Assert.IsNull(verdict.Contradiction, $"{EventJson.Write(mixture)} at {delta}: {verdict}");
        }
    }

    private static double Epsilon(PrivacyEvent released) => PldAccountant.Bound(released, Delta).Epsilon.Value;

    private static void Charge(
        PrivacyLedger ledger,
        string plan,
        PrivacyEvent released,
        Population population,
        bool expected,
        string what = "update"
    )
    {
        var name = population == Population.Test && what == "update" ? "test" : what;
        var result = ledger.Charge(SampleCharges.Charge(plan, 1, released, population, what: name), Wide, 0, SampleCharges.Noon);
        Assert.AreEqual(expected, result is ChargeResult.Charged, result.ToString());
    }
}
