using System.Runtime.InteropServices;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Learning.Models;
using Federated.Node.Data;
using Federated.Node.Hosting;
using Federated.Node.Journal;
using Federated.Node.Release;
using Federated.Node.Sessions;
using TorchSharp;

namespace Federated.Node.Studies;

/// <summary>What a study at this site needs of the site.</summary>
internal sealed class ParticipationContext(
    PeerIdentity self,
    NodeOptions options,
    LocalCohort cohort,
    CoordinatorChannel coordinator,
    ReleaseGate gate,
    SiteMetrics metrics,
    NodeLog log,
    TimeProvider time
)
{
    internal SiteName Site => self.Name;

    internal CoordinatorChannel Coordinator => coordinator;

    internal ReleaseGate Gate => gate;

    internal SiteMetrics Metrics => metrics;

    internal NodeLog Log => log;

    internal TimeProvider Time => time;

    /// <summary>Joins a study, or says why not. Loads libtorch on the first call, so that an idle node is small.</summary>
    internal (Participation? Study, GateRefusal? Refusal) Join(StudyPlan plan, Digest planHash)
    {
        if (!plan.Roster.Contains(Site))
        {
            return (null, new GateRefusal("NOT_ON_ROSTER", $"{Site} is not on the plan's roster."));
        }

        if (cohort.Encode(plan, out var warnings, out var fault) is not { } rows)
        {
            return (null, new GateRefusal("DATA", fault!));
        }

        foreach (var warning in warnings)
        {
            log.DataWarning(warning);
        }

        try
        {
            torch.set_num_threads(options.Threads);
            return (new Participation(plan, planHash, rows.Train, rows.Test, Devices.Of(options.Device), this), null);
        }
        catch (Exception e) when (e is ExternalException or InvalidOperationException)
        {
            return (null, new GateRefusal("DEVICE", e.Message)); // no such device, or the network does not fit its memory
        }
    }
}
