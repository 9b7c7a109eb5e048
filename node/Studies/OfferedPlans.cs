using Federated.Federation;
using Federated.Node.Plans;
using Federated.Node.Release;
using Federated.Node.Sessions;
using Federated.V1;
using Google.Protobuf;

namespace Federated.Node.Studies;

/// <summary>Plans that the coordinator offers: fetched once, checked, kept.</summary>
internal sealed class OfferedPlans(CoordinatorChannel coordinator, PlanStore store)
{
    /// <summary>A plan that was offered before, in this process or an earlier one, and still counts; or null.</summary>
    internal StoredPlan? Kept(Digest hash) => store.Load(hash).Plan;

    /// <summary>Why a plan that was accepted does not count any more, or null.</summary>
    internal GateRefusal? Refusal(Digest hash)
    {
        var (plan, refusal) = store.Load(hash);
        return plan is not null
            ? null
            : refusal ?? new GateRefusal(DeclineCode.PlanUnknown, $"its stored plan {store.FolderOf(hash)} is gone.");
    }

    /// <summary>The plan of an offer; the bytes count only if they have the hash that was offered and a researcher of the consortium signed them.</summary>
    internal async Task<(StoredPlan? Plan, GateRefusal? Refusal)> TakeAsync(Digest hash, CancellationToken cancellationToken)
    {
        var (plan, refusal) = store.Load(hash);
        if (plan is not null || refusal is not null)
        {
            return (plan, refusal);
        }

        var request = new FetchPlanRequest { PlanHash = ByteString.CopyFrom(hash.ToArray()) };
        var response = await coordinator.Client.FetchPlanAsync(request, cancellationToken: cancellationToken).ConfigureAwait(false);
        return store.Keep(hash, new SignedPlan(response.Plan.Memory, response.Certificate.Memory, response.Signature.Memory));
    }
}
