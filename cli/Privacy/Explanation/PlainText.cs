using System.Collections.Immutable;
using System.Text;

namespace Federated.Cli.Privacy.Explanation;

/// <summary>A text for people: a title, and sections of paragraphs.</summary>
/// <param name="Language">As RFC 5646 writes it.</param>
/// <param name="Title">What it is about.</param>
/// <param name="Sections">In reading order.</param>
internal sealed record PlainText(string Language, string Title, ImmutableArray<PlainSection> Sections)
{
    private const int Columns = 100;

    /// <summary>For a terminal, broken into lines; a no-break space is not broken at.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Title).AppendLine();
        foreach (var section in Sections)
        {
            text.AppendLine().AppendLine(section.Heading);
            foreach (var paragraph in section.Paragraphs)
            {
                Append(text, paragraph);
            }
        }

        return text.ToString().TrimEnd();
    }

    private static void Append(StringBuilder text, string paragraph)
    {
        var column = 0;
        foreach (var word in paragraph.Split(' '))
        {
            var isFirst = column == 0;
            if (!isFirst && column + 1 + word.Length > Columns)
            {
                text.AppendLine().Append("   ");
                column = 3;
            }

            text.Append(isFirst ? " - " : " ").Append(word);
            column += word.Length + (isFirst ? 3 : 1);
        }

        text.AppendLine();
    }
}

/// <summary>One section.</summary>
/// <param name="Heading">Its question.</param>
/// <param name="Paragraphs">Its answer.</param>
internal sealed record PlainSection(string Heading, ImmutableArray<string> Paragraphs);
