using System.Globalization;
using System.Text;

namespace Federated.Data;

/// <summary>Brings the spellings of one patient key together: white space around it, case, and composed or decomposed accents do not matter.</summary>
internal static class PatientKey
{
    // For each combining mark, the capitals it joins and what they become: Unicode's canonical compositions up to U+017F. The framework cannot be
    // asked: with invariant globalization, which this product sets everywhere, String.Normalize leaves all but ASCII as it is, silently.
    private static readonly (char Mark, string Bases, string Composed)[] Compositions =
    [
        ('\u0300', "AEIOU", "ÀÈÌÒÙ"),
        ('\u0301', "AEIOUYCLNRSZ", "ÁÉÍÓÚÝĆĹŃŔŚŹ"),
        ('\u0302', "AEIOUCGHJSWY", "ÂÊÎÔÛĈĜĤĴŜŴŶ"),
        ('\u0303', "ANOIU", "ÃÑÕĨŨ"),
        ('\u0304', "AEIOU", "ĀĒĪŌŪ"),
        ('\u0306', "AEGIOU", "ĂĔĞĬŎŬ"),
        ('\u0307', "CEGIZ", "ĊĖĠİŻ"),
        ('\u0308', "AEIOUY", "ÄËÏÖÜŸ"),
        ('\u030A', "AU", "ÅŮ"),
        ('\u030B', "OU", "ŐŰ"),
        ('\u030C', "CDELNRSTZ", "ČĎĚĽŇŘŠŤŽ"),
        ('\u0327', "CGKLNRST", "ÇĢĶĻŅŖŞŢ"),
        ('\u0328', "AEIU", "ĄĘĮŲ"),
    ];

    /// <summary>One text for all spellings of a key; false if the key holds a character that cannot be brought to one form.</summary>
    /// <remarks>Refusing is the safe side: two spellings of one patient counted as two would halve the protection promised to that patient.</remarks>
    public static bool TryNormalise(string raw, out string key)
    {
        var text = new StringBuilder(raw.Length);
        foreach (var c in raw.Trim().ToUpperInvariant())
        {
            if (text.Length > 0 && Compose(text[^1], c) is { } composed)
            {
                text[^1] = composed;
            }
            else if (c != '\uFFFD' && IsPlain(CharUnicodeInfo.GetUnicodeCategory(c))) // U+FFFD: bytes that were not UTF-8, so any key
            {
                text.Append(c);
            }
            else
            {
                key = "";
                return false;
            }
        }

        key = text.ToString();
        return true;
    }

    /// <summary>A capital without its accent, as <see cref="TryNormalise"/> composed them; any other character as it is.</summary>
    internal static char WithoutMark(char letter)
    {
        foreach (var (_, bases, composed) in Compositions)
        {
            if (composed.IndexOf(letter, StringComparison.Ordinal) is var i and >= 0)
            {
                return bases[i];
            }
        }

        return letter;
    }

    private static char? Compose(char letter, char mark)
    {
        foreach (var (m, bases, composed) in Compositions)
        {
            if (m == mark && bases.IndexOf(letter, StringComparison.Ordinal) is var i and >= 0)
            {
                return composed[i];
            }
        }

        return null;
    }

    private static bool IsPlain(UnicodeCategory category) =>
        category
            is not (
                UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
            );
}
