using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Notes;

namespace Federated.Cli.Audit;

/// <summary>Which entries somebody wants to see; what is null is not asked for.</summary>
/// <param name="Study">A plan's name, or the first digits of its hash.</param>
/// <param name="Site">A site that said it or that it is about.</param>
/// <param name="Kind">Of which kind.</param>
/// <param name="Since">By the actor's clock, from then on.</param>
/// <param name="Until">By the actor's clock, before then.</param>
internal sealed record EntryFilter(string? Study, string? Site, EntryKind? Kind, DateTimeOffset? Since, DateTimeOffset? Until)
{
    private const int FewestDigits = 6;

    internal bool Takes(LogEntry entry) =>
        (Kind is null || entry.Kind == Kind)
        && (Since is null || entry.Time >= Since)
        && (Until is null || entry.Time < Until)
        && (Study is null || (entry.Study is { } study && IsNamed(study)))
        && (Site is null || (KeyNames.IsSite(entry.Actor, out var site) && site.Value == Site));

    private bool IsNamed(StudyReference study) =>
        study.Name == Study || (Study!.Length >= FewestDigits && study.Plan.ToString().StartsWith(Study, StringComparison.Ordinal));
}
