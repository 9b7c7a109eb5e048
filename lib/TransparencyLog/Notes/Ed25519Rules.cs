using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Federated.TransparencyLog.Notes;

/// <summary>Ed25519 (RFC 8032 §5.1), and which keys and signatures count.</summary>
/// <remarks>
/// All parties must agree on which signatures are valid, those of a dishonest signer too. So S &lt; ℓ, and both A and R are canonical encodings of points of order ℓ: then the
/// equations with and without cofactor say the same (Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", 2020). These are the rules of suite 1
/// of lib/SecureAggregation, which this library does not refer to; a test compares the two. What honest signers make passes everywhere.
/// </remarks>
internal static class Ed25519Rules
{
    public const int KeyLength = 32;
    public const int SignatureLength = 64;

    /// <summary>True if these 32 bytes are a public key: on the curve, y &lt; p, no component of small order, not the neutral element.</summary>
    public static bool IsKey(byte[] encoded) => IsOfPrimeOrder(encoded);

    /// <param name="key">32 bytes, for which <see cref="IsKey"/> holds.</param>
    /// <param name="message">The message itself, not its hash.</param>
    /// <param name="signature">Any bytes; false for any length but 64.</param>
    public static bool Verifies(byte[] key, byte[] message, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureLength)
        {
            return false;
        }

        var bytes = signature.ToArray();
        return Ed25519.Verify(bytes, 0, key, 0, message, 0, message.Length) && IsOfPrimeOrder(bytes); // R is the first half
    }

    public static byte[] PublicKeyOf(byte[] seed)
    {
        var key = new byte[KeyLength];
        Ed25519.GeneratePublicKey(seed, 0, key, 0);
        return key;
    }

    public static byte[] Sign(byte[] seed, byte[] publicKey, byte[] message)
    {
        var signature = new byte[SignatureLength];
        Ed25519.Sign(seed, 0, publicKey, 0, message, 0, message.Length, signature, 0);
        return signature;
    }

    private static bool IsOfPrimeOrder(byte[] encoded) => !IsNeutral(encoded) && Ed25519.ValidatePublicKeyFull(encoded, 0);

    /// <summary>y = 1, which the order check alone may let through: ℓ times the neutral element is neutral too.</summary>
    private static bool IsNeutral(ReadOnlySpan<byte> encoded) =>
        encoded[0] == 1 && !encoded[1..31].ContainsAnyExcept((byte)0) && (encoded[31] & 0x7f) == 0;
}
