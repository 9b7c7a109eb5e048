using System.Security.Cryptography;

namespace Federated.SecureAggregation.Suites;

/// <summary>Verification of ECDSA over P-256 with SHA-256: r and s in [1, N), s low.</summary>
/// <remarks>Owns no secret. The platform's handle is released by its finalizer, as identities live as long as their plan.</remarks>
internal sealed class P256Key : IdentityKey
{
    private readonly Lock _lock = new(); // guards _key: the platform does not promise that two threads may use one
    private readonly ECDsa _key;

    private P256Key(ReadOnlySpan<byte> encoded, ECDsa key)
        : base(encoded) => _key = key;

    public static P256Key? TryRead(ReadOnlySpan<byte> publicKey) =>
        P256Points.TryDecompress(publicKey) is { } point
            ? new P256Key(publicKey, ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point }))
            : null;

    private protected override bool VerifiesMessage(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (!P256Scalars.IsLow(signature[(Suite.SignatureLength / 2)..]))
        {
            return false;
        }

        lock (_lock)
        {
            return _key.VerifyData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
    }
}
