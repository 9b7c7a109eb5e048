using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Federated.Data;

/// <summary>Tells patients of one site apart without keeping their keys: SHA-256 of the normalised key, or of the row's content where there is none.</summary>
/// <remarks>
/// Not a secret: whoever guesses a key can check the guess. It never leaves the site, and prints nothing of itself so that no log line can carry
/// it by accident.
/// </remarks>
public readonly struct PatientDigest : IEquatable<PatientDigest>
{
    /// <summary>Bytes of a digest.</summary>
    public const int Length = 32;

    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private PatientDigest(ReadOnlySpan<byte> hash)
    {
        _high = BinaryPrimitives.ReadUInt128BigEndian(hash);
        _low = BinaryPrimitives.ReadUInt128BigEndian(hash[16..]);
    }

    /// <param name="normalisedKey">As <see cref="PatientKey.TryNormalise"/> gave it.</param>
    internal static PatientDigest OfKey(string normalisedKey) => Hash("federated.patient-key.v1", Encoding.UTF8.GetBytes(normalisedKey));

    /// <summary>Equal for keys that look alike (<see cref="PatientLook"/>); never the digest of a patient.</summary>
    /// <param name="normalisedKey">As <see cref="PatientKey.TryNormalise"/> gave it.</param>
    internal static PatientDigest OfLook(string normalisedKey) =>
        Hash("federated.patient-look.v1", Encoding.UTF8.GetBytes(PatientLook.Of(normalisedKey)));

    /// <param name="values">The row in the schema's order and canonical units, NaN where missing.</param>
    internal static PatientDigest OfContent(ReadOnlySpan<double> values)
    {
        var bytes = new byte[values.Length * sizeof(double)];
        for (var i = 0; i < values.Length; i++)
        {
            // One bit pattern per meaning: 0 and -0 are equal, and all NaN are "missing".
            var value = double.IsNaN(values[i]) ? double.NaN : values[i] + 0.0;
            BinaryPrimitives.WriteDoubleBigEndian(bytes.AsSpan(i * sizeof(double)), value);
        }

        return Hash("federated.row-content.v1", bytes);
    }

    /// <param name="destination">At least 32 bytes.</param>
    public void CopyTo(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }

    public bool Equals(PatientDigest other) => _high == other._high && _low == other._low;

    public override bool Equals(object? obj) => obj is PatientDigest other && Equals(other);

    public override int GetHashCode() => _low.GetHashCode();

    public override string ToString() => nameof(PatientDigest);

    public static bool operator ==(PatientDigest left, PatientDigest right) => left.Equals(right);

    public static bool operator !=(PatientDigest left, PatientDigest right) => !left.Equals(right);

    // The purpose in front keeps a key that happens to look like a row's bytes from being taken for that row.
    private static PatientDigest Hash(string purpose, ReadOnlySpan<byte> data) =>
        new(SHA256.HashData([.. Encoding.ASCII.GetBytes(purpose), 0, .. data]));
}
