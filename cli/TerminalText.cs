namespace Federated.Cli;

/// <summary>Makes text that came over the network fit for a terminal.</summary>
internal static class TerminalText
{
    /// <summary>The text without control characters, which could clear the screen or pretend to be lines of ours.</summary>
    internal static string Of(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '�' : c)) : text;
}
