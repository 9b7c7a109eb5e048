using System.Text.Json;
using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Cli.Tests.Studies;

/// <summary><c>fed study validate</c> and what every command says about an address or a certificate that is not there.</summary>
[TestClass]
public sealed class ValidateTests
{
    private static string Example => Path.Combine(Checkout.Root, "docs", "study.yaml");

    [TestMethod]
    public void The_plan_is_one_JSON_object_for_programs()
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, "study", "validate", Example, "--json");

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        var json = JsonDocument.Parse(ended.Output).RootElement;
        Assert.IsTrue(json.GetProperty("valid").GetBoolean());
        Assert.AreEqual(64, json.GetProperty("plan_hash").GetString()!.Length);
        Assert.AreEqual(1089, json.GetProperty("parameters").GetInt32());
        Assert.AreEqual(4 * 1089, json.GetProperty("bytes_sent_per_site_and_round").GetInt64());
        Assert.AreEqual("2", json.GetProperty("plan").GetProperty("privacy").GetProperty("epsilon").GetString());
    }

    [TestMethod]
    public void What_the_plan_promises_about_masking_is_said_in_words()
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, "study", "validate", Example);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.Contains(
            "masking      masked sums; at least 3 of 4 sites in a sum; hides a site's update from the coordinator and up to 1 other site together; "
                + "suite 1: X25519 and Ed25519\n",
            ended.Output
        );
        Assert.Contains("sites        4, of which 3 must take part in a round: ", ended.Output);
        Assert.DoesNotContain("PAIR", ended.Output);
    }

    [TestMethod]
    public void A_study_of_two_sites_is_said_to_be_one_and_must_say_so_itself()
    {
        using var scratch = new TestFolder();
        var silent = File.ReadAllText(Example)
            .Replace("  - name: est\n    weight: 120\n  - name: ouest\n    weight: 200\n", "")
            .Replace("minimum_sites: 3", "minimum_sites: 2")
            .Replace("suite: 1", "suite: 2");
        var pair = silent.Replace("  suite: 2", "  allow_pair: true\n  suite: 2");

        var refused = Started.FedToEnd(scratch, "study", "validate", scratch.Write("silent.yaml", silent));
        var accepted = Started.FedToEnd(scratch, "study", "validate", scratch.Write("pair.yaml", pair));

        Assert.AreEqual(2, refused.ExitCode, refused.ToString());
        Assert.Contains("allow_pair: with two sites each computes the other's update from the sum", refused.Errors);
        Assert.AreEqual(0, accepted.ExitCode, accepted.ToString());
        Assert.Contains(
            "PAIR         TWO SITES ONLY: each computes the other's update from the sum and its own. Masks hide it from the coordinator alone.\n",
            accepted.Output
        );
        Assert.Contains(
            "masking      masked sums; at least 2 of 2 sites in a sum; hides a site's update from the coordinator, not from the other site; "
                + "suite 2: P-256, for FIPS sites\n",
            accepted.Output
        );
    }

    [TestMethod]
    public void Three_typos_are_three_faults_for_people_and_for_programs()
    {
        using var scratch = new TestFolder();
        var text = File.ReadAllText(Example)
            .Replace("rounds: 32", "ronds: 32")
            .Replace("trestbps", "tretbps")
            .Replace("kind: mlp", "kind: mpl");
        var file = scratch.Write("study.yaml", text);

        var people = Started.FedToEnd(scratch, "study", "validate", file);
        var program = Started.FedToEnd(scratch, "study", "validate", file, "--json");

        Assert.AreEqual((2, 2), (people.ExitCode, program.ExitCode));
        Assert.HasCount(5, people.Errors.Split('\n'), people.Errors); // what, three faults, hint
        foreach (var near in new[] { "did you mean 'rounds'?", "did you mean 'trestbps'?", "did you mean 'mlp'?" })
        {
            Assert.Contains(near, people.Errors);
        }

        var json = JsonDocument.Parse(program.Output).RootElement;
        Assert.IsFalse(json.GetProperty("valid").GetBoolean());
        CollectionAssert.AreEqual(
            new[] { "features[4]", "model.kind", "training.ronds" },
            json.GetProperty("faults").EnumerateArray().Select(fault => fault.GetProperty("path").GetString()).ToArray()
        );
        Assert.IsTrue(json.GetProperty("faults").EnumerateArray().All(fault => fault.GetProperty("line").GetInt32() > 0));
    }

    [TestMethod]
    [DataRow("study", "submit", "docs/study.yaml", DisplayName = "submit")]
    [DataRow("study", "list", DisplayName = "list")]
    [DataRow("study", "show", "abcdef", DisplayName = "show")]
    [DataRow("study", "watch", "abcdef", DisplayName = "watch")]
    [DataRow("study", "cancel", "abcdef", DisplayName = "cancel")]
    [DataRow("study", "resume", "abcdef", DisplayName = "resume")]
    [DataRow("model", "download", "abcdef", "--out", "out", DisplayName = "download")]
    public void Without_address_and_certificate_the_option_and_the_variable_of_both_are_named(params string[] command)
    {
        using var scratch = new TestFolder();
        string[] words = [.. command.Select(word => word == "docs/study.yaml" ? Example : word)];

        var ended = Started.FedToEnd(scratch, words);

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        foreach (var word in new[] { "--coordinator", "FED_COORDINATOR", "--identity", "FED_IDENTITY" })
        {
            Assert.Contains(word, ended.Errors);
        }

        Assert.IsEmpty(scratch.Files());
    }

    [TestMethod]
    [DataRow("http://localhost:7443", "'http://localhost:7443' is no address of a coordinator; write it as https://HOST:PORT.")]
    [DataRow("localhost:7443", "'localhost:7443' is no address of a coordinator")]
    [DataRow("https://localhost:7443", "Certificate file ")]
    public void An_address_that_is_none_and_a_certificate_that_is_not_there_are_named(string address, string message)
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, "study", "list", "--coordinator", address, "--identity", scratch["nobody.pem"]);

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains(message, ended.Errors);
    }
}
