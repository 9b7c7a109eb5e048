using Federated.V1;

namespace Federated.Coordinator.Hosting;

/// <summary>What a site's code means, in words for researchers and operators.</summary>
internal static class Declines
{
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
            DeclineCode.Timeout => "its vector could not be sent in time.",
            DeclineCode.Refused => "its vector was refused.",
            _ => "it gave no reason.",
        };
}
