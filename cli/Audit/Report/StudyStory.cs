using System.Collections.Immutable;
using Federated.Audit;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;

namespace Federated.Cli.Audit.Report;

/// <summary>One statement of a log, with its place and time.</summary>
/// <param name="Index">Its place.</param>
/// <param name="Time">By its author's clock.</param>
/// <param name="Kind">What it records.</param>
/// <param name="Actor">Whose it is.</param>
/// <param name="Body">The rest.</param>
internal sealed record Statement<T>(long Index, DateTimeOffset Time, EntryKind Kind, KeyName Actor, T Body)
    where T : EntryBody
{
    /// <summary>The site that said it; empty if it was none.</summary>
    internal string Site => KeyNames.IsSite(Actor, out var site) ? site.Value : "";
}

/// <summary>Charges of one site for releases that are alike: of training, or of the evaluation.</summary>
/// <param name="Site">Whose.</param>
/// <param name="IsEvaluation">Which of the two: each charges other patients.</param>
/// <param name="Charges">At least one, in the order of the log.</param>
internal sealed record Spending(string Site, bool IsEvaluation, ImmutableArray<Statement<PrivacyCharge>> Charges)
{
    internal Statement<PrivacyCharge> First => Charges[0];

    /// <summary>Its epsilon is what the site has spent with all of them.</summary>
    internal Statement<PrivacyCharge> Last => Charges[^1];
}

/// <summary>All that a log says of one study.</summary>
internal sealed class StudyStory
{
    private readonly List<Statement<PrivacyCharge>> _charges = [];
    private readonly HashSet<(RoundNumber, AttemptNumber)> _committed = [];

    /// <param name="registered">Its <c>plan.registered</c>, with the plan.</param>
    internal StudyStory(AuditedEntry registered)
    {
        (Plan, Researcher) = (registered.Proposed!.Plan, registered.Proposed.Researcher.Value);
        Hash = registered.Entry.Study!.Plan;
        Registered = Of<PlanRegistration>(registered)!;
    }

    internal StudyPlan Plan { get; }

    internal Digest Hash { get; }

    internal string Researcher { get; }

    internal Statement<PlanRegistration> Registered { get; }

    internal List<Statement<PlanDecision>> Decisions { get; } = [];

    internal List<Statement<RoundCommitment>> Rounds { get; } = [];

    internal List<Statement<RoundAbort>> Aborted { get; } = [];

    internal List<Statement<ArtefactRelease>> Released { get; } = [];

    internal List<Statement<SiteRefusal>> Refused { get; } = [];

    internal List<Statement<MisbehaviourEvidence>> Misbehaved { get; } = [];

    /// <summary>ε of the promise, as the log has it; null for a plan without privacy.</summary>
    internal string? Promise => Registered.Body.Privacy.GetValueOrDefault("epsilon");

    internal void Take(AuditedEntry entry)
    {
        Keep(Decisions, entry);
        Keep(Rounds, entry);
        Keep(Aborted, entry);
        Keep(Released, entry);
        Keep(Refused, entry);
        Keep(Misbehaved, entry);
        Keep(_charges, entry);
        if (entry.Entry.Body is RoundCommitment round)
        {
            _committed.Add((round.Round, round.Attempt));
        }
    }

    /// <summary>What the site last said of the plan; null if it said nothing.</summary>
    internal Statement<PlanDecision>? LastOf(string site) => Decisions.LastOrDefault(said => said.Site == site);

    /// <summary>In how many sums a site is.</summary>
    internal int RoundsWith(SiteName site) => Rounds.Count(round => round.Body.Survivors.Contains(site));

    /// <summary>A site's charges: of training, then of the evaluation; what there is.</summary>
    internal IEnumerable<Spending> SpentBy(string site) =>
        _charges
            .Where(charge => charge.Site == site)
            .GroupBy(charge => Plan.EvaluationIn(charge.Body.Round) is not null)
            .OrderBy(group => group.Key)
            .Select(group => new Spending(site, group.Key, [.. group]));

    /// <summary>True if a charge was for an attempt that gave no sum: it counts all the same.</summary>
    internal bool WasLost(PrivacyCharge charge) => !_committed.Contains((charge.Round, charge.Attempt));

    internal static Statement<T>? Of<T>(AuditedEntry entry)
        where T : EntryBody =>
        entry.Entry.Body is T body
            ? new Statement<T>(entry.Index.Value, entry.Entry.Time, entry.Entry.Kind, entry.Entry.Actor, body)
            : null;

    internal static void Keep<T>(List<Statement<T>> list, AuditedEntry entry)
        where T : EntryBody
    {
        if (Of<T>(entry) is { } statement)
        {
            list.Add(statement);
        }
    }
}
