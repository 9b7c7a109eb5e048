using System.CommandLine;
using Federated.Federation;
using Federated.Hosting;
using Federated.Node.Hosting;
using Federated.Node.Journal;
using Federated.Node.Plans;

namespace Federated.Node.Commands;

/// <summary>What the commands have in common.</summary>
internal static class CommandOptions
{
    /// <summary><c>--config FILE</c>.</summary>
    internal static Option<string> Config() => new("--config") { Description = "The node's configuration file.", HelpName = "FILE" };

    /// <summary><c>--json</c>.</summary>
    internal static Option<bool> Json() => new("--json") { Description = "Print one JSON object instead of text." };

    /// <summary>The word for English.</summary>
    internal const string InEnglish = "en";

    /// <summary>The word for French.</summary>
    internal const string InFrench = "fr";

    /// <summary><c>--language en|fr</c>.</summary>
    internal static Option<string> Language()
    {
        var language = new Option<string>("--language")
        {
            Description = "Language of the text; that of the environment (LC_ALL, LC_MESSAGES, LANG) if it is one of these.",
            DefaultValueFactory = _ => LanguageOfEnvironment(),
        };
        language.AcceptOnlyFromAmong(InEnglish, InFrench);
        return language;
    }

    /// <summary>A plan by its hash.</summary>
    internal static Argument<string> Plan() =>
        new("plan") { Description = "The plan hash, or at least its first six digits (fed-node plans list)." };

    /// <summary>The configuration that was named, and what overrides it.</summary>
    /// <exception cref="OperatorException">None was named, or it has faults.</exception>
    internal static NodeSetup Setup(ParseResult parsed, Option<string> config, params IReadOnlyList<string> overrides) =>
        NodeSetup.Read(
            parsed.GetValue(config) ?? throw new OperatorException("No configuration file is named.", "start with --config FILE"),
            overrides
        );

    /// <summary>The plans of a node; its identity is loaded to check their signatures.</summary>
    internal static PlanStore Store(NodeSetup setup)
    {
        var tls = setup.LoadTls(TimeProvider.System); // lives as long as the process, which ends with the command
        return new PlanStore(setup.State, tls, setup.Self(tls).Name);
    }

    /// <summary>What the journal says; read and verified, never written: the daemon is its one writer.</summary>
    internal static JournalHistory History(NodeSetup setup)
    {
        using var tls = setup.LoadTls(TimeProvider.System);
        return JournalFile.Read(setup.State.Journal, setup.Self(tls).Name).History;
    }

    /// <summary>Who decides: the person behind sudo, if the command was run that way.</summary>
    internal static string Who =>
        ForeignText.Clean(
            Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } person
                ? $"{person} (as {Environment.UserName})"
                : Environment.UserName,
            Decision.MaxByLength - 1
        );

    /// <summary>When the daemon will see what a command wrote.</summary>
    internal static string WhenTakenUp(StateFolder state) =>
        FolderLock.Holder(state.Lock) is { } process
            ? $"the daemon (process {process}) takes it up within a second"
            : "the daemon is not running; it takes it up when it starts";

    /// <summary>As POSIX orders them; a variable that is empty says nothing.</summary>
    private static string LanguageOfEnvironment()
    {
        string[] variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
        var first = variables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? "";
        return first.Split('_', '.', '@')[0] == InFrench ? InFrench : InEnglish;
    }
}
