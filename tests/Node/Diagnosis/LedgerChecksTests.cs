using Federated.Fixtures;
using Federated.Identity;
using Federated.Node.Diagnosis;
using Federated.Node.Hosting;
using Federated.Node.Tests.Hosting;
using Federated.Node.Tests.Ledger;
using Federated.Privacy.Ledger;

namespace Federated.Node.Tests.Diagnosis;

/// <summary>What the doctor says of data set, ledger and anchor, each fault with its fix.</summary>
[TestClass]
public sealed class LedgerChecksTests
{
    [TestMethod]
    [DataRow("", "data set", "Warn", "none is named", "set node.dataSet")]
    [DataRow(", \"dataSet\": \"cardiology\"", "anchor", "Warn", "none is configured", "set node.ledger.anchor")]
    [DataRow(Anchored + "anchor.json\" }", "data set", "Fail", "is not registered", "fed-node ledger register cardiology")]
    [DataRow(Anchored + "anchor.json\" }", "anchor", "Warn", "is on the same volume as the state folder", "another volume")]
    [DataRow(Anchored + "state/anchor.json\" }", "anchor", "Fail", "lies in the state folder", "another volume")]
    [DataRow(Anchored + "state/ledger/anchor.json\" }", "anchor", "Fail", "lies in the state folder", "another volume")]
    [DataRow(Anchored + "unmounted/anchor.json\" }", "anchor", "Fail", "is not there", "mount its volume")]
    public void A_fault_is_found_with_its_fix(string configuration, string check, string severity, string words, string fix)
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), Nowhere, more: configuration);
        Directory.CreateDirectory(files.State);

        var finding = LedgerChecks.Examine(NodeSetup.Read(files.Config, [])).Single(finding => finding.Check == check);

        Assert.AreEqual(severity, finding.Severity.ToString(), finding.Text);
        Assert.Contains(words, finding.Text);
        Assert.Contains(fix, finding.Fix!);
    }

    [TestMethod]
    public void A_sound_ledger_is_read_and_one_that_was_cut_or_closed_is_named()
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), Nowhere, more: Anchored + "anchor.json\" }");
        var setup = NodeSetup.Read(files.Config, []);
        Directory.CreateDirectory(files.State);
        using (var ledger = setup.OpenLedger(TimeProvider.System)!)
        {
            ledger.Record(new LedgerEntry.Registered(LedgerBench.Name, LedgerBench.Wide, LedgerBench.Act));
            ledger.TryCharge(LedgerBench.Charge("a", 1), LedgerBench.Wide, 0);
        }

        Assert.AreEqual("2 lines, all verified", Check(setup, "ledger").Text);
        Assert.AreEqual(Severity.Ok, Check(setup, "data set").Severity);

        var path = files.Folder["state", "ledger", "cardiology.jsonl"];
        File.WriteAllText(path, File.ReadAllLines(path)[0] + "\n");
        Assert.AreEqual(Severity.Fail, Check(setup, "ledger").Severity);
        Assert.Contains("fed-node ledger recover cardiology", Check(setup, "ledger").Fix!);

        File.Delete(files.Folder["anchor.json"]);
        using (var ledger = setup.OpenLedger(TimeProvider.System)!)
        {
            ledger.Record(new LedgerEntry.Recovered(Recovery.Closed, default, [], LedgerBench.Act));
        }

        Assert.AreEqual(Severity.Fail, Check(setup, "data set").Severity);
        Assert.Contains("was closed", Check(setup, "data set").Text);
    }

    private const string Anchored = ", \"dataSet\": \"cardiology\", \"ledger\": { \"anchor\": \"";

    private static Uri Nowhere { get; } = new("https://127.0.0.1:1");

    private static Finding Check(NodeSetup setup, string check) => LedgerChecks.Examine(setup).Single(finding => finding.Check == check);
}
