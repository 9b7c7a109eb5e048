using Federated.Data;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Hosting;

namespace Federated.Node.Tests.Hosting;

/// <summary>What an operator meets when starting a node.</summary>
[TestClass]
public sealed class NodeOptionsTests
{
    private static readonly Uri Nowhere = new("https://127.0.0.1:1");

    [TestMethod]
    public void Every_fault_of_the_configuration_is_reported_at_once()
    {
        using var folder = new TestFolder();
        var file = folder.Write(
            "node.json",
            """{ "node": { "coordinator": "hub:7443", "aproval": "automatic", "device": "gpu", "threads": 0, "healthPort": 65536, "data": { "fil": "x" } } }"""
        );

        var message = Assert.ThrowsExactly<OperatorException>(() => NodeHost.Build(file, [])).Message;

        foreach (
            var words in new[]
            {
                "node.aproval: unknown key; did you mean 'approval'?",
                "node.data.fil: unknown key; did you mean 'file'?",
                "node.coordinator 'hub:7443' is no address; write it like https://coordinator.example:7443.",
                "node.tls.root is missing",
                "node.tls.certificate is missing",
                "node.tls.key is missing",
                "node.data.file is missing",
                "node.data.mapping is missing",
                "node.state is missing",
                "node.approval is ''; write human",
                "node.device is 'gpu'; use auto, cpu, cuda.",
                "node.threads is 0; use 1 to 256.",
                "node.healthPort is 65536",
            }
        )
        {
            Assert.Contains(words, message);
        }
    }

    /// <summary>What is allowed stands in one place.</summary>
    [TestMethod]
    [DataRow("policy.yaml", "", "", null)]
    [DataRow("policy.yaml", "human", "", "node.approval is 'human' and node.policy names a file")]
    [DataRow("policy.yaml", "", "allow", "node.withoutPrivacy is 'allow' and node.policy names a file")]
    [DataRow("", "two-humans", "", null)]
    [DataRow("", "", "", "node.approval is ''; write human")]
    [DataRow("", "human", "perhaps", "node.withoutPrivacy is 'perhaps'; write refuse")]
    public void Approval_and_privacy_are_said_by_the_policy_or_by_the_configuration(
        string policy,
        string approval,
        string withoutPrivacy,
        string? fault
    )
    {
        var options = new NodeOptions
        {
            Policy = policy,
            Approval = approval,
            WithoutPrivacy = withoutPrivacy,
        };

        var faults = options.Faults().Where(said => said.Contains("node.approval") || said.Contains("node.withoutPrivacy")).ToList();

        Assert.HasCount(fault is null ? 0 : 1, faults);
        Assert.IsTrue(fault is null || faults[0].StartsWith(fault, StringComparison.Ordinal), string.Join('\n', faults));
    }

    [TestMethod]
    [DataRow("Cardiology", "", "node.dataSet: 'Cardiology' is not a name of a data set")]
    [DataRow("../other", "", "node.dataSet: '../other' is not a name of a data set")]
    [DataRow("", "anchor.json", "node.ledger.anchor is set, and node.dataSet is not")]
    public void A_data_set_has_a_name_and_an_anchor_belongs_to_one(string name, string anchor, string words) =>
        Assert.IsNotEmpty(
            new NodeOptions
            {
                DataSet = name,
                Ledger = new LedgerOptions { Anchor = anchor },
            }
                .Faults()
                .Where(fault => fault.StartsWith(words, StringComparison.Ordinal))
        );

    [TestMethod]
    [DataRow("http://coordinator.example:7443", DisplayName = "without TLS")]
    [DataRow("", DisplayName = "none")]
    [DataRow("coordinator.example", DisplayName = "a bare name")]
    public void A_coordinator_is_an_https_address(string address) =>
        Assert.Contains(
            "write it like https://",
            new NodeOptions { Coordinator = address }
                .Faults()
                .First()
        );

    [TestMethod]
    [DataRow(Role.Coordinator)]
    [DataRow(Role.Researcher)]
    public void A_node_shows_a_sites_certificate_and_no_other(Role role)
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(role, "alpha"), Nowhere);

        var error = Assert.ThrowsExactly<OperatorException>(() => NodeHost.Build(files.Config, []));

        Assert.Contains($"is that of a {role}; a node needs a site's.", error.Message);
    }

    [TestMethod]
    public void A_node_does_not_start_without_its_protocol_keys()
    {
        using var consortium = new Consortium();
        var tls = consortium.Issue(Role.Site, "alpha");
        using var files = new NodeFiles(tls, Nowhere);
        var moved = files.Folder["moved.key"];
        File.Move(ProtocolFiles.Beside(tls.Certificate).Key, moved);

        var error = Assert.ThrowsExactly<OperatorException>(() => NodeHost.Build(files.Config, []));

        Assert.Contains("does not exist", error.Message);
        Assert.Contains("set protocol.key to where it is", error.Hint!);
        NodeHost.Build(files.Config, ["--node:protocol:key", moved]).Dispose();
    }

    [TestMethod]
    public void The_logging_section_sets_what_is_logged()
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), Nowhere);
        var output = Console.Out;
        using var captured = new StringWriter();
        Console.SetOut(captured);
        try
        {
            // The console's writer thread ends with its host: what was to be written is written then.
            using (NodeHost.Build(files.Config, [])) { }
            var usual = captured.ToString();
            using (NodeHost.Build(files.Config, ["--logging:logLevel:default", "Error"])) { }

            Assert.Contains("Data set patients.csv: 60 rows.", usual);
            Assert.AreEqual(usual, captured.ToString());
        }
        finally
        {
            Console.SetOut(output);
        }
    }

    [TestMethod]
    public void The_shortest_split_key_of_a_plan_is_the_shortest_that_a_split_takes()
    {
        Assert.AreEqual(0.5, new HoldoutSplit(new byte[HoldoutPlan.MinKeyBytes], 0.5).TestFraction);
        Assert.ThrowsExactly<ArgumentException>(() => new HoldoutSplit(new byte[HoldoutPlan.MinKeyBytes - 1], 0.5));
    }
}
