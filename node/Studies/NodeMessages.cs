using Federated.Federation;
using Federated.Federation.Models;
using Federated.Node.Release;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Node.Studies;

/// <summary>The wire's messages from and to what the node works with. None carries a reason: that may quote a library or a data file, and stays here.</summary>
internal static class NodeMessages
{
    internal static NodeMessage Accepted(Digest planHash, ModelState model) =>
        new()
        {
            StudyAnswer = new StudyAnswer
            {
                PlanHash = Bytes(planHash),
                Accepted = true,
                Round = model.Round.Value,
                ModelHash = Bytes(model.Hash),
            },
        };

    internal static NodeMessage Declined(Digest planHash, GateRefusal refusal) =>
        new()
        {
            StudyAnswer = new StudyAnswer { PlanHash = Bytes(planHash), Code = refusal.Code },
        };

    internal static NodeMessage Refused(Digest planHash, Attempt attempt, GateRefusal refusal) =>
        new()
        {
            AttemptRefusal = new AttemptRefusal
            {
                PlanHash = Bytes(planHash),
                Round = attempt.Round.Value,
                Attempt = attempt.Number.Value,
                Code = refusal.Code,
            },
        };

    internal static NodeMessage Report(Digest planHash, ModelState model) =>
        new()
        {
            ModelReport = new ModelReport
            {
                PlanHash = Bytes(planHash),
                Round = model.Round.Value,
                ModelHash = Bytes(model.Hash),
            },
        };

    /// <exception cref="RpcException">A hash is none.</exception>
    internal static Offer OfferOf(StudyOffer offer) =>
        new(
            DigestOf(offer.PlanHash),
            new RoundNumber(offer.Round),
            DigestOf(offer.ModelHash),
            new Attempt(new RoundNumber(offer.LastRound), new AttemptNumber(offer.LastAttempt))
        );

    /// <exception cref="RpcException">These are no 32 bytes.</exception>
    internal static Digest DigestOf(ByteString bytes) =>
        Digest.TryFrom(bytes.Span, out var digest)
            ? digest
            : throw new RpcException(new Status(StatusCode.InvalidArgument, $"the coordinator sent a hash of {bytes.Length} bytes."));

    private static ByteString Bytes(Digest digest) => ByteString.CopyFrom(digest.ToArray());
}
