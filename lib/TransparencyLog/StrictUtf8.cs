using System.Text;

namespace Federated.TransparencyLog;

/// <summary>UTF-8 that refuses what is no Unicode text, where the platform's usual encoder would put a replacement character.</summary>
internal static class StrictUtf8
{
    private static readonly UTF8Encoding Encoding = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Bytes of a text; false if it has half a surrogate pair.</summary>
    public static bool TryCount(string text, out int bytes)
    {
        var isText = IsWhole(text);
        bytes = isText ? Encoding.GetByteCount(text) : 0;
        return isText;
    }

    /// <summary>Reads a text; null if the bytes are none.</summary>
    public static string? Text(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.GetString(bytes) : null;

    /// <exception cref="EncoderFallbackException">Half a surrogate pair: a bug of the caller.</exception>
    public static byte[] Bytes(string text) => Encoding.GetBytes(text);

    private static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text, i))
            {
                return false;
            }

            i++;
        }

        return true;
    }
}
