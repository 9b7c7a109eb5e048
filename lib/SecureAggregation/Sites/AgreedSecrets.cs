using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Sites;

/// <summary>What a site agreed with each peer of a cohort, 32 bytes twice. Wiped on disposal.</summary>
internal sealed class AgreedSecrets(int cohort) : IDisposable
{
    private readonly SecretBytes _channel = new(cohort * 32);
    private readonly SecretBytes _mask = new(cohort * 32);

    /// <summary>What the channel keys agree on: shares are encrypted under it.</summary>
    internal Span<byte> Channel(int peer) => _channel.Span.Slice(peer * 32, 32);

    /// <summary>What the mask keys agree on: the pair's mask comes from it.</summary>
    internal Span<byte> Mask(int peer) => _mask.Span.Slice(peer * 32, 32);

    /// <inheritdoc/>
    public override string ToString() => nameof(AgreedSecrets);

    /// <inheritdoc/>
    public void Dispose()
    {
        _channel.Dispose();
        _mask.Dispose();
    }
}
