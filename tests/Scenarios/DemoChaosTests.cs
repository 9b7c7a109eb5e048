using System.Globalization;
using System.Text.Json;
using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>Nodes that are killed in each phase of the protocol, as <c>fed demo --chaos</c> does it: the study completes with the sites that are there.</summary>
[TestClass]
public sealed class DemoChaosTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    public void A_study_completes_though_nodes_are_killed_in_every_phase()
    {
        var phases = new Dictionary<string, int>();
        foreach (var seed in new[] { 1, 2 })
        {
            using var scratch = new TestFolder();

            var ended = Started.FedToEnd(
                scratch,
                "demo",
                "--chaos",
                seed.ToString(CultureInfo.InvariantCulture),
                "--rounds",
                "20",
                "--json",
                scratch["out.json"],
                "--keep",
                scratch["kept"]
            );

            Assert.AreEqual(0, ended.ExitCode, ended.ToString());
            Assert.Contains($"chaos, seed {seed}: ", ended.Output);
            var json = new DemoJson(scratch["out.json"]);
            Assert.IsInRange(0.65, 0.95, json.FederatedAuroc, "a model of all hospitals, whoever was missing when");
            Count(json, phases);
            AssertNoneTwice(scratch["kept"]);
        }

        var counts = string.Join(", ", phases.Select(phase => $"{phase.Key} {phase.Value}"));
        TestContext.WriteLine(counts);
        Assert.HasCount(6, phases);
        Assert.IsTrue(phases.Values.All(kills => kills > 0), $"A phase without a kill: {counts}");
    }

    [TestMethod]
    public void Chaos_among_three_sites_is_refused_since_none_of_them_may_be_missing()
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, "demo", "--chaos", "1", "--sites", "3");

        Assert.AreNotEqual(0, ended.ExitCode);
        Assert.Contains("use 4 hospitals or more with --chaos", ended.Errors);
    }

    private static void Count(DemoJson json, Dictionary<string, int> phases)
    {
        var kills = json.List("chaos", "kills").Select(kill => kill.GetProperty("phase").GetString()!).ToList();
        foreach (var phase in json.Keys("chaos", "kills_per_phase"))
        {
            var here = (int)json.Number("chaos", "kills_per_phase", phase);
            Assert.AreEqual(kills.Count(kill => kill == phase), here, phase);
            phases[phase] = phases.GetValueOrDefault(phase) + here;
        }
    }

    /// <summary>No journal has an attempt twice: no key, and so no mask, was used for a second input.</summary>
    private static void AssertNoneTwice(string kept)
    {
        foreach (var node in Directory.GetDirectories(Path.Combine(kept, "nodes")))
        {
            var releases = File.ReadLines(Path.Combine(node, "state", "journal.jsonl"))
                .Select(line => JsonDocument.Parse(line).RootElement)
                .Where(entry => entry.GetProperty("kind").GetString() == "releasing")
                .Select(entry => (entry.GetProperty("round").GetInt32(), entry.GetProperty("attempt").GetInt32()))
                .ToList();
            Assert.IsNotEmpty(releases);
            CollectionAssert.AllItemsAreUnique(releases, node);
        }
    }
}
