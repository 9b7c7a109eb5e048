using System.Buffers;
using System.Buffers.Text;
using Federated.Federation;

namespace Federated.TransparencyLog;

/// <summary>Base 64 (RFC 4648 §4) with padding, of which each value has exactly one form: no blanks, no bits set beside the value.</summary>
internal static class StrictBase64
{
    /// <summary>Digits of a digest.</summary>
    public const int DigestDigits = 44;

    /// <summary>Reads digits; null if they are not exactly what encoding their value gives.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> digits)
    {
        if (digits.Length % 4 != 0)
        {
            return null;
        }

        var room = new byte[Base64.GetMaxDecodedFromUtf8Length(digits.Length)];
        if (Base64.DecodeFromUtf8(digits, room, out var read, out var written) != OperationStatus.Done || read != digits.Length)
        {
            return null;
        }

        var value = room.AsSpan(0, written);
        Span<byte> again = digits.Length <= 512 ? stackalloc byte[digits.Length] : new byte[digits.Length]; // blanks and stray bits show here
        return
            Base64.GetMaxEncodedToUtf8Length(written) == digits.Length
            && Base64.EncodeToUtf8(value, again, out _, out _) == OperationStatus.Done
            && again.SequenceEqual(digits)
            ? value.ToArray()
            : null;
    }

    /// <summary>Reads a digest.</summary>
    public static bool TryDigest(ReadOnlySpan<byte> digits, out Digest digest)
    {
        digest = default;
        return digits.Length == DigestDigits && Decode(digits) is { } bytes && Digest.TryFrom(bytes, out digest);
    }

    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes);

    public static string Of(Digest digest) => Convert.ToBase64String(digest.ToArray());
}
