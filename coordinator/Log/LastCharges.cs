using Federated.Coordinator.Storage;
using Federated.Federation;
using Federated.TransparencyLog.Entries;

namespace Federated.Coordinator.Log;

/// <summary>The last charge of each site in the log, which the site is shown before an invitation: a ledger that went back in time does not have it. Thread-safe.</summary>
internal sealed class LastCharges(CoordinatorStore store)
{
    private const int Page = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<SiteName, LogLine?> _last = []; // guarded by _lock

    /// <summary>A charge stands in the log.</summary>
    internal void Note(LogLine charge)
    {
        lock (_lock)
        {
            _last[charge.Site!.Value] = charge;
        }
    }

    /// <summary>The last charge of a site, of whichever study; null if the log has none.</summary>
    internal LogLine? Of(SiteName site)
    {
        lock (_lock)
        {
            if (!_last.TryGetValue(site, out var last))
            {
                _last[site] = last = Find(site);
            }

            return last;
        }
    }

    private LogLine? Find(SiteName site)
    {
        var before = long.MaxValue;
        while (store.LogOfSite(site, before, Page) is { Count: > 0 } page)
        {
            foreach (var (place, line) in page)
            {
                if (SealedEntry.TryParse(line.Entry, out var entry, out _) && entry.Entry.Kind == EntryKind.PrivacyCharged)
                {
                    return line;
                }

                before = place;
            }
        }

        return null;
    }
}
