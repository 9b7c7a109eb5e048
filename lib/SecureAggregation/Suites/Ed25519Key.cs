using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Federated.SecureAggregation.Suites;

/// <summary>Verification of Ed25519 (RFC 8032 §5.1.7): S &lt; ℓ, and both A and R as in <see cref="Ed25519Points"/>. A is checked once, when read.</summary>
internal sealed class Ed25519Key : IdentityKey
{
    private readonly byte[] _key;

    private Ed25519Key(byte[] key)
        : base(key) => _key = key;

    public static Ed25519Key? TryRead(ReadOnlySpan<byte> publicKey)
    {
        if (publicKey.Length != Ed25519Points.Length)
        {
            return null;
        }

        var key = publicKey.ToArray();
        return Ed25519Points.IsOfPrimeOrder(key) ? new Ed25519Key(key) : null;
    }

    private protected override bool VerifiesMessage(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        var signatureBytes = signature.ToArray();
        return Ed25519.Verify(signatureBytes, 0, _key, 0, message.ToArray(), 0, message.Length)
            && Ed25519Points.IsOfPrimeOrder(signatureBytes); // R is the first half; checked last, since a forgery seldom gets here
    }
}
