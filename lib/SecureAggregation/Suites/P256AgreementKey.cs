using System.Security.Cryptography;
using Federated.SecureAggregation.Primitives;

namespace Federated.SecureAggregation.Suites;

/// <summary>ECDH over P-256 (SP 800-56A, §5.7.1.2): the x coordinate of the common point.</summary>
internal sealed class P256AgreementKey : AgreementKey
{
    private readonly Lock _lock = new(); // guards _key: the platform does not promise that two threads may use one
    private readonly ECDiffieHellman _key;
    private readonly byte[] _publicKey;
    private bool _disposed;

    /// <param name="scalar">In [1, N). Copied by the platform's library; the caller wipes it.</param>
    public P256AgreementKey(Secret32 scalar)
    {
        _key = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar.Array });
        _publicKey = P256Points.Compress(_key.ExportParameters(includePrivateParameters: false).Q);
    }

    public override ReadOnlySpan<byte> PublicKey => _publicKey;

    private protected override bool Agree(ReadOnlySpan<byte> peerPublicKey, Span<byte> shared)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (P256Points.TryDecompress(peerPublicKey) is not { } point)
        {
            return false;
        }

        using var peer = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = point });
        using var peerKey = peer.PublicKey;
        lock (_lock)
        {
            var agreed = _key.DeriveRawSecretAgreement(peerKey);
            agreed.CopyTo(shared);
            CryptographicOperations.ZeroMemory(agreed);
        }

        return true;
    }

    protected override void Dispose(bool disposing)
    {
        _key.Dispose();
        _disposed = true;
    }
}
