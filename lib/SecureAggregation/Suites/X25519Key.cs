using System.Security.Cryptography;
using Federated.SecureAggregation.Primitives;
using Org.BouncyCastle.Math.EC.Rfc7748;

namespace Federated.SecureAggregation.Suites;

/// <summary>X25519 (RFC 7748 §5). The scalar is kept as drawn and clamped in use.</summary>
internal sealed class X25519Key : AgreementKey
{
    public const int Length = 32;

    private readonly Secret32 _scalar;
    private readonly byte[] _publicKey = new byte[Length];

    /// <param name="scalar">Owned from here on.</param>
    public X25519Key(Secret32 scalar)
    {
        _scalar = scalar;
        X25519.ScalarMultBase(scalar.Array, 0, _publicKey, 0);
    }

    public override ReadOnlySpan<byte> PublicKey => _publicKey;

    private protected override bool Agree(ReadOnlySpan<byte> peerPublicKey, Span<byte> shared)
    {
        var scalar = _scalar.Array;
        if (peerPublicKey.Length != Length || !IsCanonical(peerPublicKey))
        {
            return false;
        }

        var agreed = GC.AllocateArray<byte>(Length, pinned: true);
        var isAgreed = X25519.CalculateAgreement(scalar, 0, peerPublicKey.ToArray(), 0, agreed, 0); // false for zero: a small-order point
        agreed.CopyTo(shared);
        CryptographicOperations.ZeroMemory(agreed);
        return isAgreed;
    }

    protected override void Dispose(bool disposing) => _scalar.Dispose();

    /// <summary>
    /// u &lt; p = 2²⁵⁵ − 19 with the high bit clear. RFC 7748 would reduce the others, and one point would have several encodings: equal keys in a
    /// cohort would no longer be equal bytes.
    /// </summary>
    private static bool IsCanonical(ReadOnlySpan<byte> u) =>
        u[31] < 0x7f || (u[31] == 0x7f && (u[1..31].ContainsAnyExcept((byte)0xff) || u[0] < 0xed));
}
