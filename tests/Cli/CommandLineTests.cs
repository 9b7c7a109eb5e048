using Federated.Fixtures;
using Federated.Fixtures.Processes;

namespace Federated.Cli.Tests;

/// <summary>The command line as a person types it: the built program, its words and its exit codes.</summary>
[TestClass]
public sealed class CommandLineTests
{
    [TestMethod]
    [DataRow("fed [command] [options]", DisplayName = "fed")]
    [DataRow("fed demo [options]", "demo", DisplayName = "fed demo")]
    [DataRow("fed data [command] [options]", "data", DisplayName = "fed data")]
    [DataRow("fed data generate <folder> [options]", "data", "generate", DisplayName = "fed data generate")]
    [DataRow("fed study [command] [options]", "study", DisplayName = "fed study")]
    [DataRow("fed study validate <file> [options]", "study", "validate", DisplayName = "fed study validate")]
    [DataRow("fed study submit <file> [options]", "study", "submit", DisplayName = "fed study submit")]
    [DataRow("fed study list [options]", "study", "list", DisplayName = "fed study list")]
    [DataRow("fed study show <plan> [options]", "study", "show", DisplayName = "fed study show")]
    [DataRow("fed study watch <plan> [options]", "study", "watch", DisplayName = "fed study watch")]
    [DataRow("fed study cancel <plan> [options]", "study", "cancel", DisplayName = "fed study cancel")]
    [DataRow("fed study resume <plan> [options]", "study", "resume", DisplayName = "fed study resume")]
    [DataRow("fed model [command] [options]", "model", DisplayName = "fed model")]
    [DataRow("fed model download <plan> [options]", "model", "download", DisplayName = "fed model download")]
    [DataRow("fed model predict <folder> [options]", "model", "predict", DisplayName = "fed model predict")]
    [DataRow("fed privacy [command] [options]", "privacy", DisplayName = "fed privacy")]
    [DataRow("fed privacy epsilon [options]", "privacy", "epsilon", DisplayName = "fed privacy epsilon")]
    [DataRow("fed privacy noise [options]", "privacy", "noise", DisplayName = "fed privacy noise")]
    [DataRow("fed privacy steps [options]", "privacy", "steps", DisplayName = "fed privacy steps")]
    [DataRow("fed privacy plan <file> [options]", "privacy", "plan", DisplayName = "fed privacy plan")]
    [DataRow("fed privacy explain [<file>] [options]", "privacy", "explain", DisplayName = "fed privacy explain")]
    [DataRow("fed privacy attack [options]", "privacy", "attack", DisplayName = "fed privacy attack")]
    [DataRow("fed audit [command] [options]", "audit", DisplayName = "fed audit")]
    [DataRow("fed audit verify <path> [options]", "audit", "verify", DisplayName = "fed audit verify")]
    [DataRow("fed audit show <folder> [options]", "audit", "show", DisplayName = "fed audit show")]
    [DataRow("fed audit prove <folder> <index> [options]", "audit", "prove", DisplayName = "fed audit prove")]
    public void Every_command_explains_itself(string usage, params string[] command)
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, [.. command, "--help"]);

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        Assert.Contains("Description:", ended.Output);
        Assert.Contains(usage, ended.Output);
        Assert.IsEmpty(ended.Errors);
        Assert.IsEmpty(scratch.Files());
    }

    [TestMethod]
    [DataRow("Required command was not provided.", DisplayName = "no command")]
    [DataRow("Required command was not provided.", "data", DisplayName = "half a command")]
    [DataRow("Unrecognized command or argument 'dmeo'", "dmeo", DisplayName = "unknown command")]
    [DataRow("Unrecognized command or argument '--round'", "demo", "--round", "3", DisplayName = "unknown option")]
    [DataRow("--rounds is '0'; use a whole number from 1 to 10000.", "demo", "--rounds", "0", DisplayName = "too few rounds")]
    [DataRow("--rounds is '10001'; use a whole number", "demo", "--rounds", "10001", DisplayName = "too many rounds")]
    [DataRow("--rounds is '4.5'; use a whole number", "demo", "--rounds", "4.5", DisplayName = "a fraction of a round")]
    [DataRow("--sites is '-1'; use a whole number from 1 to 200.", "demo", "--sites", "-1", DisplayName = "a negative number")]
    [DataRow("One site has nobody to hide among", "demo", "--sites", "1", DisplayName = "a lone hospital")]
    [DataRow("--seed is '99999999999'; use a whole number", "demo", "--seed", "99999999999", DisplayName = "a number that does not fit")]
    [DataRow("--port is '65536'; use a whole number from 0 to 65535.", "demo", "--port", "65536", DisplayName = "no such port")]
    [DataRow("'forest'", "demo", "--model", "forest", DisplayName = "unknown model")]
    [DataRow("'fedprox'", "demo", "--mode", "fedprox", DisplayName = "unknown mode")]
    [DataRow(
        "--sites counts synthetic hospitals",
        "demo",
        "--sites",
        "3",
        "--data",
        ".",
        DisplayName = "two options that exclude each other"
    )]
    [DataRow("nowhere does not exist.", "demo", "--data", "nowhere", DisplayName = "no such data folder")]
    [DataRow("Required argument missing", "data", "generate", DisplayName = "no folder")]
    [DataRow(
        "--sites is '1000'; use a whole number from 1 to 999.",
        "data",
        "generate",
        "out",
        "--sites",
        "1000",
        DisplayName = "too many hospitals"
    )]
    [DataRow(
        "--rows is '0'; use a whole number from 1 to 1000000.",
        "data",
        "generate",
        "out",
        "--rows",
        "0",
        DisplayName = "hospitals without patients"
    )]
    [DataRow("--seed", "data", "generate", "out", "--seed", "-1", DisplayName = "a negative seed")]
    [DataRow("Required argument missing", "study", "validate", DisplayName = "no study")]
    [DataRow("nowhere.yaml cannot be opened: ", "study", "validate", "nowhere.yaml", DisplayName = "no such study")]
    [DataRow("Option '--out' is required.", "model", "download", "abcdef", DisplayName = "nowhere to put a model")]
    [DataRow("Option '--mapping' is required.", "model", "predict", "model", "--data", "x", "--out", "y", DisplayName = "no mapping")]
    public void A_wrong_command_line_says_what_is_wrong_and_writes_nothing(string message, params string[] arguments)
    {
        using var scratch = new TestFolder();

        var ended = Started.FedToEnd(scratch, arguments);

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.StartsWith("error: ", ended.Errors);
        Assert.Contains(message, ended.Errors);
        Assert.Contains("hint: ", ended.Errors);
        Assert.IsEmpty(ended.Output, "what is wrong goes to standard error, so that a pipe does not swallow it");
        Assert.IsEmpty(scratch.Files());
    }
}
