using Federated.Cli.Demo;
using Federated.Federation;
using Federated.Federation.Plans;

namespace Federated.Cli.Tests;

/// <summary>The study that a demonstration submits.</summary>
[TestClass]
public sealed class DemoPlanTests
{
    [TestMethod]
    [DataRow("logistic", "fedavg", 2)]
    [DataRow("logistic", "fedavg", 3)]
    [DataRow("logistic", "fedsgd", 4)]
    [DataRow("mlp", "fedavg", 4)]
    [DataRow("mlp", "fedsgd", 200)]
    public void The_plan_is_one_that_every_node_accepts(string model, string mode, int sites)
    {
        var plan = DemoPlan.For(Options(model, mode), Names(sites));

        var decoded = PlanCodec.Decode(plan.ToBytes());

        Assert.IsInstanceOfType<PlanResult.Valid>(decoded, decoded is PlanResult.Invalid invalid ? string.Join('\n', invalid.Faults) : "");
        CollectionAssert.AreEqual(plan.ToBytes(), ((PlanResult.Valid)decoded).Plan.ToBytes());
    }

    [TestMethod]
    [DataRow(2, 2, DisplayName = "a pair is both")]
    [DataRow(3, 3, DisplayName = "three sites cannot lose one")]
    [DataRow(4, 3, DisplayName = "four sites may lose one")]
    [DataRow(12, 9, DisplayName = "twelve sites may lose a quarter")]
    public void A_quarter_of_the_sites_may_be_lost(int sites, int minimum)
    {
        var plan = DemoPlan.For(Options("logistic", "fedavg"), Names(sites));

        Assert.AreEqual(minimum, plan.Aggregation.MinimumSites);
    }

    [TestMethod]
    public void Only_a_pair_that_was_asked_for_is_one()
    {
        Assert.IsTrue(DemoPlan.For(Options("logistic", "fedavg"), Names(2)).Aggregation.AllowPair);
        Assert.IsFalse(DemoPlan.For(Options("logistic", "fedavg"), Names(3)).Aggregation.AllowPair);
        Assert.IsFalse(DefaultStudy.Aggregation(2).AllowPair, "whoever wants one says so");
    }

    [TestMethod]
    public void The_plan_does_not_depend_on_the_order_in_which_sites_were_found()
    {
        SiteName[] names = [.. Names(4)];

        var plan = DemoPlan.For(Options("logistic", "fedavg"), names);
        var reversed = DemoPlan.For(Options("logistic", "fedavg"), [.. names.Reverse()]);

        CollectionAssert.AreEqual(plan.ToBytes(), reversed.ToBytes());
    }

    [TestMethod]
    public void Another_seed_is_another_split_and_another_plan()
    {
        var first = DemoPlan.For(Options("logistic", "fedavg"), Names(2));
        var other = DemoPlan.For(Options("logistic", "fedavg") with { Seed = 2 }, Names(2));

        Assert.AreNotEqual(first.Holdout.Key, other.Holdout.Key);
        Assert.AreNotEqual(Digest.Of(first.ToBytes()), Digest.Of(other.ToBytes()));
    }

    [TestMethod]
    public void The_plan_says_that_nothing_is_private()
    {
        Assert.AreEqual("none", DemoPlan.For(Options("logistic", "fedavg"), Names(4)).PrivacyInWords);
    }

    private static SiteName[] Names(int count) => [.. Enumerable.Range(1, count).Select(i => SiteName.Parse($"site{i:D3}"))];

    private static DemoOptions Options(string model, string mode) =>
        new()
        {
            DataFolder = null,
            Sites = 4,
            Rounds = 40,
            Model = model,
            Mode = mode,
            Seed = 1,
            Keep = null,
            JsonFile = null,
            Port = 0,
            Chaos = null,
            Device = "cpu",
        };
}
