using System.Buffers.Binary;
using Federated.TransparencyLog.Checkpoints;

namespace Federated.TransparencyLog.Notes;

/// <summary>A signature that was verified, under a key that the verifier knew before.</summary>
public sealed record VerifiedSignature
{
    private VerifiedSignature(NoteKey key, long? time) => (Key, Time) = (key, time);

    /// <summary>The key.</summary>
    public NoteKey Key { get; }

    /// <summary>Seconds since 1970, UTC, by the clock of whoever cosigned; null where the signature has no time.</summary>
    public long? Time { get; }

    /// <summary>Verifies one line; null if it does not verify.</summary>
    internal static VerifiedSignature? TryVerify(NoteKey key, ReadOnlyMemory<byte> text, NoteSignature line)
    {
        var value = line.Value.Span;
        switch (key.Algorithm)
        {
            case NoteAlgorithm.Ed25519:
                return key.VerifiesMessage(text.ToArray(), value) ? new VerifiedSignature(key, null) : null;
            case NoteAlgorithm.Cosignature:
                if (value.Length != Cosignature.Length || BinaryPrimitives.ReadUInt64BigEndian(value) is var time && time > long.MaxValue)
                {
                    return null;
                }

                var message = Cosignature.Message(checked((long)time), text.Span);
                return key.VerifiesMessage(message, value[sizeof(ulong)..]) ? new VerifiedSignature(key, (long)time) : null;
            default:
                throw new ArgumentOutOfRangeException(nameof(key), key.Algorithm, "There is no such kind of key.");
        }
    }
}
