using System.Globalization;
using System.Text;

namespace Federated.Federation;

/// <summary>Text that somebody else wrote, on its way to a log, a file or a screen.</summary>
public static class ForeignText
{
    /// <summary>Longest text that is shown where nothing else is said, in characters.</summary>
    public const int Most = 300;

    /// <summary>
    /// One line of at most <paramref name="most"/> characters and an ellipsis. What could move a cursor, change colours, begin a line of its own or turn
    /// the direction of writing is replaced by U+FFFD.
    /// </summary>
    public static string Clean(string text, int most = Most)
    {
        var clean = new StringBuilder(Math.Min(text.Length, most) + 1);
        foreach (var rune in text.EnumerateRunes()) // a half of a surrogate pair comes as U+FFFD
        {
            if (clean.Length + rune.Utf16SequenceLength > most)
            {
                return clean.Append('…').ToString();
            }

            clean.Append(IsHarmless(rune) ? rune.ToString() : "\uFFFD");
        }

        return clean.ToString();
    }

    /// <summary>
    /// The same for a message of several lines that quotes others: lines stay lines, each of at most 2000 characters (a path is long), at most 500 of
    /// them.
    /// </summary>
    public static string CleanLines(string text)
    {
        const int mostLines = 500;
        const int mostOfALine = 2000;
        var lines = text.Split('\n');
        var clean = lines
            .Take(mostLines)
            .Select(line => Clean(line.TrimEnd('\r').Replace("\t", "  ", StringComparison.Ordinal), mostOfALine));
        return string.Join('\n', lines.Length <= mostLines ? clean : clean.Append($"… and {lines.Length - mostLines} more lines"));
    }

    // Format holds the marks that turn the direction of writing, and those that nobody sees.
    private static bool IsHarmless(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
            );
}
