using Federated.Fixtures;
using Federated.Identity;
using Federated.Node.Diagnosis;
using Federated.Node.Hosting;
using Federated.Node.Tests.Hosting;

namespace Federated.Node.Tests.Data;

/// <summary>The doctor reads the list of patients who object as the daemon does, and shows none of them.</summary>
[TestClass]
public sealed class ObjectionCheckTests
{
    [TestMethod]
    public void A_list_that_is_sound_is_counted()
    {
        var finding = Examine("ALPHA-3\n# nobody else\nalpha-7\n").Single(f => f.Check == "objections");

        Assert.AreEqual(Severity.Ok, finding.Severity);
        Assert.Contains("list.txt: patients of the data who are left out: 2", finding.Text);
    }

    [TestMethod]
    public void Keys_that_are_nobodys_are_a_warning()
    {
        var findings = Examine("alpha-3\nsecret-1\n").Where(f => f.Check == "objections").ToList();

        CollectionAssert.AreEqual(new[] { Severity.Ok, Severity.Warn }, findings.Select(f => f.Severity).ToArray());
        Assert.Contains("keys that are no patient's of", findings[1].Text);
        Assert.DoesNotContain("secret-1", string.Concat(findings));
    }

    [TestMethod]
    [DataRow(null, "cannot be opened", "check the path", DisplayName = "no file")]
    [DataRow(
        "\"alpha-3\n",
        "list.txt:1: the quotes do not hold exactly one key",
        "until then no patient is used",
        DisplayName = "a broken line"
    )]
    public void A_list_that_the_daemon_could_not_use_is_a_fault(string? list, string words, string fix)
    {
        var finding = Examine(list).Single(f => f.Check == "objections");

        Assert.AreEqual(Severity.Fail, finding.Severity);
        Assert.Contains(words, finding.Text);
        Assert.Contains(fix, finding.Fix!);
    }

    [TestMethod]
    public void A_hospital_without_a_list_has_no_finding_on_it()
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), new Uri("https://127.0.0.1:1"));

        Assert.AreEqual("data", DataChecks.Examine(NodeSetup.Read(files.Config, [])).Single().Check);
    }

    private static List<Finding> Examine(string? list)
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), new Uri("https://127.0.0.1:1"));
        if (list is not null)
        {
            files.Write("list.txt", list);
        }

        return [.. DataChecks.Examine(NodeSetup.Read(files.Config, ["--node:objections", "list.txt"]))];
    }
}
