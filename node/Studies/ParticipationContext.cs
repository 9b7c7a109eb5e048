using System.Runtime.InteropServices;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.Identity;
using Federated.Learning.Models;
using Federated.Learning.Privatization;
using Federated.Node.Data;
using Federated.Node.Hosting;
using Federated.Node.Journal;
using Federated.Node.Log;
using Federated.Node.Plans;
using Federated.Node.Policy;
using Federated.Node.Release;
using Federated.Node.Sessions;
using Federated.SecureAggregation.Rounds;
using Federated.V1;
using Microsoft.Extensions.Hosting;
using TorchSharp;

namespace Federated.Node.Studies;

/// <summary>What a study at this site needs of the site.</summary>
internal sealed class ParticipationContext(
    PeerIdentity self,
    SiteSelf site,
    NodeOptions options,
    LocalCohort cohort,
    CoordinatorChannel coordinator,
    ReleaseGate gate,
    PrivacyBudget budget,
    SiteJournal journal,
    OperatorDesk desk,
    PolicyDesk policy,
    SiteMetrics metrics,
    EvidenceFolder evidence,
    SiteLog auditLog,
    DecisionStatements statements,
    Outgoing outgoing,
    FatalFault fault,
    IHostApplicationLifetime lifetime,
    NodeLog log,
    TimeProvider time
)
{
    internal SiteName Site => self.Name;

    internal SiteSelf Self => site;

    internal CoordinatorChannel Coordinator => coordinator;

    internal ReleaseGate Gate => gate;

    internal PrivacyBudget Budget => budget;

    internal SiteJournal Journal => journal;

    internal OperatorDesk Desk => desk;

    internal SiteMetrics Metrics => metrics;

    internal EvidenceFolder Evidence => evidence;

    internal SiteLog AuditLog => auditLog;

    internal DecisionStatements Statements => statements;

    internal Outgoing Outgoing => outgoing;

    internal NodeLog Log => log;

    internal TimeProvider Time => time;

    /// <summary>Ends the node for what happened in work beside the session: a disk that is full, or a bug.</summary>
    internal void Fail(Exception e)
    {
        if (e is OperatorException known)
        {
            fault.Stop(known);
            return;
        }

        log.LoopFailed(e);
        Environment.ExitCode = Entry.FailureExitCode;
        lifetime.StopApplication();
    }

    internal PolicyDesk Policy => policy;

    /// <inheritdoc cref="Admission.NoWork"/>
    internal GateRefusal? NoWork(Digest planHash)
    {
        if (auditLog.Alarm is { } alarm)
        {
            return new GateRefusal(DeclineCode.Log, alarm);
        }

        return Admission.NoWork(journal.Of(planHash), policy.NoWork(planHash));
    }

    /// <inheritdoc cref="Admission.MayCatchUp"/>
    internal bool MayCatchUp(StoredPlan plan)
    {
        return Admission.MayCatchUp(plan.Plan, journal.Of(plan.Hash), policy.Unwanted(plan.Hash));
    }

    /// <summary>Why this site takes no part in a study that is offered, or null.</summary>
    internal GateRefusal? Refusal(StudyPlan plan, Offer offer)
    {
        var past = journal.Of(offer.Plan);
        var known = Admission.Refusal(plan, offer, past, policy.NoWork(offer.Plan) ?? policy.OverTotal(offer.Plan));
        if (known is not { Code: DeclineCode.CoordinatorBehind } && auditLog.Alarm is { } alarm)
        {
            return new GateRefusal(DeclineCode.Log, alarm); // unless rounds are missing there, which says the same and more
        }

        return known
            ?? (past.MayHaveReleased(offer.Last) ? budget.Missing(plan, offer.Plan, offer.Last, "the coordinator") : null)
            ?? budget.Missing(plan, offer.Plan, past.Last, "the journal");
    }

    /// <summary>Joins a study, or says why not. Loads libtorch on the first call, so that an idle node is small.</summary>
    internal (Participation? Study, GateRefusal? Refusal) Join(StudyPlan plan, Digest planHash)
    {
        if (PlanTerms.Of(plan, planHash, new RoundNumber(1)).Fault() is { } thresholds)
        {
            return (null, new GateRefusal(DeclineCode.PlanInvalid, thresholds));
        }

        if (budget.Admit(plan, planHash) is { } unpaid)
        {
            return (null, unpaid);
        }

        if (cohort.Encode(plan, out var warnings, out var fault) is not { } rows)
        {
            return (null, new GateRefusal(DeclineCode.Data, fault!));
        }

        if (plan.Privacy is not null && rows.Train.Count > PatientGradients.MostRows)
        {
            return (
                null,
                new GateRefusal(DeclineCode.Data, $"private training takes {PatientGradients.MostRows} rows at most; this site has more.")
            );
        }

        foreach (var warning in warnings)
        {
            log.DataWarning(warning);
        }

        try
        {
            torch.set_num_threads(options.Threads);
            var device = Devices.Of(options.Device, plan.Shape, plan.Training.BatchSize, rows.Train.Count);
            var study = new Participation(
                plan,
                planHash,
                new StudyRows(rows.Train, rows.Test, cohort.Objections, mayBeEmpty: plan.Privacy is not null, log),
                device,
                this
            );
            log.TrainsOn(planHash.Abbreviated, device.ToString(), options.Threads); // which of the two "auto" is shows nowhere else
            return (study, null);
        }
        catch (Exception e) when (e is ExternalException or InvalidOperationException)
        {
            return (null, new GateRefusal(DeclineCode.Device, e.Message)); // no such device, or the network does not fit its memory
        }
    }
}
