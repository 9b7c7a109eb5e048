using System.Buffers.Binary;

namespace Federated.SecureAggregation.Primitives;

/// <summary>32 bytes as five limbs of 52, 52, 52, 52 and 48 bits, little-endian, and back.</summary>
internal static class SecretLimbs
{
    private const int LimbBits = 52;
    private const int LastLimbBits = 48;
    private const ulong Mask = (1UL << LimbBits) - 1;

    /// <param name="secret">32 bytes.</param>
    /// <param name="limbs">Five, overwritten.</param>
    public static void Read(ReadOnlySpan<byte> secret, Span<ulong> limbs)
    {
        var w0 = BinaryPrimitives.ReadUInt64LittleEndian(secret);
        var w1 = BinaryPrimitives.ReadUInt64LittleEndian(secret[8..]);
        var w2 = BinaryPrimitives.ReadUInt64LittleEndian(secret[16..]);
        var w3 = BinaryPrimitives.ReadUInt64LittleEndian(secret[24..]);
        limbs[0] = w0 & Mask;
        limbs[1] = ((w0 >> 52) | (w1 << 12)) & Mask;
        limbs[2] = ((w1 >> 40) | (w2 << 24)) & Mask;
        limbs[3] = ((w2 >> 28) | (w3 << 36)) & Mask;
        limbs[4] = w3 >> 16;
    }

    /// <summary>Writes the secret, whatever the limbs; what is above a limb's bits spoils its neighbours.</summary>
    /// <param name="limbs">Five.</param>
    /// <param name="secret">32 bytes, overwritten.</param>
    public static void Write(ReadOnlySpan<ulong> limbs, Span<byte> secret)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(secret, limbs[0] | (limbs[1] << 52));
        BinaryPrimitives.WriteUInt64LittleEndian(secret[8..], (limbs[1] >> 12) | (limbs[2] << 40));
        BinaryPrimitives.WriteUInt64LittleEndian(secret[16..], (limbs[2] >> 24) | (limbs[3] << 28));
        BinaryPrimitives.WriteUInt64LittleEndian(secret[24..], (limbs[3] >> 36) | (limbs[4] << 16));
    }

    /// <summary>Zero if every limb has only its own bits.</summary>
    public static ulong Excess(ReadOnlySpan<ulong> limbs) =>
        ((limbs[0] | limbs[1] | limbs[2] | limbs[3]) >> LimbBits) | (limbs[4] >> LastLimbBits);
}
