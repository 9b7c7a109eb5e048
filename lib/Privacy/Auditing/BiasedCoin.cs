using Federated.Federation;
using Federated.Privacy.Sampling;

namespace Federated.Privacy.Auditing;

/// <summary>Independent tosses that come up with a stated probability, rounded down to a multiple of 2⁻⁶⁴: so never above it. Not thread-safe.</summary>
/// <param name="rate">The probability.</param>
/// <param name="random">Where randomness comes from.</param>
public sealed class BiasedCoin(SamplingRate rate, RandomSource random) : IDisposable
{
    private readonly ulong _below = rate.IsAll ? 0 : (ulong)Math.ScaleB(rate.Value, 64);
    private readonly bool _isCertain = rate.IsAll;
    private readonly RandomWords _words = new(random);

    /// <summary>True with that probability.</summary>
    public bool Toss() => _isCertain || _words.Next() < _below;

    /// <summary>Wipes the random words that are left.</summary>
    public void Dispose() => _words.Dispose();
}
