using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>The demonstration as a user starts it, to its end.</summary>
[TestClass]
public sealed class DemoTests
{
    [TestMethod]
    public void The_default_demo_trains_a_model_and_writes_every_figure()
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, "demo", "--json", scratch["out.json"]);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        var json = new DemoJson(scratch["out.json"]);
        Assert.HasCount(4, json.List("sites"));
        foreach (var site in json.List("sites"))
        {
            Assert.IsNotEmpty(site.GetProperty("name").GetString()!);
            Assert.IsGreaterThan(0, site.GetProperty("n_train").GetInt32());
            Assert.IsGreaterThan(0, site.GetProperty("n_test").GetInt32());
        }

        Assert.HasCount(4, json.List("local"));
        Assert.HasCount(4, json.List("federated", "per_site"));
        Assert.AreEqual(40, json.Number("rounds"));
        Assert.IsGreaterThan(0, json.Number("wall_seconds"));
        Assert.IsGreaterThan(0, json.Number("round_ms", "median"));
        Assert.IsGreaterThanOrEqualTo(json.Number("round_ms", "median"), json.Number("round_ms", "p95"));
        foreach (var model in new[] { "federated", "pooled" })
        {
            Assert.IsInRange(0.7, 0.95, json.Number(model, "auroc"), "a model that learned the stated risk equation, and no miracle");
            Assert.IsInRange(0.6, 0.95, json.Number(model, "accuracy"));
        }
    }

    [TestMethod]
    public void The_demo_says_what_is_synthetic_and_that_nothing_is_private_and_where_its_files_are()
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, "demo", "--sites", "2", "--rounds", "2");

        Assert.Contains("2 SYNTHETIC hospitals", ended.Output);
        Assert.Contains("PRIVACY: NONE", ended.Output);
        Assert.Contains("Scored exactly by the demonstration itself", ended.Output);
        foreach (var name in new[] { "model", "logs" })
        {
            var path = ended.Output.Split('\n').Single(line => line.StartsWith($"{name} ", StringComparison.Ordinal))[name.Length..].Trim();
            Assert.IsTrue(Path.Exists(path), path);
        }
    }

    [TestMethod]
    public void A_demo_that_is_not_kept_leaves_model_and_logs_and_no_key()
    {
        using var scratch = new TestFolder();

        Started.FedToEnd(scratch, "demo", "--sites", "2", "--rounds", "2");

        string[] expected = ["logs/coordinator.log", "logs/nord.log", "logs/sud.log", "model.json", "model.safetensors", "model.snapshot"];
        CollectionAssert.AreEqual(expected, scratch.Files(Path.GetFileName(Directory.GetDirectories(scratch.Root).Single())));
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_model_to_the_last_bit_and_another_seed_another()
    {
        using var scratch = new TestFolder();

        foreach (var (folder, seed) in new[] { ("first", "7"), ("again", "7"), ("other", "8") })
        {
            var ended = Started.FedToEnd(scratch, "demo", "--sites", "2", "--rounds", "3", "--seed", seed, "--keep", scratch[folder]);
            Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        }

        CollectionAssert.AreEqual(Model(scratch, "first"), Model(scratch, "again"));
        CollectionAssert.AreNotEqual(Model(scratch, "first"), Model(scratch, "other"));
    }

    [TestMethod]
    [DataRow("mlp", "fedavg")]
    [DataRow("logistic", "fedsgd")]
    [DataRow("mlp", "fedsgd")]
    public void Each_model_trains_in_each_mode(string model, string mode)
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(
            scratch,
            ["demo", "--sites", "3", "--rounds", "20", "--model", model, "--mode", mode, "--json", scratch["out.json"]]
        );

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.IsGreaterThan(0.6, new DemoJson(scratch["out.json"]).FederatedAuroc);
    }

    [TestMethod]
    public void Twelve_sites_train_together()
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, "demo", "--sites", "12", "--rounds", "5", "--json", scratch["out.json"]);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.Contains("round 5 of 5, 12 sites", ended.Output);
        Assert.HasCount(12, new DemoJson(scratch["out.json"]).List("sites"));
    }

    [TestMethod]
    public void On_the_four_real_hospitals_training_together_is_nearly_as_good_as_pooling()
    {
        var hospitals = Checkout.Shared("data", "uci-heart");
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, "demo", "--data", hospitals, "--json", scratch["out.json"]);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        var json = new DemoJson(scratch["out.json"]);
        Assert.AreEqual(json.PooledAuroc, json.FederatedAuroc, 0.02, ended.Output);
        Assert.IsLessThanOrEqualTo(1, json.LocalAuroc.Count(alone => alone >= json.FederatedAuroc), ended.Output);
        Assert.DoesNotContain("SYNTHETIC", ended.Output, "these patients are real");
    }

    private static byte[] Model(TestFolder scratch, string folder) => File.ReadAllBytes(scratch[folder, "model.snapshot"]);
}
