using Federated.Federation;
using Federated.TransparencyLog.Entries;

namespace Federated.Audit.Checks;

/// <summary>(d) What each site of a roster last said of the plan.</summary>
/// <param name="roster">The plan's sites.</param>
internal sealed class Approvals(IReadOnlyCollection<SiteName> roster)
{
    private readonly Dictionary<SiteName, EntryKind> _last = [];

    /// <summary>Takes a site's word; the fault, or null.</summary>
    public string? Take(SiteName site, EntryKind kind)
    {
        if (!roster.Contains(site))
        {
            return $"{site} decides on a plan whose roster it is not on.";
        }

        if (kind == EntryKind.PlanWithdrawn && _last.GetValueOrDefault(site) != EntryKind.PlanApproved)
        {
            return $"{site} withdraws an approval that it had not given.";
        }

        _last[site] = kind;
        return null;
    }

    /// <summary>Why a site does not take part at this place of the log, or null.</summary>
    public string? Missing(SiteName site) =>
        _last.TryGetValue(site, out var said) && said == EntryKind.PlanApproved ? null
        : said == default ? $"{site} is in the cohort and had not approved the plan before."
        : $"{site} is in the cohort, and the last that it said of the plan before is '{EntryKinds.WordOf(said)}'.";
}
