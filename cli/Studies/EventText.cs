using System.Globalization;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.V1;
using Kind = Federated.V1.StudyEvent.KindOneofCase;

namespace Federated.Cli.Studies;

/// <summary>An event of a study in words: what happened, why, and what happens next.</summary>
internal static class EventText
{
    internal static string Of(StudyEvent what, StudyPlan plan) =>
        ForeignText.Clean(
            what.KindCase switch
            {
                Kind.SiteJoined => $"site {what.SiteJoined.Site} is ready",
                Kind.SiteLeft => $"site {what.SiteLeft.Site} left: {what.SiteLeft.Reason}",
                Kind.SiteDeclined => $"site {what.SiteDeclined.Site} declines: {what.SiteDeclined.Reason}",
                Kind.SiteWaiting => $"site {what.SiteWaiting.Site} takes no part for now: {what.SiteWaiting.Reason}",
                Kind.RoundStarted =>
                    $"round {what.RoundStarted.Round} of {plan.Training.Rounds}, attempt {what.RoundStarted.Attempt}, begins",
                Kind.VectorReceived => $"round {what.VectorReceived.Round}: {what.VectorReceived.Site} has sent its update",
                Kind.RoundDone => Of(what.RoundDone, plan),
                Kind.AttemptFailed => Of(what.AttemptFailed, plan),
                Kind.StudyPaused => $"the study pauses: {what.StudyPaused.Reason}",
                Kind.StudyResumed when what.StudyResumed.By.Length == 0 => "the study goes on: enough sites are back",
                Kind.StudyResumed => $"the study goes on: {what.StudyResumed.By} resumed it",
                Kind.StudyDone when what.StudyDone.Completed =>
                    $"the study is complete; model {Convert.ToHexStringLower(what.StudyDone.ModelHash.Span)}",
                Kind.StudyDone => $"the study is over without a result: {what.StudyDone.Reason}",
                _ => $"event {what.Sequence} is of a kind that this version does not know",
            }
        );

    /// <summary><c>round 3 of 40, 4 sites, 12.3 ms</c></summary>
    internal static string Of(RoundDone round, StudyPlan plan) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"round {round.Round} of {plan.Training.Rounds}, {round.Survivors} sites, {ElapsedOf(round).TotalMilliseconds:f1} ms"
        );

    /// <summary>From the invitation to the committed sum.</summary>
    internal static TimeSpan ElapsedOf(RoundDone round) => TimeSpan.FromMicroseconds(round.ElapsedUs);

    /// <summary>When it happened, by the coordinator's clock.</summary>
    internal static DateTimeOffset TimeOf(StudyEvent what) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(what.TimeUnixMs, 0, MostMilliseconds));

    /// <summary>The year 9999: beyond it, a time from the network would have no date.</summary>
    private const long MostMilliseconds = 253_402_300_799_999;

    private static string Of(AttemptFailed failed, StudyPlan plan) =>
        $"round {failed.Round}, attempt {failed.Attempt} failed: {failed.Reason} The round is tried again; after {plan.Aggregation.Attempts} failed attempts the study pauses.";
}
