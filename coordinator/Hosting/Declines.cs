using Federated.Coordinator.Studies;
using Federated.V1;

namespace Federated.Coordinator.Hosting;

/// <summary>What a site's code means, in words for researchers and operators.</summary>
internal static class Declines
{
    /// <summary>What a site's answer to an offer comes to.</summary>
    internal static SiteDecision Decision(StudyAnswer answer) =>
        answer.Accepted
            ? SiteDecision.Accepts
            : answer.Code switch
            {
                DeclineCode.AwaitingApproval
                or DeclineCode.Paused
                or DeclineCode.OutsideHours
                or DeclineCode.JournalBehind
                or DeclineCode.LedgerBehind
                or DeclineCode.Log => SiteDecision.NotNow, // a person there decides, or its hours begin, and then it answers anew
                DeclineCode.CoordinatorBehind => SiteDecision.KnowsMore,
                _ => SiteDecision.Declines,
            };

    /// <summary>A code in words.</summary>
    internal static string Sentence(DeclineCode code) =>
        code switch
        {
            DeclineCode.PlanHash => "the plan's bytes did not arrive as they were hashed.",
            DeclineCode.PlanInvalid => "its release cannot read the plan; it may be older than yours.",
            DeclineCode.PlanUnknown => "it does not know the plan.",
            DeclineCode.NotOnRoster => "it is not on the plan's roster.",
            DeclineCode.Data => "its data cannot serve the study; the node's log says why.",
            DeclineCode.Device => "its machine cannot train this model; the node's log says why.",
            DeclineCode.Busy => "it takes part in too many studies at once.",
            DeclineCode.StudyOver => "the study ended there before.",
            DeclineCode.BeyondPlan => "it was asked for a round or an attempt that the plan does not have.",
            DeclineCode.ModelHash => "it computed another model.",
            DeclineCode.Replay => "it has answered this attempt before.",
            DeclineCode.Training => "training failed; the node's log says why.",
            DeclineCode.NotFinite => "its update is not finite; the learning rate is probably too high.",
            DeclineCode.Timeout => "its masked input could not be sent in time.",
            DeclineCode.Refused => "its masked input was refused.",
            DeclineCode.AwaitingApproval => "its operator has not decided on the plan yet (there: fed-node plans list).",
            DeclineCode.Rejected => "its operator rejected the plan.",
            DeclineCode.Paused =>
                "its operator paused local work (there: fed-node resume), or its policy has ended or cannot be read (there: fed-node doctor).",
            DeclineCode.OutsideHours => "it is outside its hours, and goes on by itself when they begin.",
            DeclineCode.PlanSignature => "it found no valid signature of a researcher of this consortium on the plan.",
            DeclineCode.JournalBehind =>
                "its journal is older than what this coordinator received from it: the node was restored from an older backup, and its operator must decide (there: fed-node doctor).",
            DeclineCode.Budget => "its patients' privacy budget does not pay for the study (there: fed-node ledger show).",
            DeclineCode.LedgerBehind =>
                "its privacy ledger lacks a charge, as after a restore from an older backup, and its operator must decide (there: fed-node ledger recover).",
            DeclineCode.NoPrivacy => "its policy takes no study without privacy.",
            DeclineCode.Log => "it cannot vouch for this coordinator's audit log; the node's log says why.",
            DeclineCode.CoordinatorBehind =>
                "its journal knows rounds that this coordinator does not: this coordinator was probably restored from an older backup. Restore the latest one.",
            DeclineCode.Protocol => "the messages it heard contradict the protocol or each other; the node's log says how.",
            DeclineCode.PastChanged => "a committed round gives another model there than before.",
            _ => "it gave no reason.",
        };
}
