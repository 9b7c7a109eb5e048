using Federated.Coordinator.Log;
using Federated.Federation;
using Federated.SecureAggregation;
using Grpc.Core;

namespace Federated.Coordinator.Hosting;

/// <summary>Turns refusals into gRPC statuses, all in one place.</summary>
internal static class Refusals
{
    internal static RpcException Malformed(string fault) => new(new Status(StatusCode.InvalidArgument, fault));

    internal static RpcException GoingDown() => new(new Status(StatusCode.Unavailable, "The coordinator is going down; try again later."));

    internal static RpcException UnknownPlan(ReadOnlySpan<byte> hash) =>
        new(
            new Status(
                StatusCode.NotFound,
                $"No study has the plan hash {Convert.ToHexStringLower(hash)}; compare it with what the submission answered."
            )
        );

    internal static RpcException UnknownRound(RoundNumber round) =>
        new(new Status(StatusCode.NotFound, $"Round {round} is not committed; wait for its announcement."));

    internal static RpcException InputsNotKept(RoundNumber round) =>
        new(
            new Status(
                StatusCode.NotFound,
                $"The masked inputs of round {round} are not kept (any more): ask for rounds to come before they are computed (fed audit hold)."
            )
        );

    internal static RpcException NothingToHold() =>
        new(
            new Status(
                StatusCode.FailedPrecondition,
                "The study has no rounds to come: fetch the inputs that are still kept (fed audit fetch --inputs)."
            )
        );

    internal static RpcException NotHeld() =>
        new(new Status(StatusCode.Unavailable, "The coordinator could not note that; its operator's log says why. Try again later."));

    internal static RpcException TooManyHeld(uint asked, int most) =>
        new(
            new Status(
                StatusCode.InvalidArgument,
                most == 0
                    ? "This coordinator keeps no masked inputs on request (coordinator.inputs of its configuration)."
                    : $"The inputs of {asked} rounds were asked for; this coordinator keeps those of at most {most} to come (coordinator.inputs.heldRounds)."
            )
        );

    internal static RpcException NotOnRoster(SiteName site, string plan) =>
        new(new Status(StatusCode.PermissionDenied, $"Site {site} is not on the roster of study {plan}."));

    /// <summary>A plan that the log has no room for yet.</summary>
    internal static RpcException TooManyPlans(string researcher, TimeSpan wait) =>
        new(
            new Status(
                StatusCode.ResourceExhausted,
                $"'{researcher}' has submitted {SubmissionQuota.Burst} plans or more of late, and the log keeps each for ever: try again in {(int)Math.Ceiling(wait.TotalMinutes)} min; {SubmissionQuota.PerHour} an hour are taken from then on. A plan that was submitted before may be submitted again at any time."
            )
        );

    internal static RpcException TooLate() =>
        new(new Status(StatusCode.FailedPrecondition, "This attempt is over; wait for the next invitation."));

    /// <summary>A masked input that does not come on, while others wait for its memory.</summary>
    internal static RpcException Stalled(int received) =>
        new(
            new Status(
                StatusCode.ResourceExhausted,
                $"no further byte came after {received}, and other sites wait for the memory; send it again, from where the coordinator then is."
            )
        );

    /// <summary>Why a masked input is not taken.</summary>
    internal static RpcException Of(Refusal refusal) =>
        new(
            new Status(
                refusal.Code switch
                {
                    AbortCode.Equivocation => StatusCode.AlreadyExists,
                    AbortCode.Malformed => StatusCode.InvalidArgument,
                    AbortCode.BadSignature or AbortCode.Certificate or AbortCode.Roster => StatusCode.PermissionDenied,
                    _ => StatusCode.FailedPrecondition,
                },
                refusal.Reason
            )
        );
}
