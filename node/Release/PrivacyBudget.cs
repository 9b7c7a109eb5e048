using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Node.Ledger;
using Federated.Node.Policy;
using Federated.Privacy;
using Federated.Privacy.Ledger;
using Federated.Privacy.Plans;
using Federated.V1;

namespace Federated.Node.Release;

/// <summary>What this site's patients may still be asked: the ledger of its data set, in the words of plans and attempts.</summary>
/// <param name="ledger">The data set's ledger; null where the configuration names no data set. Owned from here on.</param>
/// <param name="policy">Whether studies without privacy are accepted at all.</param>
/// <param name="others">Ledgers of other data sets in the state folder, as the log names them.</param>
internal sealed class PrivacyBudget(DataSetLedger? ledger, PolicyInForce policy, IReadOnlySet<Digest> others) : IDisposable
{
    private static readonly GateRefusal NoDataSet = new(
        DeclineCode.Budget,
        "this site's patients have no privacy budget: set node.dataSet in the configuration, then run fed-node ledger register (docs/ledger.md)."
    );

    /// <summary>Why a study may not begin here, or null: the whole of it has to fit before the first release.</summary>
    internal GateRefusal? Admit(StudyPlan plan, Digest planHash)
    {
        if (plan.Privacy is null)
        {
            return ledger is { IsRegistered: true }
                ? new GateRefusal(
                    DeclineCode.NoPrivacy,
                    $"the plan says privacy: none, and the patients of '{ledger.Name}' are registered in a privacy ledger, which cannot hold such a release."
                )
                : null; // whether the policy takes such plans was asked before
        }

        return StudyReleases.Of(plan) switch
        {
            StudyReleasesResult.Accepted { Releases: var releases } => ledger is null ? NoDataSet
            // A study that was charged before goes on, or catches up: each of its releases is weighed by itself.
            : ledger.Fault is null && ledger.History.Charges.Exists(entry => entry.Charge.Plan == planHash) ? null
            : RefusalOf(ledger.Admit(planHash, LimitOf(releases), releases.Planned(planHash))),
            StudyReleasesResult.Rejected rejected => new GateRefusal(
                DeclineCode.PlanInvalid,
                $"the plan does not keep its own promise: {string.Join(" ", rejected.Faults)}"
            ),
            _ => throw new InvalidOperationException("A plan keeps its promise or does not."),
        };
    }

    /// <summary>Why a round's release could not be paid for, or null. Asked before any key is sent: nobody waits for a site that cannot pay.</summary>
    internal GateRefusal? Before(Digest planHash, StudyReleases? releases, SiteRelease release)
    {
        if (releases is null || release.Cost is not { } cost)
        {
            return null;
        }

        var before =
            ledger?.History.Charges.Count(entry => entry.Charge.Plan == planHash && entry.Charge.Population == release.Population) ?? 0;
        var next = new PlannedReleases(planHash, release.Population, cost.Event, before + 1);
        return ledger is null ? NoDataSet : RefusalOf(ledger.Admit(planHash, LimitOf(releases), next));
    }

    /// <summary>Charges a release, durably, or refuses it and changes nothing. A study without privacy has nothing to charge, and says so everywhere.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="planHash">Its hash.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="release">What is released.</param>
    /// <param name="announce">Called with the ledger's line before it is written; never in a study without privacy.</param>
    /// <exception cref="Federated.Hosting.OperatorException">The ledger cannot be written.</exception>
    internal GateRefusal? Charge(StudyPlan plan, Digest planHash, Attempt attempt, SiteRelease release, Action<ChargedLine> announce)
    {
        if (plan.Privacy is not { } privacy || release.Cost is not { } cost)
        {
            return plan.Privacy is null && policy.TakesPlansWithoutPrivacy
                ? null
                : new GateRefusal(DeclineCode.NoPrivacy, "this release has no price; nothing left.");
        }

        if (ledger is null)
        {
            return NoDataSet;
        }

        var charge = new Charge(
            planHash,
            plan.Name,
            attempt.Round,
            attempt.Number,
            release.Name,
            release.Dimension,
            release.Population,
            cost.Event,
            cost.FloorEvent
        );
        var limit = new Budget(new Epsilon(privacy.Epsilon), new Delta(privacy.Delta));
        var remaining = Math.Max(0, plan.Training.Rounds + privacy.SpareReleases - (long)attempt.Round.Value);
        return ledger.TryCharge(charge, limit, remaining, announce) is ChargeResult.Refused refused
            ? RefusalOf(refused.Why, refused.Reason)
            : null;
    }

    /// <inheritdoc cref="DataSetLedger.IsWritten"/>
    internal bool? IsWritten(Digest charged, long number, Digest hash) => ledger is null ? true : ledger.IsWritten(charged, number, hash);

    /// <summary>The audit log has a charge of this site: a ledger that lacks it went back in time, and pays for nothing until a person has put it right.</summary>
    /// <param name="planHash">Of which study.</param>
    /// <param name="known">Which attempt.</param>
    /// <param name="charged">To which ledger. One of another data set of this site answers for itself.</param>
    internal void CompareWithLog(Digest planHash, Attempt known, Digest charged)
    {
        if (ledger?.Identity == charged || !others.Contains(charged))
        {
            Missing(planHash, known, "the audit log");
        }
    }

    /// <summary>Compares the ledger with a release that somebody else remembers: one without a charge shows that the ledger is not the newest.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="planHash">Its hash.</param>
    /// <param name="known">The attempt that was answered; round 0 for none.</param>
    /// <param name="who">Who remembers: <c>the coordinator</c>, <c>the journal</c>.</param>
    internal GateRefusal? Missing(StudyPlan plan, Digest planHash, Attempt known, string who)
    {
        return plan.Privacy is null || known.Round.Value == 0 || known.Number.Value == 0 ? null : Missing(planHash, known, who);
    }

    /// <summary>The same for a study that is known to be private.</summary>
    internal GateRefusal? Missing(Digest planHash, Attempt known, string who)
    {
        if (ledger is null)
        {
            return null;
        }

        if (!ledger.HasCharge(planHash, known))
        {
            ledger.CountAsBehind($"{who} knows a release of this site for {known} of plan {planHash.Abbreviated}");
        }

        return ledger.Fault is { } fault ? new GateRefusal(DeclineCode.LedgerBehind, fault) : null;
    }

    /// <summary>
    /// ε at a δ of all that was charged and all that a private plan may release; null where no data set is registered, or the plan does not keep its promise.
    /// </summary>
    internal double? EpsilonWith(StudyPlan plan, Digest planHash, double delta) =>
        PlanCost.EpsilonWith(ledger?.History, plan, planHash, delta);

    /// <summary>A number that changes whenever another study was charged, or a person decided something on the ledger.</summary>
    internal long ChargesOfOthers(Digest planHash) =>
        ledger?.History is { } history ? history.Acts.Count + history.Charges.Count(line => line.Charge.Plan != planHash) : 0;

    /// <inheritdoc/>
    public void Dispose() => ledger?.Dispose();

    private static Budget LimitOf(StudyReleases releases) => new(new Epsilon(releases.Privacy.Epsilon), releases.Delta);

    private static GateRefusal? RefusalOf(AdmissionResult result) =>
        result is AdmissionResult.Refused refused ? RefusalOf(refused.Why, refused.Reason) : null;

    private static GateRefusal RefusalOf(ChargeRefusal why, string reason) =>
        new(
            why switch
            {
                ChargeRefusal.Behind => DeclineCode.LedgerBehind,
                ChargeRefusal.ChargedBefore => DeclineCode.Replay,
                _ => DeclineCode.Budget,
            },
            reason
        );
}
