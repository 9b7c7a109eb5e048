using Federated.Federation;

namespace Federated.Coordinator.Log;

/// <summary>
/// How much each site may have the log say: a log is kept for ever, so that a site which talks without end would fill everybody's disk. Charges that come with inputs
/// are not counted: the plan bounds those. Thread-safe.
/// </summary>
internal sealed class StatementQuota(TimeProvider time)
{
    /// <summary>Bytes at once: some thousand statements, as after a long absence.</summary>
    internal const long Burst = 4 << 20;

    /// <summary>Bytes for each second that passes: 8 MB a day.</summary>
    private const double Rate = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<SiteName, (double Left, long At)> _sites = []; // guarded by _lock

    /// <summary>Takes so many bytes from what a site may say, or nothing if it has said too much.</summary>
    internal bool TryTake(SiteName site, int bytes)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var (left, at) = _sites.TryGetValue(site, out var known) ? known : (Burst, now);
            left = Math.Min(Burst, left + (Rate * time.GetElapsedTime(at, now).TotalSeconds));
            var isEnough = left >= bytes;
            _sites[site] = (isEnough ? left - bytes : left, now);
            return isEnough;
        }
    }
}
