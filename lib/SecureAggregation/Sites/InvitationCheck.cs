using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Sites;

/// <summary>Whether an invitation is one that this site can follow (design section 2.4, M0). Before any key is made.</summary>
internal static class InvitationCheck
{
    internal static Refusal? Refusal(SiteContext context, SiteExpectation expected, SignedMessage message, out AttemptTerms? terms)
    {
        terms = null;
        if (message.Type != MessageType.Invitation || Invitation.Parse(message.Body) is not { } invitation)
        {
            return new Refusal(AbortCode.Malformed, "the invitation cannot be read.");
        }

        if (!message.IsSignedBy(context.Coordinator, invitation.PreviousResult))
        {
            return new Refusal(AbortCode.BadSignature, "the invitation is not signed by the coordinator that the root certified.");
        }

        var refusal = Contradiction(expected, invitation);
        if (refusal is null)
        {
            terms = new AttemptTerms(
                expected.Study,
                invitation.Round,
                invitation.Attempt,
                invitation.ModelHash,
                invitation.PreviousResult,
                invitation.Log
            );
        }

        return refusal;
    }

    private static Refusal? Contradiction(SiteExpectation expected, Invitation invitation)
    {
        var study = expected.Study;
        var (lastRound, lastAttempt) = expected.LastAnswered;
        return invitation.PlanHash != study.PlanHash || invitation.Study != study.Study
                ? new Refusal(AbortCode.PlanHash, "the invitation is to another plan than this site approved.")
            : study.Fault() is { } fault ? new Refusal(AbortCode.Thresholds, fault)
            : invitation.Attempt.Value < 1
            || invitation.Round < lastRound
            || (invitation.Round == lastRound && invitation.Attempt.Value <= lastAttempt.Value)
                ? new Refusal(
                    AbortCode.Replay,
                    $"attempt {invitation.Attempt} of round {invitation.Round} is not later than attempt {lastAttempt} of round {lastRound}, which was answered."
                )
            : invitation.Round != expected.Round
            || invitation.ModelHash != expected.ModelHash
            || invitation.PreviousResult != expected.PreviousResult
                ? new Refusal(AbortCode.ModelHash, $"round {invitation.Round} does not follow from this site's own model and last result.")
            : LogFault(expected, invitation.Log) is { } unseen ? new Refusal(AbortCode.Log, unseen)
            : null;
    }

    private static string? LogFault(SiteExpectation expected, LogView view) =>
        expected.Log is { } check ? check(view)
        : view == default ? null
        : "the invitation names a checkpoint of a log, and this site knows of none.";
}
