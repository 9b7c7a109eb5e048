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

    private readonly TokenBuckets<SiteName> _sites = new(Burst, Rate, time);

    /// <summary>Takes so many bytes from what a site may say, or nothing if it has said too much.</summary>
    internal bool TryTake(SiteName site, int bytes) => _sites.Take(site, bytes) is null;
}
