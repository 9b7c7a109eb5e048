using System.Buffers.Binary;
using System.Text;
using Federated.TransparencyLog.Notes;

namespace Federated.TransparencyLog.Checkpoints;

/// <summary>
/// A witness's word that at some time this was the largest tree of the log that it had seen, and grown from all that it had seen before.
/// </summary>
/// <remarks>
/// C2SP tlog-cosignature, Ed25519: signed is <c>cosignature/v1 LF time SECONDS LF</c> and the checkpoint's text; the line has the time as 64 bits, big-endian, before the
/// signature. What is signed does not name the witness: one key for each.
/// </remarks>
public static class Cosignature
{
    /// <summary>Bytes of a line's value: time, signature.</summary>
    internal const int Length = sizeof(ulong) + Ed25519Rules.SignatureLength;

    /// <summary>What a cosignature is over.</summary>
    /// <param name="time">Seconds since 1970, UTC; not negative.</param>
    /// <param name="checkpoint">The checkpoint's text, with its last line feed.</param>
    public static byte[] Message(long time, ReadOnlySpan<byte> checkpoint)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(time);
        return [.. Encoding.ASCII.GetBytes($"cosignature/v1\ntime {AsciiDecimal.Of(time)}\n"), .. checkpoint];
    }

    /// <summary>A line's value.</summary>
    internal static byte[] Value(long time, ReadOnlySpan<byte> signature)
    {
        var value = new byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(value, time);
        signature.CopyTo(value.AsSpan(sizeof(ulong)));
        return value;
    }
}
