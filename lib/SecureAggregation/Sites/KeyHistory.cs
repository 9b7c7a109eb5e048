namespace Federated.SecureAggregation.Sites;

/// <summary>
/// Ephemeral public keys of the last attempts that this process saw. A peer that uses one again has no forward secrecy, or replays; either way this site does not
/// share a mask with it. Thread-safe.
/// </summary>
/// <param name="capacity">Keys that are remembered; the oldest are forgotten first.</param>
public sealed class KeyHistory(int capacity = 8192)
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal); // guarded by _lock
    private readonly Queue<string> _order = []; // guarded by _lock

    /// <summary>True if that key is remembered.</summary>
    internal bool Contains(string key)
    {
        lock (_lock)
        {
            return _keys.Contains(key);
        }
    }

    /// <summary>Remembers keys; false, and nothing is remembered, if one was seen before.</summary>
    internal bool TryAdd(IReadOnlyCollection<string> keys)
    {
        lock (_lock)
        {
            if (keys.Any(_keys.Contains))
            {
                return false;
            }

            foreach (var key in keys)
            {
                _keys.Add(key);
                _order.Enqueue(key);
            }

            while (_order.Count > capacity)
            {
                _keys.Remove(_order.Dequeue());
            }

            return true;
        }
    }
}
