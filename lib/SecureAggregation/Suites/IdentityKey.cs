namespace Federated.SecureAggregation.Suites;

/// <summary>Somebody's public key for signatures, valid and canonically encoded.</summary>
/// <remarks>
/// All parties must agree on which signatures are valid, those of a dishonest signer too: a signature that some accept and some do not would
/// split a quorum. So every check beyond the signature equation is stated in the implementations. Thread-safe.
/// </remarks>
public abstract class IdentityKey
{
    private protected IdentityKey(ReadOnlySpan<byte> encoded) => Encoded = encoded.ToArray();

    /// <summary>The key in the suite's encoding.</summary>
    public ReadOnlyMemory<byte> Encoded { get; }

    /// <summary>True if the holder of this key signed the message.</summary>
    /// <param name="message">The message itself, not its hash.</param>
    /// <param name="signature">As it was received; false for any length but 64.</param>
    public bool Verifies(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == Suite.SignatureLength && VerifiesMessage(message, signature);

    /// <param name="message">Any bytes.</param>
    /// <param name="signature">64 bytes.</param>
    private protected abstract bool VerifiesMessage(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);
}
