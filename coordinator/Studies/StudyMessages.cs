using Federated.Federation;
using Federated.Federation.Models;
using Federated.V1;
using Google.Protobuf;

namespace Federated.Coordinator.Studies;

/// <summary>What a study says to its sites.</summary>
internal sealed class StudyMessages(Digest planHash)
{
    private readonly ByteString _planHash = BytesOf(planHash);

    /// <summary>Says what we remember, so that either side can notice that it was restored from an older backup.</summary>
    internal CoordinatorMessage Offer(ModelState model, (RoundNumber Round, AttemptNumber Attempt) lastReceived) =>
        new()
        {
            StudyOffer = new StudyOffer
            {
                PlanHash = _planHash,
                Round = model.Round.Value,
                ModelHash = BytesOf(model.Hash),
                LastRound = lastReceived.Round.Value,
                LastAttempt = lastReceived.Attempt.Value,
            },
        };

    internal CoordinatorMessage Committed(CommittedRound round) => new() { RoundCommitted = Header(round) };

    internal CoordinatorMessage Ended(StudyPhase phase, string reason) =>
        new()
        {
            StudyEnded = new StudyEnded
            {
                PlanHash = _planHash,
                Completed = phase == StudyPhase.Completed,
                Reason = reason,
            },
        };

    /// <summary>How a committed round is announced, and how its sum's stream begins.</summary>
    internal RoundCommitted Header(CommittedRound round) =>
        new()
        {
            PlanHash = _planHash,
            Round = round.Round.Value,
            Attempt = round.Attempt.Value,
            Survivors = { round.Survivors.Select(site => site.Value) },
            SumHash = BytesOf(round.SumHash),
            NextModelHash = BytesOf(round.NextModelHash),
        };

    internal static ByteString BytesOf(Digest digest) => ByteString.CopyFrom(digest.ToArray());
}
