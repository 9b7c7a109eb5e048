namespace Federated.SecureAggregation.Suites;

/// <summary>A long-lived signing key. Wiped on disposal; prints nothing of itself.</summary>
/// <remarks>Signing is thread-safe; disposing while another thread signs is not.</remarks>
public abstract class IdentitySigner : IDisposable
{
    private protected IdentitySigner() { }

    /// <summary>The public key in the suite's encoding.</summary>
    public abstract ReadOnlySpan<byte> PublicKey { get; }

    /// <summary>Signs a message.</summary>
    /// <param name="message">The message itself, not its hash.</param>
    /// <param name="signature">Exactly 64 bytes, overwritten.</param>
    /// <exception cref="ObjectDisposedException">The key was wiped.</exception>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        if (signature.Length != Suite.SignatureLength)
        {
            throw new ArgumentException($"A signature has {Suite.SignatureLength} bytes; got {signature.Length}.", nameof(signature));
        }

        SignMessage(message, signature);
    }

    /// <summary>The type's name, never the content.</summary>
    public sealed override string ToString() => nameof(IdentitySigner);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <param name="message">Any bytes.</param>
    /// <param name="signature">64 bytes.</param>
    private protected abstract void SignMessage(ReadOnlySpan<byte> message, Span<byte> signature);

    /// <param name="disposing">Always true: there is no finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
