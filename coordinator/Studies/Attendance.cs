using System.Collections.Immutable;
using Federated.Federation;

namespace Federated.Coordinator.Studies;

/// <summary>Where each site of a roster stands, and why. Changed by the study's loop; what endpoints read is replaced whole.</summary>
internal sealed class Attendance
{
    private ImmutableSortedDictionary<SiteName, (SiteStanding Standing, string Reason)> _sites;

    /// <summary>Everybody is away.</summary>
    internal Attendance(IEnumerable<SiteName> roster) =>
        _sites = roster.ToImmutableSortedDictionary(site => site, _ => (SiteStanding.Away, ""));

    /// <summary>All sites in order.</summary>
    internal ImmutableSortedDictionary<SiteName, (SiteStanding Standing, string Reason)> All => Volatile.Read(ref _sites);

    /// <summary>Sites that a round can begin with.</summary>
    internal ImmutableSortedSet<SiteName> Ready => [.. In(SiteStanding.Ready)];

    /// <summary>How many may still come by themselves.</summary>
    internal int Awaited => In(SiteStanding.Away, SiteStanding.Waiting).Count();

    internal SiteStanding Of(SiteName site) => _sites[site].Standing;

    internal void Set(SiteName site, SiteStanding standing, string reason = "") =>
        Volatile.Write(ref _sites, _sites.SetItem(site, (standing, reason)));

    internal IEnumerable<SiteName> In(params SiteStanding[] standings) =>
        _sites.Where(pair => standings.Contains(pair.Value.Standing)).Select(pair => pair.Key);

    /// <summary>Who is not ready and why, in words.</summary>
    internal string Missing() =>
        string.Join(
            "; ",
            _sites
                .Where(pair => pair.Value.Standing != SiteStanding.Ready)
                .Select(pair => $"{pair.Key}: {(pair.Value.Reason.Length > 0 ? pair.Value.Reason.TrimEnd('.') : "not connected")}")
        );
}
