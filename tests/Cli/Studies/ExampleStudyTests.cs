using System.Text.Json;
using Federated.Cli.Studies;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Cli.Tests.Studies;

/// <summary><c>docs/study.yaml</c> is what a researcher copies: it is complete, it is right, and what its comments call usual is so.</summary>
[TestClass]
public sealed class ExampleStudyTests
{
    /// <summary>Keys that the example's comments call usual, with what they say; scale_bits follows from roster and bound.</summary>
    private static readonly string[] Usual =
    [
        "  seed: 1",
        "  local_epochs: 2",
        "  batch_size: 0",
        "  learning_rate: 0.3",
        "  optimizer: sgd",
        "  attempts: 3",
        "  timeout_ms: 120000",
        "  bound: 384",
        "evaluate_every: 10",
        "  unit: patient",
        "  clipping: flat",
        "  sampling_rate: 1",
        "  noise: shared",
        "  noise_floor: 0",
        "  spare_releases: 3",
    ];

    private static string Example => Path.Combine(Checkout.Root, "docs", "study.yaml");

    [TestMethod]
    public void The_example_is_a_study()
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, "study", "validate", Example);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.Contains(Digest.Of(StudyFile.ReadValid(Example).ToBytes()).ToString(), ended.Output);
        Assert.Contains("a site sends 4,356 and fetches 8,712 bytes a round", ended.Output);
        Assert.Contains($"next: fed study submit {Example}", ended.Output);
    }

    // The alternatives stand in comments; each has to be a study too.
    [TestMethod]
    [DataRow("unit: patient, epsilon: 8, delta: 1e-5, sampling_rate: 0.25, expected_patients: 690, noise: local", "fedavg")]
    [DataRow("unit: site, epsilon: 8, delta: 1e-5, clipping_norm: 0.5, expected_patients: 690", "fedavg")]
    [DataRow("none", "fedavg")]
    public void The_other_promises_that_it_names_are_studies_as_well(string promise, string mode)
    {
        using var scratch = new TestFolder();
        var text = File.ReadAllText(Example);
        var written = promise == "none" ? "privacy: none" : $"privacy: {{{promise}}}";
        Assert.Contains($"#   {written}", text);
        var file = scratch.Write(
            "study.yaml",
            $"{text[..text.IndexOf("\nprivacy:", StringComparison.Ordinal)]}\n{written}\n"
                .Replace("mode: fedsgd", $"mode: {mode}")
                .Replace("  bound: 384\n", "")
        );

        var plan = StudyFile.ReadValid(file);

        Assert.AreEqual(promise == "none", plan.Privacy is null);
    }

    [TestMethod]
    public void Every_key_of_a_plan_stands_in_the_example_with_a_word_on_it()
    {
        var text = File.ReadAllText(Example);

        foreach (var key in KeysOf(JsonDocument.Parse(StudyFile.ReadValid(Example).ToBytes()).RootElement).Distinct())
        {
            Assert.Contains(key, text);
        }
    }

    [TestMethod]
    public void What_the_comments_call_usual_is_what_stands_in_for_it()
    {
        using var scratch = new TestFolder();
        string[] lines = File.ReadAllLines(Example);
        foreach (var usual in Usual)
        {
            Assert.Contains(usual, lines);
        }

        var shorter = scratch.Write("study.yaml", string.Join('\n', lines.Where(line => !Usual.Contains(line))));

        CollectionAssert.AreEqual(StudyFile.ReadValid(Example).ToBytes(), StudyFile.ReadValid(shorter).ToBytes());
    }

    private static IEnumerable<string> KeysOf(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().SelectMany(member => KeysOf(member.Value).Prepend(member.Name)),
            JsonValueKind.Array => element.EnumerateArray().SelectMany(KeysOf),
            _ => [],
        };
}
