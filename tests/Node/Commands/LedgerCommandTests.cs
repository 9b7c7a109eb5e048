using System.Text.Json.Nodes;
using Federated.Fixtures;
using Federated.Fixtures.Processes;
using Federated.Identity;
using Federated.Node.Journal;
using Federated.Node.Tests.Hosting;
using Federated.Node.Tests.Journal;
using Federated.Node.Tests.Ledger;
using Federated.Privacy;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;
using Federated.Privacy.Ledger;

namespace Federated.Node.Tests.Commands;

/// <summary>What an operator does with a ledger, as the program prints it.</summary>
[TestClass]
public sealed class LedgerCommandTests
{
    private static readonly Uri Nowhere = new("https://127.0.0.1:1");

    private const string DataSet = """
        , "dataSet": "cardiology", "ledger": { "anchor": "anchor.json" }
        """;

    [TestMethod]
    public void A_ledger_is_registered_charged_shown_capped_exported_and_verified()
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), Nowhere, more: DataSet);

        var registered = NodeProcess.Output(
            files,
            ["ledger", "register", "cardiology", "--epsilon", "4", "--delta", "1e-5", "--reason", "the board agreed"]
        );
        Assert.StartsWith("registered cardiology with a cap of epsilon 4 at delta 1E-05 for all studies together, in ", registered);
        Release(files, rounds: 3);

        var shown = NodeProcess.Json(files, "ledger", "show");
        var expected = PldAccountant.Bound(new GaussianEvent(new NoiseMultiplier(4)).Times(3), new Delta(1e-5)).Epsilon.Value;
        var floor = PldAccountant.Bound(new GaussianEvent(new NoiseMultiplier(2)).Times(3), new Delta(1e-5)).Epsilon.Value;
        Assert.AreEqual(4 - expected, shown["remaining"]!.GetValue<double>(), 1e-12);
        Assert.AreEqual(expected, shown["total"]!["epsilon"]!.GetValue<double>());
        Assert.AreEqual(floor, shown["total"]!["epsilon_floor"]!.GetValue<double>());
        Assert.IsGreaterThan(expected, shown["total"]!["epsilon_rdp"]!.GetValue<double>());
        Assert.AreEqual(3, shown["studies"]![0]!["releases"]!.GetValue<int>());

        Assert.AreEqual(
            "the cap of cardiology is epsilon 2 at delta 1E-05; it was epsilon 4 at delta 1E-05",
            NodeProcess.Output(files, "ledger", "cap", "cardiology", "--epsilon", "2", "--reason", "too much")
        );
        var text = NodeProcess.Output(files, "ledger", "show");
        Assert.Contains("epsilon 2 at delta 1E-05, by ", text);
        Assert.Contains("too much", text);
        Assert.Contains("'study a'", text);

        var copy = NodeProcess.Json(files, "ledger", "export", "--to", files.Folder["copy.jsonl"]);
        Assert.AreEqual(5, copy["lines"]!.GetValue<int>());
        Assert.AreEqual(
            File.ReadAllText(files.Folder["state", "ledger", "cardiology.jsonl"]),
            File.ReadAllText(files.Folder["copy.jsonl"])
        );
        var verified = NodeProcess.Run(
            files.Folder,
            ["ledger", "verify", files.Folder["copy.jsonl"], "--anchor", files.Folder["anchor.json"]]
        );
        Assert.AreEqual(0, verified.ExitCode, verified.ToString());
        Assert.Contains("its anchor vouches that no line is missing", verified.Output);
    }

    [TestMethod]
    public void An_older_copy_is_named_by_status_doctor_show_and_verify_and_recover_says_what_to_do()
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), Nowhere, more: DataSet);
        Register(files);
        Release(files, rounds: 2);
        var ledger = files.Folder["state", "ledger", "cardiology.jsonl"];
        File.WriteAllText(ledger, File.ReadAllLines(ledger)[0] + "\n");

        const string words = "it has 1 lines, and its anchor has seen 3";
        foreach (
            var command in new[]
            {
                "status --config CONFIG",
                "doctor --config CONFIG",
                "ledger show --config CONFIG",
                "ledger recover cardiology --config CONFIG",
                "ledger verify LEDGER --anchor ANCHOR",
            }
        )
        {
            var ended = NodeProcess.Run(
                files.Folder,
                command.Replace("CONFIG", files.Config).Replace("LEDGER", ledger).Replace("ANCHOR", files.Folder["anchor.json"]).Split(' ')
            );

            Assert.AreEqual(1, ended.ExitCode, ended.ToString());
            Assert.Contains(words, ended.Output, command);
        }

        var explained = NodeProcess.Run(files.Folder, ["ledger", "recover", "cardiology", "--json", "--config", files.Config]);
        Assert.AreEqual(LedgerBench.Plan("a").ToString(), JsonNode.Parse(explained.Output)!["uncharged"]![0]!.GetValue<string>());
    }

    [TestMethod]
    [DataRow("ledger show", "Data set 'cardiology' is not registered", "fed-node ledger register cardiology")]
    [DataRow("ledger register oncology --epsilon 1 --delta 1e-5 --reason x", "'oncology' is not this node's data set", "node.dataSet")]
    [DataRow("ledger register cardiology --epsilon 1 --delta 1e-5", "The reason has to have 1 to 500 characters", "--reason")]
    [DataRow("ledger register cardiology --epsilon NaN --delta 1e-5 --reason x", "Epsilon is NaN", "usual")]
    [DataRow("ledger register cardiology --epsilon 1 --delta 1 --reason x", "Delta is 1", "usual")]
    [DataRow("ledger register cardiology --delta 1e-5 --reason x", "--epsilon is missing; it has no default.", "decimal")]
    [DataRow("ledger recover cardiology --write-off abc=1,1e-6 --reason x", "not of the form PLAN=EPSILON,DELTA", "fed-node plans show")]
    [DataRow("ledger recover cardiology --complete --close --reason x", "More than one way", "give one of")]
    [DataRow("ledger verify nothing-there", "holds no ledger", "export")]
    public void A_command_that_cannot_be_followed_says_why_and_what_to_do(string command, string words, string hint)
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), Nowhere, more: DataSet);
        string[] config = command.Contains("verify") ? [] : ["--config", files.Config];

        var ended = NodeProcess.Run(files.Folder, [.. command.Split(' '), .. config]);

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains(words, ended.Errors);
        Assert.Contains("hint: ", ended.Errors);
        Assert.Contains(hint, ended.Errors);
        Assert.IsFalse(File.Exists(files.Folder["state", "ledger", "cardiology.jsonl"]), "nothing was begun");
    }

    [TestMethod]
    public void What_left_is_listed_with_its_noise_and_what_left_without_a_charge_is_shouted()
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), Nowhere, more: DataSet);
        Register(files);
        Release(files, rounds: 1);
        using (var ledger = Open(files))
        {
            ledger.TryCharge(LedgerBench.Charge("a", 2), LedgerBench.Wide, 0);
        }

        using (var journal = SiteJournal.Open(new StateFolder(files.State), JournalLines.Alpha, TimeProvider.System))
        {
            journal.TryRelease(LedgerBench.Plan("b"), JournalLines.Attempt(1, 1), JournalLines.Vector, out _);
        }

        var lines = NodeProcess.Output(files, "releases", "show").Split('\n');
        var json = NodeProcess.Json(files, "releases", "show", "--plan", LedgerBench.Plan("a").ToString()[..6])["releases"]!;

        Assert.HasCount(4, lines);
        Assert.Contains("z 4; alone z 2  'study a'", lines[1]);
        Assert.DoesNotContain("DID NOT LEAVE", lines[1]);
        Assert.IsTrue(
            lines.Any(line => line.EndsWith("'study a'  CHARGED, DID NOT LEAVE", StringComparison.Ordinal)),
            string.Join('\n', lines)
        );
        Assert.IsTrue(lines.Any(line => line.EndsWith("NO CHARGE: no noise was counted", StringComparison.Ordinal)));
        Assert.HasCount(2, json.AsArray());
        Assert.AreEqual((14, "training"), (json[0]!["numbers"]!.GetValue<int>(), json[0]!["population"]!.GetValue<string>()));
    }

    /// <summary>The limit on a file's size stands for a full disk: a write ends in its middle with an error. The runtime maps its own code from a file, unless told not to.</summary>
    [TestMethod]
    public void A_disk_that_is_full_leaves_the_ledger_whole()
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), Nowhere, more: DataSet);
        Register(files);
        var ledger = files.Folder["state", "ledger", "cardiology.jsonl"];
        using (var open = Open(files))
        {
            while (new FileInfo(ledger).Length < 1700) // and below 2048, at which writing ends
            {
                open.Record(new LedgerEntry.Capped(LedgerBench.Wide, LedgerBench.Act));
            }
        }

        var before = File.ReadAllText(ledger);
        var program = Checkout.Program("fed-node");
        using var process = Started.Run(
            files.Folder,
            "bash",
            "-c",
            $"trap '' XFSZ; export DOTNET_EnableWriteXorExecute=0; ulimit -f 2; exec '{program}' ledger cap cardiology --epsilon 3 --reason {new string('x', 400)} --config '{files.Config}'"
        );
        var ended = process.WaitForEnd();

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains("or its anchor cannot be written", ended.Errors);
        Assert.Contains("hint: free space on that disk", ended.Errors);
        Assert.AreEqual(before, File.ReadAllText(ledger), "cut to whole lines");
    }

    private static void Register(NodeFiles files)
    {
        using var ledger = Open(files);
        ledger.Record(new LedgerEntry.Registered(LedgerBench.Name, LedgerBench.Wide, LedgerBench.Act));
    }

    /// <summary>Charges rounds of plan "a", and writes into the journal that they left.</summary>
    private static void Release(NodeFiles files, uint rounds)
    {
        using var ledger = Open(files);
        using var journal = SiteJournal.Open(new StateFolder(files.State), JournalLines.Alpha, TimeProvider.System);
        for (uint round = 1; round <= rounds; round++)
        {
            Assert.IsInstanceOfType<ChargeResult.Charged>(ledger.TryCharge(LedgerBench.Charge("a", round), LedgerBench.Wide, 0));
            Assert.IsTrue(journal.TryRelease(LedgerBench.Plan("a"), JournalLines.Attempt(round, 1), JournalLines.Vector, out _));
        }
    }

    private static Federated.Node.Ledger.DataSetLedger Open(NodeFiles files)
    {
        var setup = Federated.Node.Hosting.NodeSetup.Read(files.Config, []);
        Directory.CreateDirectory(files.State);
        return setup.OpenLedger(TimeProvider.System)!;
    }
}
