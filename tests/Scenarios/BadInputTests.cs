using System.Net;
using System.Net.Sockets;
using System.Text;
using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Scenarios.Tests;

/// <summary>What a user can get wrong before a study starts: each ends in a message that names the place, and leaves nothing behind.</summary>
[TestClass]
public sealed class BadInputTests
{
    [TestMethod]
    [DataRow(
        "synthetic-est.csv",
        "cholesterol_mg_dl",
        "cholesterin",
        "synthetic-est.csv:1: chol: no column is named",
        DisplayName = "missing column"
    )]
    [DataRow(
        "synthetic-est.csv",
        "\nP000001,",
        "\nP000001,old",
        "synthetic-est.csv:2: age (column 'age_years'): 'old57' is not a number",
        DisplayName = "text in a number"
    )]
    [DataRow("synthetic-est.csv", "P000002", "P000001", "synthetic-est.csv:3: ", DisplayName = "patient key twice")]
    [DataRow(
        "synthetic-est.yaml",
        "trestbps:",
        "trestbp:",
        "synthetic-est.yaml:20: variables.trestbp: unknown variable; did you mean 'trestbps'?",
        DisplayName = "unknown variable in the mapping"
    )]
    [DataRow(
        "synthetic-est.yaml",
        "schema: heart-disease-v1",
        "schema: heart-disease-v9",
        "schema: 'heart-disease-v9' is not one of heart-disease-v1; did you mean 'heart-disease-v1'?",
        DisplayName = "unknown schema"
    )]
    [DataRow(
        "synthetic-est.yaml",
        "missing:",
        "mising:",
        "mising: unknown key; did you mean 'missing'?",
        DisplayName = "unknown key in the mapping"
    )]
    public void A_fault_in_a_file_is_named_with_its_line_and_field(string file, string right, string wrong, string message)
    {
        using var scratch = new TestFolder();
        var path = Path.Combine(Hospitals(scratch), file);
        var text = File.ReadAllText(path);
        Assert.Contains(right, text, "the text to spoil");
        File.WriteAllText(path, text.Replace(right, wrong));

        RefusedBeforeAnythingIsWritten(scratch, message);
    }

    [TestMethod]
    [DataRow("", "synthetic-sud.csv: the file is empty")]
    [DataRow("\n\n", "synthetic-sud.csv: the file is empty")]
    public void An_empty_file_is_named(string text, string message)
    {
        using var scratch = new TestFolder();
        File.WriteAllText(Path.Combine(Hospitals(scratch), "synthetic-sud.csv"), text);

        RefusedBeforeAnythingIsWritten(scratch, message);
    }

    [TestMethod]
    public void A_file_in_another_encoding_is_named()
    {
        using var scratch = new TestFolder();
        var path = Path.Combine(Hospitals(scratch), "synthetic-sud.csv");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(File.ReadAllText(path)));

        RefusedBeforeAnythingIsWritten(scratch, "synthetic-sud.csv: the file holds bytes that are not UTF-8");
    }

    [TestMethod]
    public void A_missing_file_is_named()
    {
        using var scratch = new TestFolder();
        File.Delete(Path.Combine(Hospitals(scratch), "synthetic-sud.csv"));

        RefusedBeforeAnythingIsWritten(scratch, "synthetic-sud.yaml: file: synthetic-sud.csv is not in ");
    }

    [TestMethod]
    [DataRow("synthetic-nord.csv")]
    [DataRow("synthetic-nord.yaml")]
    public void A_file_that_may_not_be_read_is_named(string file)
    {
        using var scratch = new TestFolder();
        var path = Path.Combine(Hospitals(scratch), file);
        File.SetUnixFileMode(path, UnixFileMode.None);

        using var fed = Started.Run(
            scratch,
            "setpriv",
            [.. Started.WithoutPrivilege, Checkout.Program("fed"), "demo", "--data", scratch["hospitals"]]
        );

        Refused(fed.WaitForEnd(), $"{path} cannot be opened: ");
        CollectionAssert.AreEqual(new[] { "hospitals" }, Entries(scratch));
    }

    [TestMethod]
    public void A_folder_without_mappings_is_refused_with_what_to_do()
    {
        using var scratch = new TestFolder();
        foreach (var mapping in Directory.GetFiles(Hospitals(scratch), "*.yaml"))
        {
            File.Delete(mapping);
        }

        RefusedBeforeAnythingIsWritten(scratch, "has no mapping (*.yaml), and its files are not those of a known data set (uci-heart).");
    }

    [TestMethod]
    public void Every_fault_of_every_file_is_reported_at_once()
    {
        using var scratch = new TestFolder();
        var hospitals = Hospitals(scratch);
        File.WriteAllText(Path.Combine(hospitals, "synthetic-est.csv"), "");
        File.WriteAllText(Path.Combine(hospitals, "synthetic-sud.csv"), "");

        var ended = RefusedBeforeAnythingIsWritten(scratch, "synthetic-est.csv: the file is empty");

        Assert.Contains("synthetic-sud.csv: the file is empty", ended.Errors);
    }

    [TestMethod]
    public void A_port_in_use_is_named_and_no_process_is_left()
    {
        using var scratch = new TestFolder();
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;

        var ended = Started.FedToEnd(scratch, "demo", "--port", $"{port}");

        Refused(ended, $"127.0.0.1:{port}: address already in use");
        Assert.Contains("hint: choose another port", ended.Errors);
        Assert.IsEmpty(ProcessTable.Daemons(scratch.Root));
    }

    [TestMethod]
    public void Hospitals_too_small_to_split_are_named_before_anything_starts()
    {
        using var scratch = new TestFolder();
        var generated = Started.FedToEnd(scratch, "data", "generate", scratch["hospitals"], "--sites", "12", "--rows", "1");
        Assert.AreEqual(0, generated.ExitCode, generated.ToString());

        var ended = RefusedBeforeAnythingIsWritten(scratch, ": rows 1, usable 1, held out for testing 1.");

        Assert.Contains("hint: give more patients, or another split with --seed", ended.Errors);
    }

    [TestMethod]
    public void A_folder_that_another_demo_was_kept_in_is_refused()
    {
        using var scratch = new TestFolder();
        scratch.Write("kept/data/synthetic-est.yaml", "left by another");

        var ended = Started.FedToEnd(scratch, "demo", "--keep", scratch["kept"]);

        Refused(ended, $"{scratch["kept"]} is not empty");
        CollectionAssert.AreEqual(new[] { "data/synthetic-est.yaml" }, scratch.Files("kept"));
    }

    [TestMethod]
    public void Temporary_files_that_cannot_be_written_are_said()
    {
        using var scratch = new TestFolder();
        var script = $"TMPDIR={scratch["nowhere"]} exec {Checkout.Program("fed")} demo";

        using var fed = Started.Run(scratch, "sh", "-c", script);

        var ended = fed.WaitForEnd();
        Refused(ended, $"A folder in {scratch["nowhere"]}/ cannot be made: ");
        Assert.Contains("hint: choose another folder with --keep", ended.Errors);
    }

    [TestMethod]
    public void Figures_cannot_go_to_a_folder_that_does_not_exist_and_that_is_said_before_the_work()
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, "demo", "--json", scratch["no", "such", "figures.json"]);

        Refused(ended, $"The folder of {scratch["no", "such", "figures.json"]} does not exist.");
        Assert.IsEmpty(Entries(scratch));
    }

    private static string Hospitals(TestFolder scratch)
    {
        var ended = Started.FedToEnd(scratch, "data", "generate", scratch["hospitals"]);
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        return scratch["hospitals"];
    }

    private static Ended RefusedBeforeAnythingIsWritten(TestFolder scratch, string message)
    {
        var kept = scratch["kept"];

        var ended = Started.FedToEnd(scratch, "demo", "--data", scratch["hospitals"], "--keep", kept, "--json", scratch["out.json"]);

        Refused(ended, message);
        CollectionAssert.AreEqual(new[] { "hospitals" }, Entries(scratch), "the demo wrote something although its input is wrong");
        return ended;
    }

    private static void Refused(Ended ended, string message)
    {
        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.StartsWith("error: ", ended.Errors);
        Assert.Contains(message, ended.Errors);
        Assert.DoesNotContain("   at ", ended.Errors, "a stack trace is for a bug, not for a wrong input");
    }

    private static string?[] Entries(TestFolder scratch) =>
        [.. Directory.GetFileSystemEntries(scratch.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal)];
}
