using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.SecureAggregation.Rounds;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;

namespace Federated.Audit.Checks;

/// <summary>(d) to (g) One study, entry by entry: approved before its cohorts form, rounds without gaps, attempts that ascend, each sum and model as it must be, each survivor charged.</summary>
internal sealed class StudyAudit
{
    private readonly LogFolder _folder;
    private readonly SiteStatements _sites;
    private readonly Dictionary<(RoundNumber, AttemptNumber), CohortState> _cohorts = [];
    private LeafIndex _lastCommit; // of the last round, or of the registration
    private AttemptNumber _lastAttempt; // at the round that is under way; 0 before its first
    private CohortState? _open;
    private readonly HashSet<Digest> _sums = []; // of all committed rounds
    private Digest _lastSum;

    private StudyAudit(LogFolder folder, StudyPlan plan, Digest hash, LeafIndex registered, SiteStatements sites)
    {
        (_folder, Plan, Hash, _lastCommit, _sites) = (folder, plan, hash, registered, sites);
        Model = InitialModel.Of(plan);
    }

    public StudyPlan Plan { get; }

    public Digest Hash { get; }

    /// <summary>After the last committed round.</summary>
    public ModelState Model { get; private set; }

    /// <summary>H4 of the last committed round; zeros before round 1.</summary>
    public Digest PreviousResult { get; private set; }

    /// <summary>Every round that was committed, with what sites can compare their journals with.</summary>
    public List<CommittedRound> Rounds { get; } = [];

    /// <summary>Every charge, in the order of the log.</summary>
    public List<LoggedCharge> Charges { get; } = [];

    /// <summary>Begins with a plan that <see cref="PlanCheck"/> read; null, with the fault, if it breaks its own promise.</summary>
    public static StudyAudit? Begin(LogFolder folder, StudyPlan plan, Digest hash, LeafIndex registered, out string? fault)
    {
        return SiteStatements.Of(plan, hash, out fault) is { } sites ? new StudyAudit(folder, plan, hash, registered, sites) : null;
    }

    /// <summary>A committed round; null if the log has none of that number.</summary>
    public CommittedRound? RoundOf(RoundNumber round) =>
        round.Value >= 1 && round.Value <= (uint)Rounds.Count ? Rounds[(int)round.Value - 1] : null;

    /// <summary>True if a cohort was formed for an attempt, with this site in it.</summary>
    public bool HadCohort(RoundNumber round, AttemptNumber attempt, SiteName site) => _sites.HadCohort(round, attempt, site);

    /// <summary>Rounds whose sum was computed again from masked inputs.</summary>
    public long Recomputed { get; private set; }

    /// <inheritdoc cref="SiteStatements.Disputed"/>
    public long Disputed => _sites.Disputed;

    /// <summary>What the plan says to secure aggregation in a round.</summary>
    public StudyTerms TermsOf(RoundNumber round) => PlanTerms.Of(Plan, Hash, round);

    /// <summary>Takes the next entry of this study, which the actor's key signed; the fault, or null.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="entry">Not the registration.</param>
    /// <param name="keys">Keys that count there.</param>
    /// <param name="heads">Takes a checkpoint that the entry names, to be compared with the tree once that is known.</param>
    public AuditFault? Take(LeafIndex index, LogEntry entry, KeyRing keys, Action<LeafIndex, TreeHead> heads)
    {
        if (KeyNames.IsSite(entry.Actor, out var site))
        {
            return Fault(Hear(index, site, entry));
        }

        return entry.Body switch
        {
            CohortFormation formed => Fault(Form(index, formed, keys, heads)),
            RoundCommitment committed => Commit(index, committed, entry.Actor),
            RoundAbort aborted => Fault(Abort(aborted)),
            ArtefactRelease release => Fault(Release(entry.Kind, release)),
            _ => null, // evidence is for people
        };

        AuditFault? Fault(string? reason) => reason is null ? null : AuditFault.At(index, reason);
    }

    private string? Form(LeafIndex index, CohortFormation formed, KeyRing keys, Action<LeafIndex, TreeHead> heads)
    {
        if (Next(formed.Round, formed.Attempt, isNew: true) is { } outOfOrder)
        {
            return outOfOrder;
        }

        foreach (var member in formed.Members)
        {
            if (!Plan.Roster.Contains(member))
            {
                return $"{member} is in the cohort and not on the plan's roster.";
            }

            if (
                (
                    _sites.Unapproved(member)
                    ?? (keys.Site(member) is null ? $"{member} is in the cohort and has no key that counts here." : null)
                ) is
                { } fault
            )
            {
                return fault;
            }
        }

        if (formed.Members.Length < Plan.Aggregation.MinimumSites)
        {
            return $"its cohort has {formed.Members.Length} sites; the plan wants {Plan.Aggregation.MinimumSites}.";
        }

        if (formed.Log.Size.Value > index.Value || !formed.Log.Size.Holds(_lastCommit))
        {
            return $"it was formed under the checkpoint of {formed.Log.Size} entries, which has to hold entry {_lastCommit}, the round before or the plan's registration, and to be before this entry.";
        }

        heads(index, formed.Log);
        _sites.Form(formed);
        _open = new CohortState(index, formed, keys.Members);
        _cohorts[(formed.Round, formed.Attempt)] = _open;
        _lastAttempt = formed.Attempt;
        return null;
    }

    private AuditFault? Commit(LeafIndex index, RoundCommitment said, KeyName coordinator)
    {
        if (
            _open is not { IsAborted: false } cohort
            || (cohort.Formed.Round, cohort.Formed.Attempt) != (said.Round, said.Attempt)
            || cohort.Survivors is not null
        )
        {
            return AuditFault.At(
                index,
                $"no cohort was formed before for attempt {said.Attempt} of round {said.Round}, or the attempt was over."
            );
        }

        if (
            cohort.Formed.H0 != said.Transcript[0]
            || cohort.Formed.H1 != said.Transcript[1]
            || !cohort.Formed.Members.SequenceEqual(said.Members)
        )
        {
            return AuditFault.At(index, $"its h0, h1 or u1 is not that of the cohort which entry {cohort.Index} formed for this attempt.");
        }

        if (new RoundCheck(_folder, this, coordinator).Verify(index, said, cohort, out var fault) is not { } outcome)
        {
            return fault;
        }

        if (_sites.UnpaidBy(said) is { } unpaid)
        {
            return AuditFault.At(index, unpaid);
        }

        cohort.Survivors = said.Survivors;
        (Model, PreviousResult, _lastCommit, _lastSum) = (outcome.Model, said.Transcript[4], index, said.Sum);
        (_open, _lastAttempt) = (null, default);
        _sums.Add(said.Sum);
        Recomputed += outcome.IsRecomputed ? 1 : 0;
        Rounds.Add(new CommittedRound(index, said.Round, said.Attempt, said.NextModel, said.Transcript[4], outcome.Inputs));
        return null;
    }

    private string? Abort(RoundAbort aborted)
    {
        var isFormed = _cohorts.TryGetValue((aborted.Round, aborted.Attempt), out var cohort);
        if (isFormed ? cohort!.IsAborted || cohort.Survivors is not null : false)
        {
            return $"attempt {aborted.Attempt} of round {aborted.Round} was over before.";
        }

        // An attempt may fail before it has a cohort.
        if (Next(aborted.Round, aborted.Attempt, isNew: !isFormed) is { } outOfOrder)
        {
            return outOfOrder;
        }

        if (aborted.Blamed is { } blamed && !Plan.Roster.Contains(blamed))
        {
            return $"it blames {blamed}, who is not on the plan's roster.";
        }

        _lastAttempt = aborted.Attempt;
        if (isFormed)
        {
            cohort!.IsAborted = true;
        }

        return null;
    }

    private string? Hear(LeafIndex index, SiteName site, LogEntry entry)
    {
        if (_sites.FaultOf(site, entry) is { } fault)
        {
            return fault;
        }

        _sites.Take(site, entry);
        if (entry.Body is PrivacyCharge charge)
        {
            Charges.Add(new LoggedCharge(index, Hash, site, charge));
        }

        return null;
    }

    private string? Release(EntryKind kind, ArtefactRelease release)
    {
        if (Rounds.Count == 0)
        {
            return "it releases what no round was committed for.";
        }

        if (kind == EntryKind.EvaluationReleased && Plan.EvaluationIn(Rounds[^1].Round) is null)
        {
            return "it releases an evaluation, and the last round was not one.";
        }

        if (ArtefactFault(kind, release.Artefact) is { } fault)
        {
            return fault;
        }

        return
            !_sites.IsPrivate
            || (release.Epsilon.ToDouble() >= _sites.Spent && release.Epsilon.ToDouble() <= Plan.Privacy!.Epsilon + ChargeCheck.LastDecimal)
            ? null
            : FormattableString.Invariant(
                $"its epsilon is {release.Epsilon}; sites have said up to {_sites.Spent}, and the plan promises {Plan.Privacy!.Epsilon}."
            );
    }

    private string? ArtefactFault(EntryKind kind, Digest artefact) =>
        kind switch
        {
            EntryKind.EvaluationReleased when artefact != _lastSum => $"its artefact_hash is not that of the evaluation's sum, {_lastSum}.",
            EntryKind.ModelReleased when !Rounds.Exists(round => round.Model == artefact) =>
                "its artefact_hash is not that of the model after any round that was committed before.",
            EntryKind.InputsReleased when !_sums.Contains(artefact) =>
                "its artefact_hash is not that of the sum of any round that was committed before.",
            _ => null,
        };

    /// <summary>Why an attempt cannot be where it is, or null: the round after the last, and the attempt after the last at it (or that one, if it is not a new one).</summary>
    private string? Next(RoundNumber round, AttemptNumber attempt, bool isNew)
    {
        var next = new RoundNumber((uint)Rounds.Count + 1);
        return round != next || next.Value > Plan.Rounds
                ? $"it is of round {round}; the study has {Plan.Rounds} rounds, of which {Rounds.Count} were committed before."
            : attempt.Value > Plan.Aggregation.HighestAttempt
                ? $"it is attempt {attempt}; the plan allows {Plan.Aggregation.HighestAttempt} at one round."
            : isNew && attempt.Value <= _lastAttempt.Value
                ? $"it is attempt {attempt}, and attempt {_lastAttempt} at this round stands before."
            : null;
    }
}
