namespace Federated.SecureAggregation.Suites;

/// <summary>Private key for agreement, ephemeral: one attempt long. Wiped on disposal; prints nothing of itself.</summary>
/// <remarks>Agreement is thread-safe; disposing while another thread agrees is not.</remarks>
public abstract class AgreementKey : IDisposable
{
    private protected AgreementKey() { }

    /// <summary>The public key in the suite's encoding.</summary>
    public abstract ReadOnlySpan<byte> PublicKey { get; }

    /// <summary>Agrees on a value with the holder of another key. It is not uniform: derive keys from it.</summary>
    /// <param name="peerPublicKey">As it was received.</param>
    /// <param name="shared">Exactly 32 bytes, overwritten; zeros if the result is false. Secret; the caller wipes it.</param>
    /// <returns>False for a peer key of another length, not canonically encoded, not on the curve or of small order: with such a key the
    /// value would not depend on this one.</returns>
    /// <exception cref="ObjectDisposedException">The key was wiped.</exception>
    public bool TryAgree(ReadOnlySpan<byte> peerPublicKey, Span<byte> shared)
    {
        if (shared.Length != Suite.SharedLength)
        {
            throw new ArgumentException($"An agreed value has {Suite.SharedLength} bytes; got {shared.Length}.", nameof(shared));
        }

        shared.Clear();
        return Agree(peerPublicKey, shared);
    }

    /// <summary>The type's name, never the content.</summary>
    public sealed override string ToString() => nameof(AgreementKey);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <param name="peerPublicKey">Any bytes.</param>
    /// <param name="shared">32 zeros; still zeros if the result is false.</param>
    private protected abstract bool Agree(ReadOnlySpan<byte> peerPublicKey, Span<byte> shared);

    /// <param name="disposing">Always true: there is no finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
