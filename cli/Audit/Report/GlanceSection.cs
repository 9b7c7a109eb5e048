using Federated.TransparencyLog.Entries;

namespace Federated.Cli.Audit.Report;

/// <summary>The one table that answers most questions: who approved what, and how much of the promise each site has spent.</summary>
internal sealed class GlanceSection(HtmlPage page, ReportWords words, ReportTables tables)
{
    internal void Add(LogStory story)
    {
        tables.Heading(words.Glance);
        if (story.Studies.Count == 0)
        {
            page.Add($"<p>{words.NoStudies}</p>");
            return;
        }

        page.Add($"""<p class="note">{words.GlanceMeans}</p>""");
        tables.Begin(words.Site, words.Approval, words.BudgetUsed, words.SumsWith);
        foreach (var study in story.Studies)
        {
            page.Add(
                $"""<tr class="group"><td colspan="4">{study.Plan.Name} <span class="note">{words.Researcher} {study.Researcher} · <code>{study.Hash.Abbreviated}</code></span></td></tr>"""
            );
            foreach (var site in study.Plan.Roster)
            {
                page.Add($"<tr><td>{site.Value}</td>");
                AddApproval(study.LastOf(site.Value));
                AddSpent(study, site.Value);
                page.Add($"<td>{study.RoundsWith(site)} / {study.Rounds.Count}</td></tr>");
            }
        }

        tables.End();
    }

    private void AddApproval(Statement<TransparencyLog.Entries.Bodies.PlanDecision>? last)
    {
        if (last is null)
        {
            page.Add($"""<td><span class="note">{words.NoDecision}</span></td>""");
            return;
        }

        var (style, word) = Decision(last.Kind, words);
        var reason = last.Body.Reason.Value;
        page.Add(
            $"""<td><span class="{style}">{word}</span> {ReportTables.Time(last.Time)}<span class="note">{words.ReasonOf(reason) ?? reason}</span></td>"""
        );
    }

    private void AddSpent(StudyStory study, string site)
    {
        if (study.Promise is not { } promise)
        {
            page.Add($"""<td><span class="note">{words.NoPrivacy}</span></td>""");
            return;
        }

        page.Add($"<td>");
        Spending[] spent = [.. study.SpentBy(site)];
        foreach (var part in spent)
        {
            var epsilon = part.Last.Body.Epsilon.Value;
            var text = words.SpentOf(words.Number(epsilon), words.Number(promise), Share.Percent(epsilon, promise));
            var what = part.IsEvaluation ? words.Evaluation : words.Training;
            page.Add($"""<div class="spent">""");
            Charts.Small(page, epsilon, promise, $"{site}, {what}: {text}", part.IsEvaluation ? "used other" : "used");
            page.Add($"""<span>{text} <span class="note inline">{what}</span></span></div>""");
        }

        if (spent.Length == 0)
        {
            page.Add($"""<span class="note">{words.NothingCharged}</span>""");
        }

        page.Add($"</td>");
    }

    /// <summary>A decision's word, and the class of its colour.</summary>
    internal static (string Style, string Word) Decision(EntryKind kind, ReportWords words) =>
        kind switch
        {
            EntryKind.PlanApproved => ("yes", words.Approved),
            EntryKind.PlanRejected => ("no", words.Rejected),
            _ => ("no", words.Withdrawn),
        };
}
