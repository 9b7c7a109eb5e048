using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Federated.Data;

/// <summary>Decides for each patient alone whether the patient is kept for testing.</summary>
/// <remarks>
/// A patient's side depends on the study's split key and on that patient's digest, on nothing else: adding or removing one patient moves no other,
/// so the training set of neighbouring data differs in that one patient, as the privacy analysis assumes. All rows of a patient fall on one side.
/// The position is the first 53 bits of HMAC-SHA-256 (RFC 2104) as a fraction of 1. Immutable and thread-safe.
/// </remarks>
public sealed class HoldoutSplit
{
    /// <summary>Shortest key accepted, in bytes.</summary>
    public const int MinKeyLength = 16;

    private readonly byte[] _key;

    /// <param name="key">The study's split key, at least 16 bytes, the same in every run; another key is another split. Copied. Need not be secret.</param>
    /// <param name="testFraction">Expected share of patients kept for testing, from 0 to below 1; 0 keeps none.</param>
    /// <exception cref="ArgumentException">The key is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The fraction is outside [0, 1).</exception>
    public HoldoutSplit(ReadOnlySpan<byte> key, double testFraction)
    {
        if (key.Length < MinKeyLength)
        {
            throw new ArgumentException($"The split key has {key.Length} bytes; use at least {MinKeyLength}.", nameof(key));
        }

        if (!(testFraction >= 0 && testFraction < 1)) // written so that NaN refuses
        {
            throw new ArgumentOutOfRangeException(nameof(testFraction), testFraction, "Set the test fraction from 0 to below 1.");
        }

        _key = key.ToArray();
        TestFraction = testFraction;
    }

    /// <summary>Expected share of patients kept for testing.</summary>
    public double TestFraction { get; }

    /// <summary>True if this patient is kept for testing and must not be trained on.</summary>
    public bool IsTest(PatientDigest patient) => PositionOf(patient) < TestFraction;

    /// <summary>Parts the rows, each part in the order given.</summary>
    public (EncodedRows Train, EncodedRows Test) Apply(EncodedRows rows)
    {
        var (train, test) = (new List<int>(), new List<int>());
        for (var i = 0; i < rows.Count; i++)
        {
            (IsTest(rows.Patients[i]) ? test : train).Add(i);
        }

        return (rows.Select(train), rows.Select(test));
    }

    /// <summary>The patient's place in [0, 1), uniform over keys.</summary>
    private double PositionOf(PatientDigest patient)
    {
        Span<byte> digest = stackalloc byte[PatientDigest.Length];
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        patient.CopyTo(digest);
        HMACSHA256.HashData(_key, digest, mac);
        return (BinaryPrimitives.ReadUInt64BigEndian(mac) >> 11) * (1.0 / (1UL << 53));
    }
}
