using Federated.Coordinator.Aggregation;
using Federated.Coordinator.Log;
using Federated.Coordinator.Rounds;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.TransparencyLog.Entries;

namespace Federated.Coordinator.Studies;

/// <summary>Something that happened to a study, in the order in which it is handled.</summary>
internal abstract record StudyInput
{
    private StudyInput() { }

    /// <summary>A site connected, or reconnected.</summary>
    internal sealed record Connected(SiteName Site) : StudyInput;

    /// <summary>A site's stream ended.</summary>
    internal sealed record Disconnected(SiteName Site, string Reason) : StudyInput;

    /// <summary>A site's answer to the offer, or a later change of it.</summary>
    internal sealed record Answered(SiteName Site, SiteDecision Decision, string Reason, RoundNumber Round, Digest ModelHash) : StudyInput;

    /// <summary>A site's model after a round.</summary>
    internal sealed record Reported(SiteName Site, RoundNumber Round, Digest ModelHash) : StudyInput;

    /// <summary>A site declines an attempt.</summary>
    internal sealed record Declined(SiteName Site, RoundNumber Round, AttemptNumber Attempt, string Reason) : StudyInput;

    /// <summary>A site wants the log to say something of this study. <paramref name="Answer"/> is completed once it stands there, with null, or with why not.</summary>
    internal sealed record Stated(SiteEntry Entry, TaskCompletionSource<string?> Answer) : StudyInput;

    /// <summary>A site's keys are about to be others, or none: what they signed and was taken goes into the log before that, and nothing after.</summary>
    internal sealed record KeysChange(SiteName Site, string Reason) : StudyInput;

    /// <summary>Somebody may take the model after a round, or a round of evaluation's sum: the log says so first.</summary>
    internal sealed record Releasing(EntryKind Kind, Digest Artefact, SiteName Recipient) : StudyInput;

    /// <summary>A site said something of secure aggregation.</summary>
    internal sealed record Said(SiteName Site, RoundNumber Round, AttemptNumber Attempt, SignedMessage Message) : StudyInput;

    /// <summary>A site wants to send a masked input. <paramref name="Answer"/> is completed with whether it may.</summary>
    internal sealed record UploadAsked(
        SiteName Site,
        RoundNumber Round,
        AttemptNumber Attempt,
        SignedMessage Header,
        TaskCompletionSource<UploadAnswer> Answer
    ) : StudyInput;

    /// <summary>A connection broke in the middle of a masked input.</summary>
    internal sealed record UploadBroken(SiteName Site, RoundNumber Round, AttemptNumber Attempt, InputAssembly Half) : StudyInput;

    /// <summary>
    /// A complete masked input, with the site's charge for the log; null where the plan is not private. <paramref name="Answer"/> is completed once it is added or refused.
    /// </summary>
    internal sealed record Input(
        SiteName Site,
        RoundNumber Round,
        AttemptNumber Attempt,
        InputAssembly Assembly,
        SiteEntry? Charge,
        TaskCompletionSource<UploadAnswer> Answer
    ) : StudyInput;

    /// <summary>A timer that was set for one stage of an attempt.</summary>
    internal sealed record Deadline(RoundNumber Round, AttemptNumber Attempt, string Stage) : StudyInput;

    /// <summary>A witness cosigned: the log may be ready for the next attempt.</summary>
    internal sealed record LogCosigned : StudyInput;

    /// <summary>Witnesses have had time to cosign what the next attempt waits for.</summary>
    internal sealed record LogDeadline(long Size) : StudyInput;

    /// <summary>Everybody has had time to compare the last model.</summary>
    internal sealed record ConfirmationDeadline : StudyInput;

    /// <summary>Everybody has had time to join.</summary>
    internal sealed record JoinDeadline : StudyInput;

    /// <summary>A researcher ends the study.</summary>
    internal sealed record Cancel(SiteName By, TaskCompletionSource<StudyPhase> Answer) : StudyInput;

    /// <summary>A researcher lets a paused study go on.</summary>
    internal sealed record Resume(SiteName By, TaskCompletionSource<StudyPhase> Answer) : StudyInput;
}

/// <summary>What a site makes of an offer.</summary>
internal enum SiteDecision
{
    /// <summary>It takes part.</summary>
    Accepts,

    /// <summary>Its operator has not decided, or has paused it; it says so when that changes.</summary>
    NotNow,

    /// <summary>It does not take part.</summary>
    Declines,

    /// <summary>It remembers rounds that we do not.</summary>
    KnowsMore,
}
