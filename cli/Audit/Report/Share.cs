using System.Globalization;

namespace Federated.Cli.Audit.Report;

/// <summary>How much of a limit was spent, to draw it. Decimal arithmetic on the log's own digits, which are printed as they are beside every bar.</summary>
internal static class Share
{
    /// <summary>In [0, 1]; null if one of the two is no number of everyday size, and then there is no bar.</summary>
    internal static decimal? Of(string spent, string limit) =>
        Read(spent) is { } part && Read(limit) is > 0 and var whole ? Math.Min(part / whole, 1m) : null;

    /// <summary>In whole percent, rounded up as what is spent is; empty where there is no share.</summary>
    internal static string Percent(string spent, string limit) =>
        Of(spent, limit) is { } share ? Math.Ceiling(share * 100).ToString("0", CultureInfo.InvariantCulture) : "";

    private static decimal? Read(string text) =>
        decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : null;
}
