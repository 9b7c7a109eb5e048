using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Node.Tests.Policy;

namespace Federated.Node.Tests.Commands;

/// <summary>Approving, rejecting and withdrawing as programs, without a daemon.</summary>
[TestClass]
public sealed class DecideCommandTests
{
    private static readonly StudyPlan Plan = SamplePlan.For("alpha", "beta");

    [TestMethod]
    public void A_plan_that_the_policy_does_not_allow_is_not_approved_and_all_that_it_breaks_is_listed()
    {
        using var site = new SiteWithPlans("researchers: [somebody-else]\nfeatures: [age]");
        var hash = site.Keep(Plan).Hash;

        var ended = Run(site, "approve", hash.Abbreviated);
        var listed = NodeProcess.Output(site.Files, "plans", "list");
        var rejected = NodeProcess.Output(site.Files, "plans", "reject", hash.Abbreviated, "--code", "policy");

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        string[] rules =
        [
            "researchers: the plan has lab; the policy allows somebody-else.",
            "features: the plan has sex, thalach; the policy allows age.",
            "privacy.without: the plan says privacy: none; the policy says refuse.",
        ];
        foreach (var rule in rules)
        {
            Assert.Contains(rule, ended.Errors);
            Assert.Contains($"\n              {rule}", listed);
        }

        Assert.Contains("hint: reject the plan, or change the policy", ended.Errors);
        Assert.Contains($"{hash.Abbreviated}  not allowed by policy", listed);
        Assert.StartsWith($"rejected {hash}", rejected);
    }

    [TestMethod]
    public void Two_persons_approve_then_one_withdraws()
    {
        using var site = new SiteWithPlans("approval: two-humans\nprivacy: { without: allow }");
        var hash = site.Keep(Plan).Hash;

        var first = NodeProcess.Output(site.Files, "plans", "approve", hash.ToString(), "--code", "ethics-approval");
        var again = NodeProcess.Json(site.Files, "plans", "approve", hash.ToString());
        var waiting = NodeProcess.Json(site.Files, "plans", "list")["plans"]![0]!["standing"]!.ToString();
        site.Approve(hash, "somebody else");
        var shown = NodeProcess.Output(site.Files, "plans", "show", hash.ToString(), "--language", "fr");
        var withdrawn = NodeProcess.Json(site.Files, "plans", "withdraw", hash.ToString(), "--reason", "it ended", "--code", "legal");
        var twice = Run(site, "withdraw", hash.ToString());

        Assert.Contains("; awaiting a second person: nothing runs before; the daemon is not running", first);
        Assert.AreEqual("awaiting a second person", again["standing"]!.ToString(), "the same person twice is one");
        Assert.AreEqual("awaiting a second person", waiting);
        Assert.Contains("état            approuvé\n", shown);
        Assert.Contains("approuvé par somebody else le", shown);
        Assert.AreEqual(
            ("withdrawn", "legal", "withdrawn"),
            (withdrawn["decision"]!.ToString(), withdrawn["code"]!.ToString(), withdrawn["standing"]!.ToString())
        );
        Assert.AreEqual(site.Seen.Policy.Required.Hash.ToString(), withdrawn["policy"]!.ToString());
        Assert.AreEqual(2, twice.ExitCode);
        Assert.Contains("has not agreed to plan", twice.Errors);
    }

    [TestMethod]
    public void An_approval_ends_with_its_day()
    {
        using var site = new SiteWithPlans("approval: human\nprivacy: { without: allow }");
        var hash = site.Keep(Plan).Hash;

        var past = Run(site, "approve", hash.ToString(), "--until", "2020-02-29");
        var none = Run(site, "approve", hash.ToString(), "--until", "tomorrow");
        var approved = NodeProcess.Json(site.Files, "plans", "approve", hash.ToString(), "--until", "2099-12-31");
        site.Approve(hash, Environment.UserName, until: DateTimeOffset.UnixEpoch);
        var listed = NodeProcess.Output(site.Files, "plans", "list");

        Assert.Contains("--until 2020-02-29 is over", past.Errors);
        Assert.Contains("--until 'tomorrow' is no day", none.Errors);
        Assert.AreEqual("2100-01-01T00:00:00.000Z", approved["until"]!.ToString());
        Assert.Contains("approval expired", listed);
    }

    [TestMethod]
    public void Under_a_policy_that_does_not_count_nothing_is_approved_and_everything_may_be_rejected()
    {
        using var site = new SiteWithPlans("approval: humans");
        var hash = site.Keep(Plan).Hash;

        var approved = Run(site, "approve", hash.ToString());
        var listed = NodeProcess.Output(site.Files, "plans", "list");
        var rejected = NodeProcess.Json(site.Files, "plans", "reject", hash.ToString());

        Assert.AreEqual(2, approved.ExitCode);
        Assert.Contains("line 2, approval: 'humans' is not one of human, two-humans, automatic; did you mean 'human'?", approved.Errors);
        Assert.Contains("policy does not count", listed);
        Assert.AreEqual("rejected", rejected["standing"]!.ToString());
    }

    [TestMethod]
    public void A_code_is_a_word_of_the_list()
    {
        using var site = new SiteWithPlans("approval: human");

        var ended = Run(site, "reject", site.Keep(Plan).Hash.ToString(), "--code", "because-i-say-so");

        Assert.AreEqual(2, ended.ExitCode);
        Assert.Contains("'because-i-say-so' not recognized", ended.Errors);
    }

    private static Fixtures.Processes.Ended Run(SiteWithPlans site, params string[] arguments) =>
        NodeProcess.Run(site.Files.Folder, ["plans", .. arguments, "--config", site.Files.Config]);
}
