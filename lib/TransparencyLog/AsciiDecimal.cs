using System.Globalization;
using System.Text;

namespace Federated.TransparencyLog;

/// <summary>Numbers as the formats of C2SP write them: ASCII digits, no sign, no leading zero but in <c>0</c> itself.</summary>
internal static class AsciiDecimal
{
    /// <param name="digits">Any bytes.</param>
    /// <param name="most">Largest value that is read.</param>
    /// <param name="value">0 if the result is false.</param>
    public static bool TryParse(ReadOnlySpan<byte> digits, long most, out long value)
    {
        value = 0;
        if (
            digits.IsEmpty
            || digits.Length > 19
            || (digits[0] == '0' && digits.Length > 1)
            || digits.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        )
        {
            return false;
        }

        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) || parsed > most)
        {
            return false;
        }

        value = parsed;
        return true;
    }

    public static string Of(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static byte[] Bytes(long value) => Encoding.ASCII.GetBytes(Of(value));
}
