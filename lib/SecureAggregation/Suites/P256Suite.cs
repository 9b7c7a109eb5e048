using System.Security.Cryptography;
using Federated.SecureAggregation.Primitives;

namespace Federated.SecureAggregation.Suites;

internal sealed class P256Suite : Suite
{
    public override byte Number => 2;

    public override int AgreementKeyLength => P256Points.Length;

    public override int IdentityKeyLength => P256Points.Length;

    private protected override ReadOnlySpan<byte> MaskKeyInfo => "FLSA/1 mask-p256"u8;

    private protected override int MaskKeyMaterialLength => P256Scalars.MaterialLength;

    public override IdentitySigner IdentityFromSeed(ReadOnlySpan<byte> seed)
    {
        CheckLength(seed, Secret32.Length, nameof(seed));
        Span<byte> material = stackalloc byte[P256Scalars.MaterialLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, material, salt: [], info: "FLSA/1 identity-p256"u8);
        using var scalar = P256Scalars.From(material);
        CryptographicOperations.ZeroMemory(material);
        return new P256Signer(scalar);
    }

    public override IdentityKey? TryReadIdentity(ReadOnlySpan<byte> publicKey) => P256Key.TryRead(publicKey);

    private protected override AgreementKey AgreementKeyFrom(ReadOnlySpan<byte> material)
    {
        using var scalar = P256Scalars.From(material);
        return new P256AgreementKey(scalar);
    }
}
