using System.Security.Cryptography;

namespace Federated.Node.Sessions;

/// <summary>Waiting times that double up to a limit, each drawn from its upper half, so that a hundred hospitals do not return at once.</summary>
/// <param name="first">Longest first wait.</param>
/// <param name="most">Longest wait.</param>
internal sealed class Backoff(TimeSpan first, TimeSpan most)
{
    private TimeSpan _ceiling = first;

    /// <summary>The next wait, in [ceiling/2, ceiling].</summary>
    internal TimeSpan Next()
    {
        var ceiling = _ceiling;
        _ceiling = ceiling * 2 < most ? ceiling * 2 : most;
        var half = (int)Math.Max(1, ceiling.TotalMilliseconds / 2);
        return TimeSpan.FromMilliseconds(half + RandomNumberGenerator.GetInt32(half + 1));
    }

    /// <summary>Starts over after a success.</summary>
    internal void Reset() => _ceiling = first;
}
