using System.Globalization;
using System.Text;

namespace Federated.Data;

/// <summary>
/// What a patient key looks like to a person in a hurry: without leading zeros, blanks, separators and accents, and in plain letters and digits. Keys that
/// look alike may be two patients, or one whose key was typed twice; a computer cannot tell, so people are asked to look.
/// </summary>
internal static class PatientLook
{
    private const char FirstWide = '\uFF01'; // the wide forms of '!' to '~', as East Asian keyboards type them
    private const char LastWide = '\uFF5E';

    /// <param name="normalisedKey">As <see cref="PatientKey.TryNormalise"/> gave it.</param>
    internal static string Of(string normalisedKey)
    {
        var text = new StringBuilder(normalisedKey.Length);
        var isParted = false;
        foreach (var c in normalisedKey.Select(Plain))
        {
            if (char.IsLetterOrDigit(c))
            {
                // 1-02 and 10-2 are two keys: between digits a separator counts. A blank does not: 12 34 is 1234 in groups.
                if (isParted && text.Length > 0 && char.IsAsciiDigit(text[^1]) && char.IsAsciiDigit(c))
                {
                    text.Append('-');
                }

                text.Append(c);
                isParted = false;
            }
            else
            {
                isParted |= !char.IsWhiteSpace(c);
            }
        }

        return text.Length == 0 ? normalisedKey : WithoutLeadingZeros(text.ToString());
    }

    private static char Plain(char c)
    {
        var plain = PatientKey.WithoutMark(c is >= FirstWide and <= LastWide ? (char)(c - FirstWide + '!') : c);
        return CharUnicodeInfo.GetDecimalDigitValue(plain) is var digit and >= 0 ? (char)('0' + digit) : plain;
    }

    private static string WithoutLeadingZeros(string text)
    {
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; )
        {
            var end = i;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            if (end == i)
            {
                kept.Append(text[i++]);
                continue;
            }

            var number = text.AsSpan(i..end).TrimStart('0');
            kept.Append(number.IsEmpty ? "0" : number);
            i = end;
        }

        return kept.ToString();
    }
}
