using Federated.Audit.Checks;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.Audit;

/// <summary>
/// What sites say of one study, judged by what stands before it in the log. The coordinator asks this before it appends, an audit when it reads: so no site can
/// make a log fail that an honest coordinator keeps. Not thread-safe.
/// </summary>
/// <remarks>Order of use: <see cref="FaultOf"/>, which changes nothing, then <see cref="Take"/> once the entry stands in the log; what the coordinator itself says in between, in the log's order.</remarks>
public sealed class SiteStatements
{
    private readonly StudyReference _study;
    private readonly IReadOnlyCollection<SiteName> _roster;
    private readonly Approvals _approvals = new();
    private readonly ChargeCheck? _charges;
    private readonly Dictionary<(RoundNumber, AttemptNumber), ChargedAttempt> _attempts = [];

    private SiteStatements(StudyPlan plan, Digest hash, ChargeCheck? charges)
    {
        (_study, _roster, _charges) = (new StudyReference(plan.Name, hash), plan.Roster, charges);
    }

    /// <summary>True if the plan promises privacy, so that survivors of its rounds are charged.</summary>
    public bool IsPrivate => _charges is not null;

    /// <summary>The largest epsilon that any site has said it spent; 0 without privacy.</summary>
    public double Spent => _charges?.Spent ?? 0;

    /// <summary>For a registered plan; null, with the fault, if the plan breaks its own promise.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="fault">Why not.</param>
    public static SiteStatements? Of(StudyPlan plan, Digest hash, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var charges = ChargeCheck.Of(plan, out fault);
        return fault is null ? new SiteStatements(plan, hash, charges) : null;
    }

    /// <summary>Why the log may not have a site's statement at its end, or null. Whose key signed it is the caller's to check.</summary>
    /// <param name="site">Who says it.</param>
    /// <param name="entry">What it says.</param>
    public string? FaultOf(SiteName site, LogEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return entry.Study is not { } study || study.Plan != _study.Plan ? "it is not of this study."
            : study.Name != _study.Name ? $"it calls plan {study.Plan.Abbreviated} '{study.Name}'; the plan is '{_study.Name}'."
            : !_roster.Contains(site) ? $"{site} speaks of a plan whose roster it is not on."
            : entry.Body is PrivacyCharge charge ? ChargeFault(site, charge)
            : null; // a site decides as it likes; refusals and evidence are for people
    }

    /// <summary>Takes a statement that stands in the log, and of which <see cref="FaultOf"/> found no fault.</summary>
    /// <inheritdoc cref="FaultOf" path="/param"/>
    public void Take(SiteName site, LogEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        switch (entry.Body)
        {
            case PlanDecision:
                _approvals.Take(site, entry.Kind);
                break;
            case PrivacyCharge charge:
                _attempts[(charge.Round, charge.Attempt)].Charged.Add(site, charge.H2);
                _charges!.Take(site, charge);
                break;
        }
    }

    /// <summary>A cohort was formed: from here on its members may be charged for the attempt.</summary>
    public void Form(CohortFormation formed)
    {
        ArgumentNullException.ThrowIfNull(formed);
        _attempts[(formed.Round, formed.Attempt)] = new ChargedAttempt([.. formed.Members]);
    }

    /// <summary>Why a committed round is not paid for, or null.</summary>
    /// <param name="committed">Of an attempt whose cohort was formed.</param>
    public string? UnpaidBy(RoundCommitment committed)
    {
        ArgumentNullException.ThrowIfNull(committed);
        if (_charges is null)
        {
            return null;
        }

        var charged = _attempts[(committed.Round, committed.Attempt)].Charged;
        foreach (var site in committed.Survivors)
        {
            if (!charged.TryGetValue(site, out var h2))
            {
                return $"{site} is in the sum, and no '{EntryKinds.WordOf(EntryKind.PrivacyCharged)}' of it stands before for this attempt.";
            }

            if (h2 != committed.Transcript[2])
            {
                return $"its h2 is not the one that {site} was charged for: it masked for others.";
            }
        }

        return null;
    }

    /// <summary>True if a cohort was formed for an attempt, with this site in it.</summary>
    public bool HadCohort(RoundNumber round, AttemptNumber attempt, SiteName site) =>
        _attempts.TryGetValue((round, attempt), out var cohort) && cohort.Members.Contains(site);

    /// <summary>Why a site may be in no cohort at this place of the log, or null: the last that it said of the plan has to be its approval.</summary>
    public string? Unapproved(SiteName site) => _approvals.Missing(site);

    /// <summary>Attempts in which sites were charged for different cohorts: somebody lied, and nobody was in a sum for it.</summary>
    public long Disputed => _attempts.Values.Count(attempt => attempt.Charged.Values.Distinct().Skip(1).Any());

    private string? ChargeFault(SiteName site, PrivacyCharge charge) =>
        _charges is null ? "the plan has no privacy, so that nothing is charged for it."
        : !HadCohort(charge.Round, charge.Attempt, site)
            ? $"{site} is charged for attempt {charge.Attempt} of round {charge.Round}, of which it was not in a cohort before."
        : _attempts[(charge.Round, charge.Attempt)].Charged.ContainsKey(site) ? $"{site} was charged for this attempt before."
        : _charges.FaultOf(site, charge);

    /// <summary>Who may be charged for an attempt, and who was, with the transcript that each says it masked for.</summary>
    private sealed record ChargedAttempt(HashSet<SiteName> Members)
    {
        public Dictionary<SiteName, Digest> Charged { get; } = [];
    }
}
