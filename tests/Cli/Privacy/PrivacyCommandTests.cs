using System.Text.Json;
using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Cli.Tests.Privacy;

/// <summary><c>fed privacy</c> as a person types it; the figures are those of the reference vectors and of published tables.</summary>
[TestClass]
public sealed class PrivacyCommandTests
{
    private static readonly string[] Step = ["--noise-multiplier", "1.1", "--sampling-rate", "0.01", "--steps", "1000", "--delta", "1e-5"];

    [TestMethod]
    public void Epsilon_is_one_JSON_object_and_the_tight_accountant_is_below_the_other()
    {
        var pld = Json(["privacy", "epsilon", .. Step, "--json"]);
        var rdp = Json(["privacy", "epsilon", .. Step, "--accountant", "rdp", "--json"]);

        CollectionAssert.AreEqual(new[] { "epsilon", "delta", "accountant" }, pld.EnumerateObject().Select(p => p.Name).ToArray());
        Assert.AreEqual(1e-5, pld.GetProperty("delta").GetDouble());
        Assert.AreEqual("pld", pld.GetProperty("accountant").GetString());
        Assert.AreEqual("rdp", rdp.GetProperty("accountant").GetString());
        Assert.IsLessThan(rdp.GetProperty("epsilon").GetDouble(), pld.GetProperty("epsilon").GetDouble());
    }

    /// <summary>The case het-mixed of the vectors: 3.94390286 exactly, at most 0.1 % more.</summary>
    [TestMethod]
    public void Other_releases_are_counted_with_it()
    {
        string[] step = ["--noise-multiplier", "1", "--sampling-rate", "0.05", "--steps", "100", "--delta", "1e-5"];

        var epsilon = Json(["privacy", "epsilon", .. step, "--then", "2,0.1,50", "--then", "5,1,1", "--json"])
            .GetProperty("epsilon")
            .GetDouble();

        Assert.IsTrue(epsilon is >= 3.9439028 and <= 3.9478478, $"epsilon is {epsilon}");
    }

    /// <summary>The case poisson-replace-q1-s4-T10 of the vectors: 8.30622505.</summary>
    [TestMethod]
    public void Exchanging_a_patient_can_be_asked_for()
    {
        string[] step = ["--noise-multiplier", "4", "--sampling-rate", "1", "--steps", "10", "--delta", "1e-6"];

        var epsilon = Json(["privacy", "epsilon", .. step, "--neighbours", "replace-one", "--json"]).GetProperty("epsilon").GetDouble();

        Assert.AreEqual(8.30622505, epsilon, 1e-6);
    }

    /// <summary>The case cal-q0.1-T100-e2 of the vectors: 2.24771091 exactly, at most 0.1 % more.</summary>
    [TestMethod]
    public void Noise_is_the_smallest_that_meets_the_target()
    {
        string[] target = ["--epsilon", "2", "--delta", "1e-5", "--sampling-rate", "0.1", "--steps", "100"];

        var noise = Json(["privacy", "noise", .. target, "--json"]);

        CollectionAssert.AreEqual(new[] { "noise_multiplier" }, noise.EnumerateObject().Select(p => p.Name).ToArray());
        Assert.IsTrue(noise.GetProperty("noise_multiplier").GetDouble() is >= 2.2477109 and <= 2.2499586);
    }

    /// <summary>The case steps-q0.1-s2-e4 of the vectors: 219.</summary>
    [TestMethod]
    public void Steps_are_the_most_that_meet_the_target()
    {
        string[] target = ["--epsilon", "4", "--delta", "1e-6", "--sampling-rate", "0.1", "--noise-multiplier", "2"];

        Assert.AreEqual(219, Json(["privacy", "steps", .. target, "--json"]).GetProperty("steps").GetInt64());
    }

    [TestMethod]
    public void Without_JSON_a_sentence_says_it()
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, ["privacy", "epsilon", .. Step]);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.Contains("at delta 1E-05, counted by pld", ended.Output);
    }

    [TestMethod]
    [DataRow("--delta '0' cannot be used: Delta is 0; use a probability above 0 and below 1", "--delta", "0")]
    [DataRow("--delta '1' cannot be used: Delta is 1", "--delta", "1")]
    [DataRow("--delta 'NaN' cannot be used: Delta is NaN", "--delta", "NaN")]
    [DataRow("--delta '1,5' is not a decimal number with a point", "--delta", "1,5")]
    [DataRow("--sampling-rate '1.5' cannot be used: The sampling rate is 1.5", "--sampling-rate", "1.5")]
    [DataRow("--noise-multiplier '-1' cannot be used: The noise multiplier is -1", "--noise-multiplier", "-1")]
    [DataRow("--steps '0' is not a number of steps; use 1 to 1000000000.", "--steps", "0")]
    [DataRow("--steps '2.5' is not a number of steps", "--steps", "2.5")]
    [DataRow("--then '5,1' is not NOISE,RATE,STEPS", "--then", "5,1")]
    [DataRow("--then '5,2,1' cannot be used: The sampling rate is 2", "--then", "5,2,1")]
    [DataRow("'moments'", "--accountant", "moments")]
    public void A_number_that_makes_no_sense_is_refused_with_its_range(string fault, string option, string value)
    {
        using var scratch = new TestFolder();
        var at = Array.IndexOf(Step, option);
        string[] arguments = at < 0 ? [.. Step, option, value] : [.. Step[..at], option, value, .. Step[(at + 2)..]];

        var ended = Started.FedToEnd(scratch, ["privacy", "epsilon", .. arguments]);

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains(fault, ended.Errors);
        Assert.IsEmpty(ended.Output);
    }

    [TestMethod]
    public void A_target_that_other_releases_exceed_is_refused_with_what_to_do()
    {
        using var scratch = new TestFolder();
        string[] target = ["--epsilon", "1", "--delta", "1e-5", "--sampling-rate", "0.1", "--steps", "100", "--then", "1,1,1"];

        var ended = Started.FedToEnd(scratch, ["privacy", "noise", .. target]);

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains("the other releases alone take it. Allow more, or release less.", ended.Errors);
    }

    private static JsonElement Json(string[] arguments)
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, arguments);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        using var document = JsonDocument.Parse(ended.Output);
        return document.RootElement.Clone();
    }
}
