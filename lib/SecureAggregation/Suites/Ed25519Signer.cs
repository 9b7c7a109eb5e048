using Federated.SecureAggregation.Primitives;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Federated.SecureAggregation.Suites;

/// <summary>Signing with Ed25519 (RFC 8032 §5.1.6), deterministic.</summary>
internal sealed class Ed25519Signer : IdentitySigner
{
    private readonly Secret32 _seed;
    private readonly byte[] _publicKey = new byte[Ed25519Points.Length];

    /// <param name="seed">Owned from here on.</param>
    public Ed25519Signer(Secret32 seed)
    {
        _seed = seed;
        Ed25519.GeneratePublicKey(seed.Array, 0, _publicKey, 0);
    }

    public override ReadOnlySpan<byte> PublicKey => _publicKey;

    private protected override void SignMessage(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        var made = new byte[Suite.SignatureLength];
        Ed25519.Sign(_seed.Array, 0, _publicKey, 0, message.ToArray(), 0, message.Length, made, 0);
        made.CopyTo(signature);
    }

    protected override void Dispose(bool disposing) => _seed.Dispose();
}
