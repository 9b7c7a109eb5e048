using System.Text.Json;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Node.Commands;
using Federated.Node.Plans;

namespace Federated.Node.Tests.Commands;

/// <summary>What <c>fed-node plans show</c> says of masking, for the person who decides on a plan.</summary>
[TestClass]
public sealed class PlanTextTests
{
    [TestMethod]
    public void Minimum_colluders_and_suite_are_said_in_words()
    {
        var plan = SamplePlan.For("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta");
        plan = plan with { Aggregation = plan.Aggregation with { MinimumSites = 5 } };

        var lines = Text(plan).Lines().ToArray();

        var masking = Array.FindIndex(lines, line => line.StartsWith("masking", StringComparison.Ordinal));
        CollectionAssert.AreEqual(
            new[]
            {
                "masking      masked sums; at least 5 of 7 sites in a sum",
                "             hides a site's update from the coordinator and up to 2 other sites together",
                "             suite 1: X25519 and Ed25519",
            },
            lines[masking..(masking + 3)]
        );
        Assert.Contains("sites        7, of which at least 5 in each round; weight in brackets", lines);
        Assert.IsFalse(lines.Any(line => line.StartsWith("PAIR", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void That_a_pair_hides_nothing_from_each_other_cannot_be_overlooked()
    {
        var plan = SamplePlan.For("alpha", "beta");
        plan = plan with { Aggregation = plan.Aggregation with { Suite = 2 } };

        var lines = Text(plan).Lines().ToArray();

        Assert.Contains(
            "PAIR         TWO SITES ONLY: each computes the other's update from the sum and its own. Masks hide it from the coordinator alone.",
            lines
        );
        Assert.Contains("             hides a site's update from the coordinator, not from the other site", lines);
        Assert.Contains("             suite 2: P-256, for FIPS sites", lines);
    }

    [TestMethod]
    [DataRow(2, true)]
    [DataRow(4, false)]
    public void Programs_read_the_same_as_numbers(int sites, bool isPair)
    {
        var plan = SamplePlan.For([.. Enumerable.Range(1, sites).Select(i => $"site-{i}")]);

        var json = JsonDocument.Parse(Text(plan).ToJson()).RootElement;

        Assert.AreEqual(sites, json.GetProperty("minimum_sites").GetInt32());
        Assert.AreEqual(1, json.GetProperty("colluders").GetInt32());
        Assert.AreEqual(1, json.GetProperty("suite").GetInt32());
        Assert.AreEqual(isPair, json.GetProperty("allow_pair").GetBoolean());
    }

    private static PlanText Text(StudyPlan plan) =>
        new(
            new StoredPlan(plan.Hash(), plan, SiteName.Parse("lab")),
            "waiting for a decision",
            new SiteColumns(new Dictionary<string, string>(), null)
        );
}
