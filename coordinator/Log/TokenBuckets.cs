namespace Federated.Coordinator.Log;

/// <summary>A measure for each of many, which fills again as time passes: whoever has emptied its own waits, and nobody else. Thread-safe.</summary>
/// <param name="burst">A full measure, with which everybody begins.</param>
/// <param name="perSecond">What comes back each second, above 0.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenBuckets<TKey>(double burst, double perSecond, TimeProvider time)
    where TKey : notnull
{
    private readonly Lock _lock = new();
    private readonly Dictionary<TKey, (double Left, long At)> _measures = []; // guarded by _lock; no more than the root has certified

    /// <summary>Takes so much, or nothing.</summary>
    /// <returns>Null; or how long until there is so much, above zero.</returns>
    internal TimeSpan? Take(TKey key, double amount)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var (left, at) = _measures.TryGetValue(key, out var known) ? known : (burst, now);
            left = Math.Min(burst, left + (perSecond * time.GetElapsedTime(at, now).TotalSeconds));
            var isEnough = left >= amount;
            _measures[key] = (isEnough ? left - amount : left, now);
            return isEnough ? null : TimeSpan.FromSeconds((amount - left) / perSecond);
        }
    }
}
