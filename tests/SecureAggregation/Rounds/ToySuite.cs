using System.Buffers.Binary;
using System.Security.Cryptography;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Tests.Rounds;

/// <summary>
/// A suite that protects nobody and costs nothing: anybody can sign for anybody, and discrete logarithms are of 61 bits. For tests of thousands of rounds in which
/// nobody forges; what it leaves unprotected is tested with the real ones.
/// </summary>
internal sealed class ToySuite : Suite
{
    public static ToySuite Instance { get; } = new();

    public override byte Number => 250;

    public override int AgreementKeyLength => 32;

    public override int IdentityKeyLength => 32;

    private protected override ReadOnlySpan<byte> MaskKeyInfo => "toy mask"u8;

    private protected override int MaskKeyMaterialLength => 32;

    public override IdentitySigner IdentityFromSeed(ReadOnlySpan<byte> seed) => new Signer(SHA256.HashData(seed));

    public override IdentityKey? TryReadIdentity(ReadOnlySpan<byte> publicKey) => publicKey.Length == 32 ? new Identity(publicKey) : null;

    private protected override AgreementKey AgreementKeyFrom(ReadOnlySpan<byte> material) =>
        new Agreement(BinaryPrimitives.ReadUInt64LittleEndian(material));

    private static void Signature(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> signature)
    {
        HMACSHA256.HashData(key, message, signature[..32]);
        SHA256.HashData(signature[..32], signature[32..]);
    }

    private sealed class Signer(byte[] key) : IdentitySigner
    {
        public override ReadOnlySpan<byte> PublicKey => key;

        private protected override void SignMessage(ReadOnlySpan<byte> message, Span<byte> signature) => Signature(key, message, signature);

        protected override void Dispose(bool disposing) { }
    }

    private sealed class Identity(ReadOnlySpan<byte> key) : IdentityKey(key)
    {
        private protected override bool VerifiesMessage(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
        {
            Span<byte> right = stackalloc byte[SignatureLength];
            Signature(Encoded.Span, message, right);
            return right.SequenceEqual(signature);
        }
    }

    /// <summary>Diffie and Hellman's agreement in the multiplicative group of 2⁶¹ − 1.</summary>
    private sealed class Agreement : AgreementKey
    {
        private const ulong Generator = 37; // a primitive root

        private readonly byte[] _publicKey = new byte[32];
        private readonly ulong _exponent;

        public Agreement(ulong exponent)
        {
            _exponent = exponent % (Mersenne61.Modulus - 1);
            BinaryPrimitives.WriteUInt64LittleEndian(_publicKey, Power(Generator, _exponent));
        }

        public override ReadOnlySpan<byte> PublicKey => _publicKey;

        private protected override bool Agree(ReadOnlySpan<byte> peerPublicKey, Span<byte> shared)
        {
            if (peerPublicKey.Length != 32 || peerPublicKey[8..].ContainsAnyExcept((byte)0))
            {
                return false;
            }

            var peer = BinaryPrimitives.ReadUInt64LittleEndian(peerPublicKey);
            if (peer is 0 or 1 or >= Mersenne61.Modulus)
            {
                return false;
            }

            Span<byte> agreed = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(agreed, Power(peer, _exponent));
            SHA256.HashData(agreed, shared);
            return true;
        }

        protected override void Dispose(bool disposing) { }

        private static ulong Power(ulong value, ulong exponent)
        {
            var power = 1UL;
            for (; exponent != 0; exponent >>= 1, value = Mersenne61.Multiply(value, value))
            {
                power = (exponent & 1) == 1 ? Mersenne61.Multiply(power, value) : power;
            }

            return power;
        }
    }
}
