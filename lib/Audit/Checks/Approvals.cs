using Federated.Federation;
using Federated.TransparencyLog.Entries;

namespace Federated.Audit.Checks;

/// <summary>(d) What each site of a roster last said of the plan.</summary>
internal sealed class Approvals
{
    private readonly Dictionary<SiteName, EntryKind> _last = [];

    /// <summary>Takes a site's word. One that withdraws may never have joined: its approval was then said nowhere but there.</summary>
    public void Take(SiteName site, EntryKind kind) => _last[site] = kind;

    /// <summary>Why a site does not take part at this place of the log, or null.</summary>
    public string? Missing(SiteName site) =>
        _last.TryGetValue(site, out var said) && said == EntryKind.PlanApproved ? null
        : said == default ? $"{site} is in the cohort and had not approved the plan before."
        : $"{site} is in the cohort, and the last that it said of the plan before is '{EntryKinds.WordOf(said)}'.";
}
