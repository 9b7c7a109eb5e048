using Federated.Identity;

namespace Federated.Cli.Audit.Report;

/// <summary>What is of no single study: budgets of data sets, keys, policies, starts, and refusals.</summary>
internal sealed class SiteSection(HtmlPage page, ReportWords words, ReportTables tables)
{
    internal void Add(ReportFacts facts)
    {
        AddDataSets(facts);
        AddKeys(facts.Story);
        AddChanges(facts.Story);
    }

    private void AddDataSets(ReportFacts facts)
    {
        tables.Heading(words.DataSets);
        page.Add($"""<p class="note">{(facts.DataSets.Count == 0 ? words.NoLedgers : words.DataSetsMean)}</p>""");
        foreach (var data in facts.DataSets)
        {
            tables.Subheading(words.CapOf(data.Name, words.Number(data.Epsilon), words.Number(data.Delta)));
            ChartRow[] rows =
            [
                .. from study in facts.Story.Studies
                from site in study.Plan.Roster
                from part in study.SpentBy(site.Value)
                where part.First.Body.Ledger == data.Ledger
                select new ChartRow(
                    Short(study.Plan.Name),
                    $"ε {words.Number(part.Last.Body.Epsilon.Value)}",
                    part.IsEvaluation ? "used other" : "used",
                    [.. part.Charges.Select(charge => charge.Body.Epsilon.Value)]
                ),
            ];
            if (rows.Length == 0)
            {
                page.Add($"<p>{words.UnusedLedger}</p>");
                continue;
            }

            Charts.Bars(page, data.Name, data.Epsilon, $"{words.CapMark} ε {words.Number(data.Epsilon)}", rows);
        }

        if (facts.DataSets.Count > 0)
        {
            tables.Legend();
        }
    }

    private void AddKeys(LogStory story)
    {
        tables.Heading(words.Keys);
        tables.Begin(words.Member, words.Entity, words.Registered, words.CredentialHash, words.Status, words.Entry);
        foreach (var keys in story.Keys)
        {
            var revoked = story.RevocationOf(keys);
            var successor = story.SuccessorOf(keys);
            var (style, state) =
                revoked is not null && !(successor?.Said.Index < revoked.Said.Index) ? ("no", words.Revoked(revoked.Said.Index))
                : successor is not null ? ("note", words.Replaced(successor.Said.Index))
                : ("yes", words.Counts);
            page.Add(
                $"""<tr><td>{keys.Member.Name.Value}<span class="note">{words.RoleOf(Roles.NameOf(keys.Member.Role))}</span></td><td>{keys.Entity}</td>"""
            );
            page.Add(
                $"""<td class="time">{ReportTables.Time(keys.Said.Time)}</td><td class="hash">{keys.File.ToString()}</td><td><span class="{style}">{state}</span></td><td class="entry">{keys.Said.Index}</td></tr>"""
            );
        }

        tables.End();
    }

    private void AddChanges(LogStory story)
    {
        tables.Subheading(words.Changes);
        tables.Begin(words.Event, words.Member, words.ConfigurationHash, words.When, words.Entry);
        IEnumerable<(long Index, DateTimeOffset Time, string What, string Who, string Hash)> all =
        [
            .. story.Starts.Select(said =>
                (said.Index, said.Time, words.StartedWith(said.Body.Software), said.Actor.Value, $"{said.Body.Configuration}")
            ),
            .. story.Policies.Select(said => (said.Index, said.Time, words.PolicyChanged, said.Site, $"{said.Body.Policy}")),
            .. story.Revocations.Select(list =>
                (
                    list.Said.Index,
                    list.Said.Time,
                    words.RevocationList(list.List.Number),
                    string.Join(", ", list.List.Members.Select(member => member.Name.Value)),
                    ""
                )
            ),
        ];
        foreach (var (index, time, what, who, hash) in all.OrderBy(one => one.Index))
        {
            page.Add(
                $"""<tr><td>{what}</td><td>{who}</td><td class="hash">{hash}</td><td class="time">{ReportTables.Time(time)}</td><td class="entry">{index}</td></tr>"""
            );
        }

        tables.End();
        if (story.Refused.Count + story.Misbehaved.Count > 0)
        {
            tables.Subheading(words.Unusual);
            new StudySection(page, words, tables).AddUnusual(
                [.. StudySection.Refusals(story.Refused, words), .. StudySection.Misbehaviour(story.Misbehaved, words)],
                "fed audit show DIR --type refusal"
            );
        }
    }

    /// <summary>A name that fits beside a bar.</summary>
    private static string Short(string name)
    {
        const int most = 28;
        return Federation.ForeignText.Clean(name, most);
    }
}
