using System.Security.Cryptography;
using Federated.SecureAggregation.Primitives;

namespace Federated.SecureAggregation.Suites;

/// <summary>ECDSA over P-256 with SHA-256 (FIPS 186-5 §6), signature r ‖ s, s always low: so nobody can make a second one out of it.</summary>
internal sealed class P256Signer : IdentitySigner
{
    private readonly Lock _lock = new(); // guards _key: the platform does not promise that two threads may use one
    private readonly ECDsa _key;
    private readonly byte[] _publicKey;
    private bool _disposed;

    /// <param name="scalar">In [1, N). Copied by the platform's library; the caller wipes it.</param>
    public P256Signer(Secret32 scalar)
    {
        _key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar.Array });
        _publicKey = P256Points.Compress(_key.ExportParameters(includePrivateParameters: false).Q);
    }

    public override ReadOnlySpan<byte> PublicKey => _publicKey;

    private protected override void SignMessage(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        lock (_lock)
        {
            if (!_key.TrySignData(message, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out _))
            {
                throw new CryptographicException("The platform's ECDSA made a signature of another length than 64 bytes.");
            }
        }

        var s = signature[(Suite.SignatureLength / 2)..];
        if (!P256Scalars.IsLow(s))
        {
            P256Scalars.Negate(s);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _key.Dispose();
        _disposed = true;
    }
}
