using Federated.Coordinator.Rounds;
using Federated.Federation;
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

    internal static RpcException NotOnRoster(SiteName site, string plan) =>
        new(new Status(StatusCode.PermissionDenied, $"Site {site} is not on the roster of study {plan}."));

    /// <summary>Null for a vector that stands.</summary>
    internal static RpcException? Of(Verdict verdict) =>
        verdict switch
        {
            Verdict.Fresh or Verdict.Same => null,
            Verdict.Different => new RpcException(
                new Status(
                    StatusCode.AlreadyExists,
                    "Other bytes were received for this attempt before; the first stand. Stop and report this."
                )
            ),
            Verdict.Late => new RpcException(
                new Status(StatusCode.FailedPrecondition, "This attempt is over; wait for the next invitation.")
            ),
            Verdict.Refused refused => new RpcException(new Status(StatusCode.FailedPrecondition, refused.Reason)),
            _ => throw new InvalidOperationException($"Unknown verdict {verdict.GetType().Name}."),
        };
}
