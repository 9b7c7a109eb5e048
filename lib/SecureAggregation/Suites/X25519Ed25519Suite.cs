using Federated.SecureAggregation.Primitives;

namespace Federated.SecureAggregation.Suites;

internal sealed class X25519Ed25519Suite : Suite
{
    public override byte Number => 1;

    public override int AgreementKeyLength => X25519Key.Length;

    public override int IdentityKeyLength => Ed25519Points.Length;

    private protected override ReadOnlySpan<byte> MaskKeyInfo => "FLSA/1 mask-x25519"u8;

    private protected override int MaskKeyMaterialLength => X25519Key.Length;

    public override IdentitySigner IdentityFromSeed(ReadOnlySpan<byte> seed)
    {
        CheckLength(seed, Secret32.Length, nameof(seed));
        return new Ed25519Signer(new Secret32(seed));
    }

    public override IdentityKey? TryReadIdentity(ReadOnlySpan<byte> publicKey) => Ed25519Key.TryRead(publicKey);

    private protected override AgreementKey AgreementKeyFrom(ReadOnlySpan<byte> material) => new X25519Key(new Secret32(material));
}
