using Federated.Fixtures;
using Federated.Node.Diagnosis;
using Federated.Node.Tests.Policy;

namespace Federated.Node.Tests.Diagnosis;

/// <summary>What the doctor says of a policy. The clock stands on 2030-01-01.</summary>
[TestClass]
public sealed class PolicyChecksTests
{
    [TestMethod]
    [DataRow("approval: two-humans", "Ok", "approval: two-humans, hash")]
    [DataRow("expires: 2030-06-01", "Ok", ", until 2030-06-01")]
    [DataRow("expires: 2030-01-10", "Warn", "its last day is 2030-01-10")]
    [DataRow("expires: 2030-01-01", "Warn", "its last day is 2030-01-01")]
    [DataRow("expires: 2029-12-31", "Fail", "it ended with 2029-12-31, and nothing is released")]
    [DataRow("expire: 2030-06-01", "Fail", "line 2, expire: unknown key; did you mean 'expires'?")]
    public void A_policy_is_read_as_the_daemon_reads_it(string policy, string severity, string words)
    {
        using var site = new SiteWithPlans(policy);

        var finding = PolicyChecks.Examine(site.Setup, new ManualTime());

        Assert.AreEqual(("policy", severity), (finding.Check, finding.Severity.ToString()), finding.Text);
        Assert.Contains(words, finding.Text);
    }
}
