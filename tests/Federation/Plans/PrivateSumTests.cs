using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Fixtures;

namespace Federated.Federation.Tests.Plans;

/// <summary>What a private plan says about its sums: their length, their grid, what goes in, and what they are divided by.</summary>
[TestClass]
public sealed class PrivateSumTests
{
    private static readonly StudyPlan Patients = Weighted().WithPrivacy();
    private static readonly SiteName[] Survivors = [SiteName.Parse("alpha"), SiteName.Parse("gamma")];

    // Weights 1, 2 and 5 of 8: alpha and gamma are 3/4 of 400 patients, half of whom are drawn.
    [TestMethod]
    public void A_sum_of_gradients_is_divided_by_the_patients_that_its_survivors_are_expected_to_draw()
    {
        Assert.AreEqual(0.5 * 400, Patients.DivisorOf(Patients.Roster));
        Assert.AreEqual(0.5 * 400 * 0.75, Patients.DivisorOf(Survivors));
    }

    [TestMethod]
    public void A_sum_of_updates_that_weigh_alike_is_divided_by_their_number()
    {
        var plan = Patients.InMode("fedavg").But(privacy => privacy with { Unit = "site", SamplingRate = 1 });

        Assert.AreEqual(2.0, plan.DivisorOf(Survivors));
    }

    [TestMethod]
    public void A_sum_of_weighted_updates_is_divided_by_their_weight()
    {
        var local = Patients.InMode("fedavg").But(privacy => privacy with { Noise = "local" });

        Assert.AreEqual(0.75, local.DivisorOf(Survivors));
        Assert.AreEqual(0.75, Weighted().DivisorOf(Survivors));
    }

    [TestMethod]
    [DataRow("fedsgd", "patient", 1.0, DisplayName = "patients weigh alike")]
    [DataRow("fedavg", "site", 1.0, DisplayName = "sites weigh alike")]
    [DataRow("fedavg", "patient", 0.625, DisplayName = "updates weigh by share")]
    public void What_a_site_multiplies_by_depends_on_whom_the_promise_is_about(string mode, string unit, double weight)
    {
        var plan = Patients.InMode(mode).But(privacy => privacy with { Unit = unit });

        Assert.AreEqual(weight, plan.WeightOf(SiteName.Parse("gamma")));
    }

    [TestMethod]
    public void Without_a_promise_a_site_multiplies_by_its_share() =>
        Assert.AreEqual(0.625, Weighted().InMode("fedsgd").WeightOf(SiteName.Parse("gamma")));

    [TestMethod]
    [DataRow(1u, 4)]
    [DataRow(2u, 4)]
    [DataRow(3u, 40)]
    public void The_evaluation_is_the_round_after_the_last_of_training(uint round, int dimension)
    {
        var isEvaluation = dimension == 40;

        Assert.AreEqual(3, Patients.Rounds);
        Assert.AreEqual(isEvaluation, Patients.EvaluationIn(new RoundNumber(round)) is not null);
        Assert.AreEqual(dimension, Patients.DimensionOf(new RoundNumber(round)));
        Assert.AreEqual(isEvaluation ? new ReleaseGrid(12, 128, 3) : new ReleaseGrid(12, 512, 3), Patients.GridOf(new RoundNumber(round)));
    }

    [TestMethod]
    public void Without_an_evaluation_there_is_no_round_more()
    {
        StudyPlan[] plans = [Weighted(), Patients.But(privacy => privacy with { Evaluation = null })];
        foreach (var plan in plans)
        {
            Assert.AreEqual(2, plan.Rounds);
            Assert.IsNull(plan.EvaluationIn(new RoundNumber(3)));
        }
    }

    // Gamma is 5/8 of 400 patients: 2·0.5·400·5/8 = 250 at most, 256 rounded up; C = 0.5 of each.
    [TestMethod]
    [DataRow("fedsgd", "patient", 128.0, DisplayName = "twice the largest batch, in clipping norms")]
    [DataRow("fedavg", "site", 0.5, DisplayName = "one clipped update")]
    [DataRow("fedavg", "patient", 8.0, DisplayName = "as without a promise")]
    public void The_usual_bound_follows_from_public_figures(string mode, string unit, double bound) =>
        Assert.AreEqual(bound, Patients.InMode(mode).But(privacy => privacy with { Unit = unit, ClippingNorm = 0.5 }).UsualBound);

    private static StudyPlan Weighted()
    {
        var plan = SamplePlan.For("alpha", "beta", "gamma");
        return plan with { Sites = [plan.Sites[0], plan.Sites[1] with { Weight = 2 }, plan.Sites[2] with { Weight = 5 }] };
    }
}
