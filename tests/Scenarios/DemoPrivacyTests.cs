using System.Text.Json;
using System.Text.Json.Nodes;
using Federated.Fixtures;
using Federated.Fixtures.Processes;
using Federated.Privacy;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;

namespace Federated.Scenarios.Tests;

/// <summary><c>fed demo --epsilon</c>: what it says of privacy follows from what the nodes' ledgers say was released.</summary>
[TestClass]
public sealed class DemoPrivacyTests
{
    private const int Rounds = 6;
    private const int Sites = 4;

    [TestMethod]
    public void A_private_demo_states_the_epsilon_that_its_releases_cost()
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, "demo", "--epsilon", "2", "--rounds", $"{Rounds}", "--json", scratch["out.json"]);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.Contains("PRIVACY: patient, epsilon 2, delta 1e-05", ended.Output);
        Assert.DoesNotContain("PRIVACY: NONE", ended.Output);
        var json = new DemoJson(scratch["out.json"]);
        Assert.AreEqual(1e-5, json.Number("privacy", "delta"));
        Assert.IsGreaterThan(0, json.Number("privacy", "noise_multiplier"));
        var releases = json.List("privacy", "releases");
        Assert.IsGreaterThanOrEqualTo((Rounds + 1) * Sites, releases.Length, "each round of training at each site, and the evaluation");
        AssertEachSiteReleasedEachRound(releases);
        var (epsilon, crossCheck) = Recompute(releases, "event");
        var (floor, _) = Recompute(releases, "floor_event");
        Assert.AreEqual(epsilon, json.Number("privacy", "epsilon"), 1e-9);
        Assert.AreEqual(floor, json.Number("privacy", "epsilon_floor"), 1e-9);
        Assert.IsInRange(0.5, 2, epsilon, "within its promise, and most of it used");
        Assert.IsGreaterThanOrEqualTo(epsilon, crossCheck, "Rényi divergences bound the same loss, more loosely");
        Assert.IsGreaterThan(epsilon, floor, "one site's own noise alone is less than that of all");
    }

    [TestMethod]
    [DataRow("--epsilon 2 --delta 0", "Delta is 0", DisplayName = "a promise without a delta has no exact noise")]
    [DataRow("--epsilon 2 --delta 1", "Delta is 1", DisplayName = "a promise that may always fail")]
    [DataRow("--epsilon -1", "--epsilon -1 is no promise", DisplayName = "a negative epsilon")]
    [DataRow("--epsilon 0", "--epsilon 0 is no promise", DisplayName = "no loss at all")]
    [DataRow("--epsilon nan", "--epsilon NaN is no promise", DisplayName = "an epsilon that is no number")]
    [DataRow("--epsilon infinity", "is no promise", DisplayName = "an epsilon without end")]
    [DataRow("--delta 1e-5", "--delta alone promises nothing.", DisplayName = "a delta without an epsilon")]
    [DataRow("--mode fedavg --epsilon 2", "trains by federated DP-SGD", DisplayName = "a mode that the demonstration has no promise for")]
    public void A_promise_that_is_none_is_refused_before_anything_is_written(string options, string message)
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, ["demo", .. options.Split(' '), "--keep", scratch["kept"], "--json", scratch["out.json"]]);

        Assert.AreNotEqual(0, ended.ExitCode);
        var errors = ended.Errors.Split('\n').Where(line => line.StartsWith("error: ", StringComparison.Ordinal)).ToList();
        Assert.HasCount(1, errors, ended.ToString());
        Assert.Contains(message, errors[0]);
        Assert.DoesNotContain("   at ", ended.Errors, "a stack trace is for a bug, not for a wrong input");
        Assert.IsEmpty(Directory.GetFileSystemEntries(scratch.Root));
    }

    private static void AssertEachSiteReleasedEachRound(JsonElement[] releases)
    {
        var sites = releases.GroupBy(release => release.GetProperty("site").GetString()).ToList();
        Assert.HasCount(Sites, sites);
        foreach (var site in sites)
        {
            CollectionAssert.AreEqual(
                Enumerable.Range(1, Rounds + 1).ToArray(),
                site.Select(release => release.GetProperty("round").GetInt32()).Distinct().ToArray(),
                site.Key
            );
            Assert.IsTrue(
                site.All(release =>
                    release.GetProperty("patients").GetString() == "test" == (release.GetProperty("round").GetInt32() > Rounds)
                ),
                "the evaluation alone is of held-out patients"
            );
        }
    }

    /// <summary>The worst of all sites, whose patients are each on one side of the split.</summary>
    private static (double Epsilon, double CrossCheck) Recompute(JsonElement[] releases, string kind)
    {
        var delta = new Delta(1e-5);
        var groups = releases
            .GroupBy(release => (release.GetProperty("site").GetString(), release.GetProperty("patients").GetString()))
            .Select(group => PrivacyEvent.Compose(group.Select(release => EventOf(release, kind))))
            .ToList();
        return (
            groups.Max(events => PldAccountant.Bound(events, delta).Epsilon.Value),
            groups.Max(events => RdpAccountant.Default.Bound(events, delta).Epsilon.Value)
        );
    }

    private static Composed EventOf(JsonElement release, string kind) =>
        EventJson.Read(JsonNode.Parse(release.GetProperty(kind).GetRawText())!.ToJsonString()) is EventResult.Read read
            ? read.Event.Times(release.GetProperty("times").GetInt64())
            : throw new AssertFailedException($"no event: {release}");
}
