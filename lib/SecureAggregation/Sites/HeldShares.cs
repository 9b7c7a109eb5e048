using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Sites;

/// <summary>The shares that a site holds, two of each dealer. Wiped on disposal; one of the two is shown at most, and only in M9.</summary>
internal sealed class HeldShares(int cohort) : IDisposable
{
    private readonly SecretBytes _shares = new(cohort * ShareCipher.PlaintextBytes);

    /// <summary>Both shares of a dealer: of its self-mask seed, then of its mask-key seed.</summary>
    internal Span<byte> Of(int dealer) => _shares.Span.Slice(dealer * ShareCipher.PlaintextBytes, ShareCipher.PlaintextBytes);

    /// <inheritdoc/>
    public override string ToString() => nameof(HeldShares);

    /// <inheritdoc/>
    public void Dispose() => _shares.Dispose();
}
