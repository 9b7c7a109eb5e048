using System.CommandLine;

namespace Federated.Cli;

/// <summary><c>--language en|fr</c>, for commands whose text is for people outside: patients, auditors, data protection officers.</summary>
internal static class LanguageOption
{
    internal const string InEnglish = "en";
    internal const string InFrench = "fr";

    internal static Option<string> Create()
    {
        var language = new Option<string>("--language")
        {
            Description = "Language of the text; that of the environment (LC_ALL, LC_MESSAGES, LANG) if it is one of these.",
            DefaultValueFactory = _ => OfEnvironment(),
        };
        language.AcceptOnlyFromAmong(InEnglish, InFrench);
        return language;
    }

    private static string OfEnvironment()
    {
        string[] variables = ["LC_ALL", "LC_MESSAGES", "LANG"];
        var first = variables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? "";
        return first.Split('_', '.', '@')[0] == InFrench ? InFrench : InEnglish;
    }
}
