using System.Text.Json;
using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Cli.Tests.Privacy;

/// <summary><c>fed privacy attack</c> as a person types it.</summary>
[TestClass]
public sealed class AttackCommandTests
{
    /// <summary>At this confidence the theorems bound a false alarm by one in a million.</summary>
    [TestMethod]
    public void Honest_noise_holds_and_says_so_in_JSON()
    {
        using var scratch = new TestFolder();
        string[] size = ["--canaries", "2000", "--repetitions", "40", "--delta", "1e-9", "--confidence", "0.999999"];

        var ended = Started.FedToEnd(scratch, ["privacy", "attack", .. size, "--json"]);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        using var document = JsonDocument.Parse(ended.Output);
        var root = document.RootElement;
        Assert.IsTrue(root.GetProperty("holds").GetBoolean());
        Assert.AreEqual(2000, root.GetProperty("one_run").GetProperty("canaries").GetInt32());
        Assert.AreEqual(20, root.GetProperty("repeated_runs").GetProperty("without").GetInt32());
        Assert.IsLessThanOrEqualTo(
            root.GetProperty("epsilon").GetDouble(),
            root.GetProperty("one_run").GetProperty("epsilon_above").GetDouble()
        );
    }

    [TestMethod]
    public void No_noise_loses_visibly_and_ends_with_1()
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, "privacy", "attack", "--without-noise", "--canaries", "2000", "--repetitions", "0");

        Assert.AreEqual(1, ended.ExitCode, ended.ToString());
        Assert.Contains("no noise, so no epsilon: nothing is promised", ended.Output);
        Assert.Contains("LOST: without noise, whoever sees the sums sees who was in them", ended.Output);
    }

    [TestMethod]
    public void An_attack_that_cannot_fail_says_so()
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, "privacy", "attack", "--noise-multiplier", "0.3", "--canaries", "500", "--repetitions", "0");

        Assert.AreEqual(0, ended.ExitCode, ended.ToString()); // 500 canaries show 5.1 at most, and epsilon is 19
        Assert.Contains("holds, but could not have failed", ended.Output);
    }

    [TestMethod]
    [DataRow("contradict each other", "--without-noise", "--noise-multiplier", "1")]
    [DataRow("The confidence is 1; use a number above 0 and below 1.", "--confidence", "1")]
    [DataRow("leave no two others to hide among", "--sites", "4", "--colluders", "3")]
    [DataRow("are no attack", "--canaries", "0", "--repetitions", "0")]
    [DataRow("--steps is '0'; use a whole number", "--steps", "0")]
    [DataRow("--delta '2' cannot be used", "--delta", "2")]
    public void Settings_that_make_no_sense_are_refused(string fault, params string[] arguments)
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, ["privacy", "attack", .. arguments]);

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains(fault, ended.Errors);
        Assert.IsEmpty(ended.Output);
    }
}
