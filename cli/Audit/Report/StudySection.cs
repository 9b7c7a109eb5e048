using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.Cli.Audit.Report;

/// <summary>One study: what it is, what left each site and at which price, who decided, what was released, and what went wrong.</summary>
internal sealed class StudySection(HtmlPage page, ReportWords words, ReportTables tables)
{
    private const int MostUnusual = 100; // rows; a log may have thousands, and the command that lists them is said

    internal void Add(StudyStory study)
    {
        tables.Heading(study.Plan.Name, words.Study);
        AddFacts(study);
        Spending[] spent = [.. study.Plan.Roster.SelectMany(site => study.SpentBy(site.Value))];
        if (study.Promise is { } promise && spent.Length > 0)
        {
            AddChart(spent, promise);
            AddCharges(study, spent);
        }

        AddDecisions(study);
        AddReleases(study);
        AddUnusual(study);
    }

    private void AddFacts(StudyStory study)
    {
        var plan = study.Plan;
        page.Add($"""<dl><dt>{words.Purpose}</dt><dd class="purpose">{plan.Purpose}</dd>""");
        page.Add($"<dt>{words.Researcher}</dt><dd>{study.Researcher}</dd>");
        page.Add(
            $"""<dt>{words.Registered}</dt><dd>{ReportTables.Time(study.Registered.Time)} UTC, {words.Entries(study.Registered.Index, study.Registered.Index)}</dd>"""
        );
        page.Add($"<dt>{words.PlanHash}</dt><dd><code>{study.Hash.ToString()}</code></dd>");
        page.Add(
            $"""<dt>{words.Sites}</dt><dd>{string.Join(", ", plan.Roster)}<span class="note">{words.AtLeast(plan.Aggregation.MinimumSites, plan.Sites.Length)}</span></dd>"""
        );
        var said = study.Registered.Body.Privacy;
        page.Add(
            $"<dt>{words.Promise}</dt><dd>{(study.Promise is { } epsilon ? words.PromiseOf(said["unit"], words.Number(epsilon), words.Number(Of("delta"))) : words.NoPrivacy)}</dd>"
        );
        if (study.Promise is not null)
        {
            var noise = new NoiseTerms(
                Of("noise"),
                words.Number(Of("noise_multiplier")),
                words.Number(Of("noise_floor")),
                words.Number(Of("sampling_rate"))
            );
            page.Add($"<dt>{words.Noise}</dt><dd>{words.NoiseOf(noise)}</dd>");
        }

        var rounds = study.Rounds;
        page.Add($"<dt>{words.Progress}</dt><dd>{words.ProgressOf(rounds.Count, plan.Rounds, study.Aborted.Count)}");
        if (rounds.Count > 0)
        {
            page.Add(
                $"""<span class="note">{words.Between(ReportTables.Time(rounds[0].Time), ReportTables.Time(rounds[^1].Time))} UTC</span>"""
            );
        }

        page.Add($"</dd><dt>{words.InitialModel}</dt><dd><code>{study.Registered.Body.InitialModel.ToString()}</code></dd>");
        if (rounds.Count > 0)
        {
            page.Add($"<dt>{words.LastModel}</dt><dd><code>{rounds[^1].Body.NextModel.ToString()}</code></dd>");
        }

        page.Add($"<dt>{words.Code}</dt><dd><code>{study.Registered.Body.Code.ToString()}</code></dd></dl>");

        string Of(string key) => said.GetValueOrDefault(key, "");
    }

    private void AddChart(IReadOnlyList<Spending> spent, string promise)
    {
        tables.Subheading(words.ChartTitle);
        var both = spent.Any(part => part.IsEvaluation);
        Charts.Bars(
            page,
            words.ChartTitle,
            promise,
            $"{words.PromiseMark} ε {words.Number(promise)}",
            [
                .. spent.Select(part => new ChartRow(
                    part.IsEvaluation ? "" : part.Site,
                    $"ε {words.Number(part.Last.Body.Epsilon.Value)}",
                    part.IsEvaluation ? "used other" : "used",
                    [.. part.Charges.Select(charge => charge.Body.Epsilon.Value)]
                )),
            ]
        );
        if (both)
        {
            tables.Legend();
        }
    }

    private void AddCharges(StudyStory study, IReadOnlyList<Spending> spent)
    {
        tables.Subheading(words.Charges, words.ChargesMean);
        tables.Begin(
            words.Site,
            words.What,
            words.RoundsColumn,
            words.Releases,
            words.Mechanism,
            words.Spent,
            words.Floor,
            words.When,
            words.LedgerColumn
        );
        foreach (var part in spent)
        {
            var (first, last) = (part.First, part.Last);
            var lost = part.Charges.Count(charge => study.WasLost(charge.Body));
            page.Add($"<tr><td>{part.Site}</td><td>{(part.IsEvaluation ? words.Evaluation : words.Training)}</td>");
            page.Add($"<td>{ReportTables.Ranges(part.Charges.Select(charge => charge.Body.Round.Value))}</td><td>{part.Charges.Length}");
            if (lost > 0)
            {
                page.Add($"""<span class="note">{words.InFailed(lost)}</span>""");
            }

            var body = last.Body;
            var terms = words.MechanismOf(body.LocalNoise.Value, body.HonestShares, words.Number(body.SamplingBound.Value));
            page.Add($"""</td><td>{body.Mechanism.Value}, {body.Unit.Value}<span class="note">{terms}</span></td>""");
            page.Add($"""<td><strong>{words.Number(body.Epsilon.Value)}</strong></td><td>{words.Number(body.EpsilonFloor.Value)}</td>""");
            page.Add($"""<td class="time">{ReportTables.Time(first.Time)}""");
            if (part.Charges.Length > 1)
            {
                page.Add($"<br>{ReportTables.Time(last.Time)}");
            }

            page.Add($"</td>");
            page.Add(
                $"""<td>{words.LedgerLines(first.Body.LedgerLine, body.LedgerLine)}<span class="note">{words.Entries(first.Index, last.Index)}</span></td></tr>"""
            );
        }

        tables.End();
    }

    private void AddDecisions(StudyStory study)
    {
        tables.Subheading(words.Decisions, words.DecisionsMean);
        tables.Begin(words.Site, words.Decision, words.When, words.PolicyHash, words.DecisionHash, words.Entry);
        foreach (var said in study.Decisions)
        {
            var (style, word) = GlanceSection.Decision(said.Kind, words);
            var reason = said.Body.Reason.Value;
            page.Add(
                $"""<tr><td>{said.Site}</td><td><span class="{style}">{word}</span><span class="note">{reason}{(words.ReasonOf(reason) is { } gloss ? $": {gloss}" : "")}</span></td>"""
            );
            page.Add(
                $"""<td class="time">{ReportTables.Time(said.Time)}</td><td class="hash">{said.Body.Policy.ToString()}</td><td class="hash">{said.Body.Decision.ToString()}</td><td class="entry">{said.Index}</td></tr>"""
            );
        }

        foreach (var silent in study.Plan.Roster.Where(site => study.LastOf(site.Value) is null))
        {
            page.Add($"""<tr><td>{silent.Value}</td><td colspan="5"><span class="note">{words.NoDecision}</span></td></tr>""");
        }

        tables.End();
    }

    private void AddReleases(StudyStory study)
    {
        tables.Subheading(words.Released);
        if (study.Released.Count == 0)
        {
            page.Add($"<p>{words.NothingReleased}</p>");
            return;
        }

        tables.Begin(words.What, words.ArtefactHash, words.Spent, words.Recipients, words.When, words.Entry);
        foreach (var release in study.Released)
        {
            var what = release.Kind switch
            {
                EntryKind.EvaluationReleased => words.ReleasedEvaluation,
                EntryKind.InputsReleased => words.ReleasedInputs,
                _ => words.ReleasedModel,
            };
            page.Add(
                $"""<tr><td>{what}</td><td class="hash">{release.Body.Artefact.ToString()}</td><td>{words.Number(release.Body.Epsilon.Value)}</td>"""
            );
            page.Add(
                $"""<td>{string.Join(", ", release.Body.Recipients)}</td><td class="time">{ReportTables.Time(release.Time)}</td><td class="entry">{release.Index}</td></tr>"""
            );
        }

        tables.End();
    }

    private void AddUnusual(StudyStory study)
    {
        tables.Subheading(words.Unusual);
        Unusual[] all =
        [
            .. study.Aborted.Select(said => new Unusual(
                said.Index,
                said.Time,
                words.AbortedOf(said.Body.Stage.Value, said.Body.Code.Value),
                words.Attempt($"{said.Body.Round}", $"{said.Body.Attempt}"),
                said.Body.Blamed?.Value ?? words.Nobody
            )),
            .. Refusals(study.Refused, words),
            .. Misbehaviour(study.Misbehaved, words),
        ];
        AddUnusual(all, $"fed audit show DIR --study {study.Hash.ToString()[..16]}");
    }

    /// <summary>A table of them, or that there are none.</summary>
    internal void AddUnusual(IReadOnlyCollection<Unusual> all, string command)
    {
        if (all.Count == 0)
        {
            page.Add($"<p>{words.NothingUnusual}</p>");
            return;
        }

        tables.Begin(words.Event, words.RoundsColumn, words.Blamed, words.When, words.Entry);
        foreach (var one in all.OrderBy(one => one.Index).Take(MostUnusual))
        {
            page.Add(
                $"""<tr><td>{one.What}</td><td>{one.Where}</td><td>{one.Who}</td><td class="time">{ReportTables.Time(one.Time)}</td><td class="entry">{one.Index}</td></tr>"""
            );
        }

        tables.End();
        if (all.Count > MostUnusual)
        {
            page.Add($"<p>{words.AndMore(all.Count - MostUnusual, command)}</p>");
        }
    }

    internal static IEnumerable<Unusual> Refusals(IEnumerable<Statement<SiteRefusal>> refused, ReportWords words) =>
        refused.Select(said => new Unusual(said.Index, said.Time, words.RefusalOf(said.Body.Code.Value), "", said.Site));

    internal static IEnumerable<Unusual> Misbehaviour(IEnumerable<Statement<MisbehaviourEvidence>> evidence, ReportWords words) =>
        evidence.Select(said => new Unusual(said.Index, said.Time, words.MisbehaviourOf(said.Body.Code.Value), "", said.Actor.Value));
}

/// <summary>Something that a person should look at.</summary>
internal sealed record Unusual(long Index, DateTimeOffset Time, string What, string Where, string Who);
