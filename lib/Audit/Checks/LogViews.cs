using Federated.SecureAggregation.Rounds;
using Federated.TransparencyLog.Trees;

namespace Federated.Audit.Checks;

/// <summary>(d) What coordinator and sites said of the log in a round's own messages.</summary>
internal static class LogViews
{
    /// <summary>Why the messages of a round speak of another log than the one that its cohort was formed under, or null.</summary>
    /// <param name="proven">By its proof: invitation, every member's keys and result name the same checkpoint.</param>
    /// <param name="log">The checkpoint that <c>cohort.formed</c> names.</param>
    public static string? Fault(ProvenRound proven, TreeHead log) =>
        proven.Log == new LogView((ulong)log.Size.Value, log.Root)
            ? null
            : $"its members saw the checkpoint of {proven.Log.Size} entries with root {proven.Log.Root}; the cohort was formed under that of {log.Size} entries with root {log.Root}.";
}
