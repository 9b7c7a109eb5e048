using Federated.Federation.Policies;
using Federated.Fixtures;
using Federated.Fixtures.Processes;
using Federated.Hosting;
using Federated.Node.Policy;

namespace Federated.Node.Tests.Policy;

/// <summary>The policy's file, as a person writes it and as it lies there.</summary>
[TestClass]
public sealed class PolicyFileTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>What the page shows is a policy, and says what the page says that it says.</summary>
    [TestMethod]
    public void The_example_of_the_documentation_is_a_policy_with_every_key()
    {
        var example = Example();
        var policy = File(example).Read().Required;

        Assert.AreEqual((ApprovalMode.TwoHumans, 180), (policy.Approval, policy.ApprovalDays));
        Assert.AreEqual(new PolicyLimit(6, 1e-5), policy.Total);
        Assert.AreEqual("mon tue wed thu fri 19:00-06:00, sat sun 00:00-24:00 Europe/Paris", policy.Windows!.ToString());
        foreach (
            var property in typeof(SitePolicy).GetProperties().Where(property => property.CanWrite && property.Name != "WithoutPrivacy")
        )
        {
            Assert.IsNotNull(property.GetValue(policy), $"docs/site-policy.md does not show {property.Name}");
        }
    }

    [TestMethod]
    [DataRow("approval: two-humans", "aproval: two-humans", 4, "aproval: unknown key; did you mean 'approval'?")]
    [DataRow("approval: two-humans", "approval: two-person", 4, "approval: 'two-person' is not one of human, two-humans, automatic")]
    [DataRow("  most_parameters", "  max_parameters", 23, "models.max_parameters: unknown key")]
    [DataRow("thalach, exang", "thalac, exang", 26, "features[8]: 'thalac' is not one of")]
    [DataRow("epsilon: 2,", "epsilon: two,", 34, "privacy.study.epsilon: 'two' is not a number.")]
    [DataRow("  minimum_sites: 3", "  minimum_site: 3", 43, "cohort.minimum_site: unknown key; did you mean 'minimum_sites'?")]
    [DataRow(
        "time_zone: Europe/Paris",
        "time_zone: Europe/Parix",
        48,
        "windows.time_zone: 'Europe/Parix' is no time zone that this machine knows"
    )]
    [DataRow("from: \"19:00\"", "from: \"7 pm\"", 52, "windows.open[1].from: '7 pm' is no time of the day")]
    public void A_typo_is_named_with_file_line_and_key(string part, string instead, int line, string words)
    {
        var example = Example();
        Assert.Contains(part, example);
        var place = Array.FindIndex(example.Split('\n'), text => text.Contains(part)) + 1;

        var state = File(example.Replace(part, instead)).Read();

        Assert.AreEqual(line, place, "the row's line is that of the page");
        Assert.IsNull(state.Policy);
        Assert.Contains($"policy {_folder["policy.yaml"]} cannot be used:\n  line {line}, {words}", state.Fault!);
    }

    [TestMethod]
    [DataRow("", "the file is empty", DisplayName = "empty")]
    [DataRow("approval: [human", "not YAML", DisplayName = "a bracket that is not closed")]
    [DataRow("- human", "expected keys and values", DisplayName = "a list")]
    [DataRow(
        "format: federated-policy/1\napproval: human\napproval: automatic",
        "line 3, approval: this key stands twice",
        DisplayName = "twice"
    )]
    public void What_is_no_policy_is_said_and_nothing_stands_in_for_it(string text, string words)
    {
        var state = File(text).Read();

        Assert.Contains(words, state.Fault!);
        Assert.Contains("mend the file", Assert.ThrowsExactly<OperatorException>(() => state.Required).Hint!);
    }

    [TestMethod]
    public void A_file_that_is_not_there_or_not_text_is_no_policy()
    {
        Assert.Contains("policy.yaml", new PolicyFile(_folder["policy.yaml"], new SitePolicy()).Read().Fault!);
        System.IO.File.WriteAllBytes(_folder["policy.yaml"], [0x61, 0xff, 0x62]);
        Assert.Contains("not UTF-8", new PolicyFile(_folder["policy.yaml"], new SitePolicy()).Read().Fault!);
    }

    [TestMethod]
    public void The_daemons_policy_changes_with_the_file_and_comes_back_once_it_is_mended()
    {
        var inForce = new PolicyInForce(File("format: federated-policy/1\n"));
        var first = inForce.State.Required;

        var same = inForce.LookAgain();
        _folder.Write("policy.yaml", "format: federated-policy/1\nprivacy: { without: allow }\n");
        var changed = inForce.LookAgain();
        var takes = inForce.TakesPlansWithoutPrivacy;
        _folder.Write("policy.yaml", "format: federated-policy/1\nprivacy: { withot: allow }\n");
        var broken = inForce.LookAgain();
        var takesBroken = inForce.TakesPlansWithoutPrivacy;
        var stillBroken = inForce.LookAgain();
        _folder.Write("policy.yaml", "# as before\nformat: federated-policy/1\n");
        var mended = inForce.LookAgain();

        Assert.AreEqual((false, true, true, false, true), (same, changed, broken, stillBroken, mended));
        Assert.AreEqual((true, false), (takes, takesBroken));
        Assert.AreEqual(first.Hash, inForce.State.Required.Hash, "comments are no policy");
    }

    private static string Example()
    {
        var page = System.IO.File.ReadAllText(Path.Combine(Checkout.Root, "docs", "site-policy.md"));
        var begin = page.IndexOf("```yaml\n", StringComparison.Ordinal) + "```yaml\n".Length;
        return page[begin..page.IndexOf("```", begin, StringComparison.Ordinal)];
    }

    private PolicyFile File(string text) => new(_folder.Write("policy.yaml", text), new SitePolicy());
}
