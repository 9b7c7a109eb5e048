using Federated.Federation;
using Federated.V1;

namespace Federated.Coordinator.Studies;

/// <summary>What a study tells those who watch it: names of sites, rounds and times.</summary>
internal static class Happened
{
    internal static StudyEvent Joined(SiteName site) => new() { SiteJoined = new SiteJoined { Site = site.Value } };

    internal static StudyEvent Left(SiteName site, string reason) =>
        new()
        {
            SiteLeft = new SiteLeft { Site = site.Value, Reason = reason },
        };

    internal static StudyEvent Declined(SiteName site, string reason) =>
        new()
        {
            SiteDeclined = new SiteDeclined { Site = site.Value, Reason = reason },
        };

    internal static StudyEvent Waits(SiteName site, string reason) =>
        new()
        {
            SiteWaiting = new SiteWaiting { Site = site.Value, Reason = reason },
        };

    internal static StudyEvent Paused(string reason) => new() { StudyPaused = new StudyPaused { Reason = reason } };

    /// <param name="by">The researcher; empty when it goes on by itself.</param>
    internal static StudyEvent Resumed(string by) => new() { StudyResumed = new StudyResumed { By = by } };

    internal static StudyEvent Ended(StudyPhase phase, string reason, Digest modelHash) =>
        new()
        {
            StudyDone = new StudyDone
            {
                Completed = phase == StudyPhase.Completed,
                Reason = reason,
                ModelHash = StudyMessages.BytesOf(modelHash),
            },
        };

    internal static StudyEvent Started(RoundNumber round, AttemptNumber attempt) =>
        new()
        {
            RoundStarted = new RoundStarted { Round = round.Value, Attempt = attempt.Value },
        };

    internal static StudyEvent Received(SiteName site, RoundNumber round) =>
        new()
        {
            VectorReceived = new VectorReceived { Site = site.Value, Round = round.Value },
        };

    internal static StudyEvent Failed(RoundNumber round, AttemptNumber attempt, string reason) =>
        new()
        {
            AttemptFailed = new AttemptFailed
            {
                Round = round.Value,
                Attempt = attempt.Value,
                Reason = reason,
            },
        };

    internal static StudyEvent Committed(CommittedRound round, TimeSpan elapsed) =>
        new()
        {
            RoundDone = new RoundDone
            {
                Round = round.Round.Value,
                Attempt = round.Attempt.Value,
                Survivors = (uint)round.Survivors.Length,
                ElapsedUs = (uint)Math.Min(uint.MaxValue, elapsed.TotalMicroseconds),
                NextModelHash = StudyMessages.BytesOf(round.NextModelHash),
            },
        };
}
