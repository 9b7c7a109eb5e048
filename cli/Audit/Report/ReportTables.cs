using System.Globalization;

namespace Federated.Cli.Audit.Report;

/// <summary>What the sections share: headings, tables, and the forms of times, rounds and hashes.</summary>
internal sealed class ReportTables(HtmlPage page, ReportWords words)
{
    /// <summary>A heading that says, in a report of a log that failed, that what follows is not verified.</summary>
    internal void Heading(string title, string? kind = null) =>
        page.Add($"""<h2 data-unverified="{words.Unverified}"><small>{kind}</small>{title}</h2>""");

    /// <summary>A smaller heading, with a note below it where there is one.</summary>
    internal void Subheading(string title, string? note = null)
    {
        page.Add($"<h3>{title}</h3>");
        if (note is not null)
        {
            page.Add($"""<p class="note">{note}</p>""");
        }
    }

    /// <summary>Begins a table; <see cref="End"/> ends it.</summary>
    internal void Begin(params IEnumerable<string> columns)
    {
        page.Add($"""<div class="scroll"><table><thead><tr>""");
        foreach (var column in columns)
        {
            page.Add($"""<th scope="col">{column}</th>""");
        }

        page.Add($"</tr></thead><tbody>");
    }

    /// <summary>Which colour is which.</summary>
    internal void Legend() =>
        page.Add($"""<p class="legend note"><span></span>{words.Training}<span class="other"></span>{words.Evaluation}</p>""");

    internal void End() => page.Add($"</tbody></table></div>");

    /// <summary>A time as people read it, UTC: a log's own have milliseconds that nobody needs here.</summary>
    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Numbers in as few words as they have: <c>1–4, 6</c>.</summary>
    internal static string Ranges(IEnumerable<uint> numbers)
    {
        var parts = new List<(uint First, uint Last)>();
        foreach (var number in numbers.Distinct().Order())
        {
            if (parts is [.., var (first, last)] && number == last + 1)
            {
                parts[^1] = (first, number);
            }
            else
            {
                parts.Add((number, number));
            }
        }

        return string.Join(
            ", ",
            parts.Select(part => part.First == part.Last ? Text(part.First) : $"{Text(part.First)}–{Text(part.Last)}")
        );

        static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
    }
}
