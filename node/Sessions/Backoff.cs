using System.Security.Cryptography;

namespace Federated.Node.Sessions;

/// <summary>Waiting times that double up to a limit, each drawn from its upper half, so that a hundred hospitals do not return at once.</summary>
/// <param name="first">Longest first wait.</param>
/// <param name="most">Longest wait.</param>
internal sealed class Backoff(TimeSpan first, TimeSpan most)
{
    private int _doublings;
    private TimeSpan _last;

    /// <summary>The next wait, in [ceiling/2, ceiling].</summary>
    internal TimeSpan Next()
    {
        var ceiling = first * (1 << _doublings);
        ceiling = ceiling < most ? ceiling : most;
        _doublings = Math.Min(_doublings + 1, 20);
        var half = (int)Math.Max(1, ceiling.TotalMilliseconds / 2);
        return _last = TimeSpan.FromMilliseconds(half + RandomNumberGenerator.GetInt32(half + 1));
    }

    /// <summary>
    /// Starts over after a success that lasted at least as long as the wait before it: whoever is welcomed and thrown out at once, again and again, still
    /// waits longer each time.
    /// </summary>
    internal void ResetAfter(TimeSpan success)
    {
        if (success >= _last)
        {
            _doublings = 0;
        }
    }
}
