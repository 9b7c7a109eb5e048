using Org.BouncyCastle.Math.EC.Rfc8032;

namespace Federated.SecureAggregation.Suites;

/// <summary>Which encodings of points may occur in keys and signatures of Ed25519.</summary>
internal static class Ed25519Points
{
    public const int Length = 32;

    /// <summary>True if these bytes are the canonical encoding of a point of order ℓ: on the curve, y &lt; p, no negative zero, no component of
    /// small order, not the neutral element.</summary>
    /// <remarks>
    /// Where R and A have no component of small order, the equations with and without cofactor (RFC 8032 §5.1.7) say the same, and so do
    /// implementations that multiply the equation by a factor first. Otherwise they differ, for signatures that only their signer can make
    /// (Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", 2020).
    /// </remarks>
    /// <param name="encoded">32 bytes.</param>
    public static bool IsOfPrimeOrder(byte[] encoded) => !IsNeutral(encoded) && Ed25519.ValidatePublicKeyFull(encoded, 0);

    /// <summary>y = 1, which the order check alone may let through: ℓ times the neutral element is neutral too.</summary>
    private static bool IsNeutral(ReadOnlySpan<byte> encoded) =>
        encoded[0] == 1 && !encoded[1..31].ContainsAnyExcept((byte)0) && (encoded[31] & 0x7f) == 0;
}
