using System.Security.Cryptography;
using Federated.Federation;

namespace Federated.SecureAggregation.Suites;

/// <summary>Key agreement and signatures of a plan. A plan names one suite; nothing is negotiated.</summary>
/// <remarks>Both suites agree on 32-byte values and sign with 64 bytes. Immutable and thread-safe.</remarks>
public abstract class Suite
{
    /// <summary>Bytes of a signature, in every suite.</summary>
    public const int SignatureLength = 64;

    /// <summary>Bytes of an agreed value, in every suite.</summary>
    public const int SharedLength = 32;

    private protected Suite() { }

    /// <summary>Suite 1, the default: X25519 (RFC 7748) and Ed25519 (RFC 8032).</summary>
    public static Suite X25519Ed25519 { get; } = new X25519Ed25519Suite();

    /// <summary>Suite 2, for sites bound to FIPS 140: ECDH and ECDSA with SHA-256 over P-256 (SP 800-186), from the platform's library.</summary>
    public static Suite P256 { get; } = new P256Suite();

    /// <summary>The suite of a number in a plan or message; null if there is none.</summary>
    public static Suite? Numbered(int number) =>
        number switch
        {
            1 => X25519Ed25519,
            2 => P256,
            _ => null,
        };

    /// <summary>The suite's number on the wire.</summary>
    public abstract byte Number { get; }

    /// <summary>Bytes of a public key for agreement: 32, or 33 for a compressed point (SEC 1 §2.3.3).</summary>
    public abstract int AgreementKeyLength { get; }

    /// <summary>Bytes of a public key for signatures: 32, or 33 for a compressed point.</summary>
    public abstract int IdentityKeyLength { get; }

    private protected abstract ReadOnlySpan<byte> MaskKeyInfo { get; }

    private protected abstract int MaskKeyMaterialLength { get; }

    /// <summary>The mask key of one attempt, as the site and, if the site drops out, the coordinator derive it.</summary>
    /// <param name="h0">H0 of the attempt, 32 bytes.</param>
    /// <param name="sigma">σ, the site's mask root, 32 bytes.</param>
    /// <remarks>HKDF-SHA256 (RFC 5869) with salt H0: a root is worth nothing in another attempt.</remarks>
    public AgreementKey DeriveMaskKey(ReadOnlySpan<byte> h0, ReadOnlySpan<byte> sigma)
    {
        CheckLength(h0, 32, nameof(h0));
        CheckLength(sigma, 32, nameof(sigma));
        Span<byte> material = stackalloc byte[MaskKeyMaterialLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, sigma, material, h0, MaskKeyInfo);
        var key = AgreementKeyFrom(material);
        CryptographicOperations.ZeroMemory(material);
        return key;
    }

    /// <summary>A fresh key for the channels of one attempt.</summary>
    public AgreementKey GenerateChannelKey(RandomSource random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<byte> material = stackalloc byte[MaskKeyMaterialLength];
        random(material);
        var key = AgreementKeyFrom(material);
        CryptographicOperations.ZeroMemory(material);
        return key;
    }

    /// <summary>The signing key of a long-lived seed.</summary>
    /// <param name="seed">32 secret random bytes: Ed25519's private key itself; for P-256 the scalar is derived.</param>
    public abstract IdentitySigner IdentityFromSeed(ReadOnlySpan<byte> seed);

    /// <summary>Reads somebody's public key for signatures; null if it is not the canonical encoding of a valid key.</summary>
    public abstract IdentityKey? TryReadIdentity(ReadOnlySpan<byte> publicKey);

    /// <param name="material">As long as <see cref="MaskKeyMaterialLength"/>.</param>
    private protected abstract AgreementKey AgreementKeyFrom(ReadOnlySpan<byte> material);

    private protected static void CheckLength(ReadOnlySpan<byte> bytes, int expected, string name)
    {
        if (bytes.Length != expected)
        {
            throw new ArgumentException($"{expected} bytes are needed here; got {bytes.Length}.", name);
        }
    }
}
