namespace Federated.Cli.Audit.Report;

/// <summary>Bars as inline SVG: no script, no font and no image from elsewhere, and sharp on paper.</summary>
internal static class Charts
{
    private const int MostSegments = 60; // more would be a grey smear

    /// <summary>One small bar, to stand in a table.</summary>
    internal static void Small(HtmlPage page, string spent, string limit, string title, string style)
    {
        const decimal width = 130m;
        if (Share.Of(spent, limit) is not { } share)
        {
            return;
        }

        page.Add(
            $"""<svg class="bar" viewBox="0 0 {width} 10" width="{width}" height="10" role="img" aria-label="{title}"><title>{title}</title>"""
        );
        page.Add($"""<rect class="track" x="0" y="0" width="{width}" height="10" rx="2"/>""");
        page.Add($"""<rect class="{style}" x="0" y="0" width="{share * width}" height="10" rx="2"/></svg>""");
    }

    /// <summary>One bar a row against one limit: the right edge of all tracks.</summary>
    /// <param name="page">Takes the drawing.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="limit">The limit, as the log or ledger has it.</param>
    /// <param name="mark">What the limit is called, with its value.</param>
    /// <param name="rows">The bars.</param>
    internal static void Bars(HtmlPage page, string title, string limit, string mark, IReadOnlyList<ChartRow> rows)
    {
        const decimal left = 190m;
        const decimal width = 370m;
        const decimal top = 30m;
        const decimal step = 24m;
        var height = top + (rows.Count * step) + 6;
        page.Add($"""<svg class="chart" viewBox="0 0 680 {height}" role="img" aria-label="{title}"><title>{title}</title>""");
        page.Add($"""<text class="axis" x="{left}" y="14">0</text>""");
        page.Add($"""<text class="axis" x="{left + width}" y="14" text-anchor="end">{mark}</text>""");
        for (var i = 0; i < rows.Count; i++)
        {
            var (row, y) = (rows[i], top + (i * step));
            page.Add($"""<text class="name" x="{left - 10}" y="{y + 11}" text-anchor="end">{row.Name}</text>""");
            page.Add($"""<rect class="track" x="{left}" y="{y}" width="{width}" height="14" rx="2"/>""");
            if (Share.Of(row.Steps[^1], limit) is { } share)
            {
                page.Add($"""<rect class="{row.Style}" x="{left}" y="{y}" width="{share * width}" height="14" rx="2"/>""");
            }

            foreach (var step1 in row.Steps.Count <= MostSegments ? row.Steps.SkipLast(1) : [])
            {
                if (Share.Of(step1, limit) is { } at)
                {
                    page.Add($"""<line class="step" x1="{left + (at * width)}" x2="{left + (at * width)}" y1="{y}" y2="{y + 14}"/>""");
                }
            }

            page.Add($"""<text class="value" x="{left + width + 10}" y="{y + 11}">{row.Value}</text>""");
        }

        page.Add($"""<line class="limit" x1="{left}" x2="{left}" y1="{top - 8}" y2="{height - 4}"/>""");
        page.Add($"""<line class="limit end" x1="{left + width}" x2="{left + width}" y1="{top - 8}" y2="{height - 4}"/></svg>""");
    }
}

/// <summary>One bar.</summary>
/// <param name="Name">Left of it.</param>
/// <param name="Value">Right of it.</param>
/// <param name="Style">Class of its colour.</param>
/// <param name="Steps">What was spent after each release, as the log has it; at least one, the last is the bar's length.</param>
internal sealed record ChartRow(string Name, string Value, string Style, IReadOnlyList<string> Steps);
