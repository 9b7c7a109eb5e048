using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Privacy;
using Federated.Privacy.Ledger;
using Federated.Privacy.Plans;

namespace Federated.Node.Ledger;

/// <summary>What a plan would cost a data set, on top of what was charged to it.</summary>
internal static class PlanCost
{
    /// <summary>ε at a δ of all that was charged and all that the plan may release; infinite without a bound.</summary>
    /// <param name="history">Of the data set's ledger; null where there is none.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="planHash">Its hash.</param>
    /// <param name="delta">δ.</param>
    /// <returns>Null where nobody can tell: no data set is registered, the plan has no privacy, or does not keep its promise.</returns>
    internal static double? EpsilonWith(LedgerHistory? history, StudyPlan plan, Digest planHash, double delta) =>
        history?.Registration is not null
        && plan.Privacy is not null
        && StudyReleases.Of(plan) is StudyReleasesResult.Accepted { Releases: var releases }
            ? LossReport.EpsilonWith(history, new Delta(delta), releases.Planned(planHash))
            : null;
}
