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

    internal static StudyEvent Waiting(IEnumerable<SiteName> sites) =>
        new() { WaitingForSites = new WaitingForSites { Sites = { sites.Order().Select(site => site.Value) } } };

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
