using System.Globalization;
using Federated.Audit;
using Federated.TransparencyLog.Checkpoints;

namespace Federated.Cli.Audit.Report;

/// <summary>All that a report shows; a function of the folder and of the files given beside it, so that the same bytes give the same page.</summary>
internal sealed record ReportFacts
{
    /// <summary>What the audit came to.</summary>
    internal required AuditVerdict Verdict { get; init; }

    /// <summary>What the log says: all of it if it verifies, and up to the first fault if not.</summary>
    internal required LogStory Story { get; init; }

    /// <summary>As its file says; null if it cannot be read.</summary>
    internal required SignedCheckpoint? Checkpoint { get; init; }

    /// <summary>SHA-256 of the root that everything rests on; null if it cannot be read.</summary>
    internal required string? Root { get; init; }

    /// <summary>True if the caller brought the root.</summary>
    internal required bool IsRootGiven { get; init; }

    /// <summary>Names of the files beside the log.</summary>
    internal required IReadOnlyList<string> Given { get; init; }

    /// <summary>What the ledgers among them say.</summary>
    internal required IReadOnlyList<DataSetFacts> DataSets { get; init; }
}

/// <summary>One page for an auditor and a hospital's data protection officer: the verdict, then what the log says, study by study.</summary>
internal static class AuditReport
{
    private const string Yes = "M8 22a14 14 0 1 1 28 0 14 14 0 0 1-28 0zm6.5.5 5.5 5.5 10-11";
    private const string No = "M8 22a14 14 0 1 1 28 0 14 14 0 0 1-28 0zm9-5 10 10m0-10-10 10";

    /// <summary>The page's text.</summary>
    internal static string Of(ReportFacts facts, ReportWords words)
    {
        var page = new HtmlPage();
        var isFailed = facts.Verdict is AuditVerdict.Failed;
        page.Add($"<!DOCTYPE html>");
        page.Add(
            $"""<html lang="{words.Language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">"""
        );
        // Should any text ever pass for markup, a browser still loads and runs nothing.
        page.Add($"""<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">""");
        page.Add($"<title>{words.Title}: {Verdict(facts, words)} – {facts.Story.Began?.Body.Origin}</title>");
        page.AddStyle(ReportStyle.Css);
        page.Add($"""</head><body class="{(isFailed ? "failed" : "verified")}"><main>""");
        page.Add($"""<p class="eyebrow">{words.Eyebrow}</p><h1>{words.Title}</h1>""");
        AddVerdict(page, facts, words);
        AddGround(page, facts, words);
        var sections = new ReportTables(page, words);
        new GlanceSection(page, words, sections).Add(facts.Story);
        foreach (var study in facts.Story.Studies)
        {
            new StudySection(page, words, sections).Add(study);
        }

        new SiteSection(page, words, sections).Add(facts);
        AddChecks(page, facts, words);
        page.Add($"<footer>{words.Footer} {Tree(facts, words)}</footer>");
        page.Add($"</main></body></html>");
        return page.ToString();
    }

    private static string Verdict(ReportFacts facts, ReportWords words) =>
        facts.Verdict is AuditVerdict.Failed ? words.FailedWord : words.VerifiedWord;

    private static void AddVerdict(HtmlPage page, ReportFacts facts, ReportWords words)
    {
        var isFailed = facts.Verdict is AuditVerdict.Failed;
        page.Add(
            $"""<section class="verdict"><svg viewBox="6 6 32 32" aria-hidden="true"><path d="{(isFailed ? No : Yes)}" fill="none" stroke="{(isFailed ? "#b42318" : "#0f766e")}" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg><div>"""
        );
        page.Add($"<strong>{Verdict(facts, words)}</strong>");
        if (facts.Verdict is AuditVerdict.Failed { Fault: var fault })
        {
            page.Add(
                $"""<p>{words.FailedAt(fault.Place)}</p><p class="reason">{fault.Reason}</p><p>{(facts.Story.Entries == 0 ? words.NothingRead : words.FailedMeans)}</p>"""
            );
        }
        else if (facts.Verdict is AuditVerdict.Verified { Figures: var figures })
        {
            var counts = new VerifiedCounts(
                figures.Entries,
                figures.Studies,
                figures.Sites,
                figures.Rounds,
                figures.Charges,
                figures.Cosigned
            );
            page.Add($"<p>{words.Verified(counts)}</p>");
            if (figures.Rounds > 0)
            {
                page.Add($"<p>{words.Recomputed(figures.Recomputed, figures.Rounds - figures.Recomputed)}</p>");
            }

            var unusual = figures.Anomalies;
            if (unusual.Aborted + unusual.Refusals + unusual.Misbehaviour + unusual.Disputed > 0)
            {
                page.Add($"<p>{words.Anomalies(unusual)}</p>");
            }

            if (figures.Unregistered.Lines > 0)
            {
                page.Add($"<p>{words.Unregistered(figures.Unregistered)}</p>");
            }
        }

        page.Add($"</div></section>");
    }

    private static void AddGround(HtmlPage page, ReportFacts facts, ReportWords words)
    {
        page.Add($"<dl>");
        if (facts.Root is { } root)
        {
            page.Add(
                $"""<dt>{words.Root}</dt><dd><code class="fingerprint">{root}</code><span class="note">{(facts.IsRootGiven ? words.RootGiven : words.RootOwn)}</span></dd>"""
            );
        }

        if (facts.Story.Began is { } began)
        {
            page.Add($"<dt>{words.Log}</dt><dd><code>{began.Body.Origin}</code></dd>");
        }

        if (facts.Checkpoint is { } checkpoint)
        {
            page.Add($"<dt>{words.Checkpoint}</dt><dd><code>{Tree(facts, words)}</code></dd>");
            var cosigners = checkpoint.Note.Signatures.Skip(1).Select(line => line.Name.Value);
            page.Add($"<dt>{words.CosignedBy}</dt><dd>{string.Join(", ", cosigners)}</dd>");
        }

        if (facts.Story.Last is { } last)
        {
            page.Add(
                $"""<dt>{words.LastEntry}</dt><dd>{ReportTables.Time(last)} UTC <span class="note">{words.ByAuthorsClock}</span></dd>"""
            );
        }

        page.Add($"<dt>{words.Given}</dt><dd>{(facts.Given.Count == 0 ? words.NoneGiven : string.Join(", ", facts.Given))}</dd></dl>");
    }

    private static void AddChecks(HtmlPage page, ReportFacts facts, ReportWords words)
    {
        if (facts.Verdict is AuditVerdict.Verified)
        {
            page.Add($"""<h2>{words.Covered}</h2><div class="columns"><div><ul>""");
            AddItems(page, words.CoveredList);
            page.Add($"</ul></div><div><h3>{words.NotCovered}</h3><ul>");
            AddItems(page, words.NotCoveredList);
            page.Add($"</ul></div></div>");
        }

        page.Add($"<h2>{words.Yourself}</h2><ol>");
        foreach (var (what, command) in words.YourselfList)
        {
            page.Add($"<li>{what}<pre>{command}</pre></li>");
        }

        page.Add($"</ol>");
    }

    private static void AddItems(HtmlPage page, IEnumerable<string> items)
    {
        foreach (var item in items)
        {
            page.Add($"<li>{item}</li>");
        }
    }

    private static string Tree(ReportFacts facts, ReportWords words) =>
        facts.Checkpoint is { Checkpoint.Head: var head }
            ? words.CheckpointOf(head.Size.Value.ToString(CultureInfo.InvariantCulture), Convert.ToBase64String(head.Root.ToArray()))
            : "";
}
