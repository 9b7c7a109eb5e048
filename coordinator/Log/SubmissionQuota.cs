namespace Federated.Coordinator.Log;

/// <summary>
/// How many plans each researcher may have the log register: log and database keep them for ever, so that one who submits and cancels without end would fill everybody's disk. Thread-safe.
/// </summary>
/// <remarks>Kept in memory: a restart, which no researcher can bring about, gives everybody a full measure again.</remarks>
internal sealed class SubmissionQuota(TimeProvider time)
{
    /// <summary>Plans at once: a grid of variants, or a day of trying.</summary>
    internal const int Burst = 32;

    /// <summary>Plans for each hour that passes.</summary>
    internal const int PerHour = 8;

    private static readonly TimeSpan Between = TimeSpan.FromHours(1) / PerHour;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (double Left, long At)> _researchers = []; // guarded by _lock; no more than the root has certified

    /// <summary>Takes one plan from what a researcher may submit, or nothing.</summary>
    /// <param name="researcher">By the certificate that signed the plan.</param>
    /// <returns>Null; or how long until the next one may be submitted, above zero.</returns>
    internal TimeSpan? Take(string researcher)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var (left, at) = _researchers.TryGetValue(researcher, out var known) ? known : (Burst, now);
            left = Math.Min(Burst, left + (time.GetElapsedTime(at, now) / Between));
            var isEnough = left >= 1;
            _researchers[researcher] = (isEnough ? left - 1 : left, now);
            return isEnough ? null : (1 - left) * Between;
        }
    }
}
