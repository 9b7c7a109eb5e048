using Federated.Fixtures;
using Federated.Identity;
using Federated.Node.Tests.Hosting;

namespace Federated.Node.Tests.Commands;

/// <summary>The commands as programs: what they print and how they end, without a daemon.</summary>
[TestClass]
public sealed class CommandTests
{
    private static readonly Uri Nowhere = new("https://127.0.0.1:1");

    [TestMethod]
    [DataRow("run", "--config")]
    [DataRow("status", "--json")]
    [DataRow("doctor", "--json")]
    [DataRow("pause", "--json")]
    [DataRow("resume", "--json")]
    [DataRow("plans", "approve <plan>")]
    [DataRow("plans list", "--json")]
    [DataRow("plans show", "--json")]
    [DataRow("plans approve", "--reason")]
    [DataRow("plans show", "--language <en|fr>")]
    [DataRow("plans approve", "--until <DATE>")]
    [DataRow("plans reject", "--reason")]
    [DataRow("plans withdraw", "--reason")]
    [DataRow("plans withdraw", "--code <data|incident|legal|policy|privacy|purpose|unspecified>")]
    [DataRow("journal", "advance <plan>")]
    [DataRow("journal advance", "--up-to <ROUND.ATTEMPT>")]
    public void Every_command_explains_itself(string command, string words)
    {
        using var scratch = new TestFolder();

        var ended = NodeProcess.Run(scratch, [.. command.Split(' '), "--help"]);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.Contains(words, ended.Output);
    }

    [TestMethod]
    [DataRow("", "Required command was not provided.", DisplayName = "nothing")]
    [DataRow("stattus", "Unrecognized command or argument 'stattus'.", DisplayName = "a misspelling")]
    [DataRow("status", "No configuration file is named.", DisplayName = "no configuration")]
    [DataRow("run", "No configuration file is named.", DisplayName = "a daemon without configuration")]
    [DataRow(
        "run --config /nowhere.json",
        "Configuration file /nowhere.json does not exist.",
        DisplayName = "a configuration that is not there"
    )]
    [DataRow("status --config CONFIG --jsn", "Unrecognized command or argument '--jsn'.", DisplayName = "an option that is not there")]
    [DataRow("run --config CONFIG --jsn", "Argument '--jsn' is no setting.", DisplayName = "a setting that is none")]
    [DataRow("plans show abc --config CONFIG", "'abc' is no beginning of a plan hash", DisplayName = "too few digits")]
    [DataRow("plans approve abcdef --config CONFIG", "No plan whose hash begins with abcdef was offered", DisplayName = "no such plan")]
    public void A_command_that_cannot_be_followed_ends_with_two_lines_and_code_2(string arguments, string words)
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), Nowhere);

        var ended = NodeProcess.Run(
            files.Folder,
            arguments.Replace("CONFIG", files.Config).Split(' ', StringSplitOptions.RemoveEmptyEntries)
        );

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.StartsWith("error: ", ended.Errors);
        Assert.Contains(words, ended.Errors);
        Assert.Contains("hint: ", ended.Errors);
        Assert.DoesNotContain("   at ", ended.Errors);
    }

    [TestMethod]
    public void Status_says_when_no_daemon_runs()
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), Nowhere);

        var text = NodeProcess.Run(files.Folder, "status", "--config", files.Config);
        var json = NodeProcess.Run(files.Folder, "status", "--config", files.Config, "--json");

        Assert.AreEqual((1, 1), (text.ExitCode, json.ExitCode));
        Assert.StartsWith("daemon       NOT RUNNING", text.Output);
        Assert.AreEqual("""{"running":false,"last":null}""", json.Output);
    }

    [TestMethod]
    public void The_doctor_prints_one_line_a_check_and_each_fix_on_a_line_of_its_own()
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), Nowhere);

        var ended = NodeProcess.Run(files.Folder, "doctor", "--config", files.Config);

        Assert.AreEqual(1, ended.ExitCode, ended.ToString());
        var lines = ended.Output.Split('\n');
        var failed = Array.FindIndex(lines, line => line.StartsWith("FAIL  port ", StringComparison.Ordinal));
        Assert.IsGreaterThan(0, failed, ended.Output);
        Assert.StartsWith("      fix: check that the coordinator runs there", lines[failed + 1]);
        Assert.IsNotEmpty(lines.Where(line => line.StartsWith("ok    libtorch       version ", StringComparison.Ordinal)));
        Assert.IsTrue(
            lines.All(line => new[] { "ok    ", "warn  ", "FAIL  ", "      " }.Any(line.StartsWith)),
            "no line is of another kind"
        );
    }

    [TestMethod]
    public void Pause_and_resume_work_while_the_daemon_does_not_run()
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), Nowhere);

        Assert.AreEqual(
            "local work is to stop; the daemon is not running; it takes it up when it starts",
            NodeProcess.Output(files, "pause")
        );
        Assert.AreEqual("local work was paused already", NodeProcess.Output(files, "pause"));
        Assert.IsTrue(NodeProcess.Json(files, "resume")["changed"]!.GetValue<bool>());
        Assert.AreEqual("local work was not paused", NodeProcess.Output(files, "resume"));
        Assert.AreEqual("no plan was offered to this site yet", NodeProcess.Output(files, "plans", "list"));
    }

    [TestMethod]
    public void A_daemon_whose_journal_is_damaged_does_not_start()
    {
        using var consortium = new Consortium();
        using var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), Nowhere);
        files.Write("state/journal.jsonl", "damage\n");

        using var daemon = NodeProcess.Daemon(files);
        var ended = daemon.WaitForEnd();

        Assert.AreEqual(2, ended.ExitCode);
        Assert.Contains("journal.jsonl:1 is damaged", ended.Errors);
        Assert.Contains("hint: keep a copy of the state folder", ended.Errors);
    }
}
