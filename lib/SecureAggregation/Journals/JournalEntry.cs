using System.Collections.Immutable;
using Federated.Federation;
using Federated.Federation.Policies;

namespace Federated.SecureAggregation.Journals;

/// <summary>What a site did or was told, one line of its journal each. Hashes, numbers and names only: nothing computed from patients.</summary>
public abstract record JournalEntry
{
    private JournalEntry() { }

    /// <summary>The first line.</summary>
    /// <param name="Site">Whose journal it is.</param>
    public sealed record Opened(SiteName Site) : JournalEntry;

    /// <summary>A masked input is about to leave. On disk before its first byte does.</summary>
    /// <param name="Plan">Plan hash.</param>
    /// <param name="Attempt">The attempt that it answers.</param>
    /// <param name="Vector">Digest of the masked input, as its signed header says it.</param>
    public sealed record Releasing(Digest Plan, Attempt Attempt, Digest Vector) : JournalEntry;

    /// <summary>A round's sum gave this model, by this site's own arithmetic.</summary>
    /// <param name="Plan">Plan hash.</param>
    /// <param name="Round">The round; a plan's rounds follow each other without gaps.</param>
    /// <param name="Model">Hash of the model after it.</param>
    /// <param name="Result">H4, which the next round's invitation must name.</param>
    public sealed record Committed(Digest Plan, RoundNumber Round, Digest Model, Digest Result) : JournalEntry;

    /// <summary>Shares are about to be shown, so that the sum of these sites can be opened. On disk before the first of them leaves.</summary>
    /// <param name="Plan">Plan hash.</param>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="Survivors">Sites in the sum, in order.</param>
    /// <param name="H3">What this site and a quorum signed.</param>
    public sealed record Revealed(Digest Plan, Attempt Attempt, ImmutableArray<SiteName> Survivors, Digest H3) : JournalEntry;

    /// <summary>This site left an attempt because of what it heard.</summary>
    /// <param name="Plan">Plan hash.</param>
    /// <param name="Attempt">The attempt.</param>
    /// <param name="Code">The protocol's code.</param>
    public sealed record Refused(Digest Plan, Attempt Attempt, AbortCode Code) : JournalEntry;

    /// <summary>A study is over; nothing more is released for it.</summary>
    /// <param name="Plan">Plan hash.</param>
    /// <param name="Completed">True if all its rounds were done.</param>
    public sealed record Ended(Digest Plan, bool Completed) : JournalEntry;

    /// <summary>The operator decided on a plan; the daemon writes it when it takes the decision up.</summary>
    /// <param name="Plan">Plan hash.</param>
    /// <param name="Approved">Or rejected, or withdrawn.</param>
    /// <param name="By">User of the operating system.</param>
    /// <param name="At">When the decision was made.</param>
    /// <param name="Reason">In the operator's words; may be empty.</param>
    public sealed record Decided(Digest Plan, bool Approved, string By, DateTimeOffset At, string Reason) : JournalEntry
    {
        /// <summary>Between a person and the user whose rights were taken for the command.</summary>
        public const string ActingAs = " (as ";

        /// <summary>True for the end of an approval, in which nothing was wrong with the plan; never with <see cref="Approved"/>.</summary>
        public bool IsWithdrawal { get; init; }

        /// <summary>Why, as one word of a closed list; null in lines of releases before 0.5.</summary>
        public DecisionCode? Code { get; init; }

        /// <summary>Hash of the site's policy under which it was decided; null in lines of releases before 0.5.</summary>
        public Digest? Policy { get; init; }

        /// <summary>From when on an approval is none any more; null if it holds as long as the policy lets it.</summary>
        public DateTimeOffset? Until { get; init; }

        /// <summary>Who, whatever user the person acted as: two approvals by one person are one.</summary>
        public string Person => By.Split(ActingAs)[0];

        /// <summary>The word for it: <c>approved</c>, <c>rejected</c>, <c>withdrawn</c>.</summary>
        public string Word =>
            Approved ? "approved"
            : IsWithdrawal ? "withdrawn"
            : "rejected";
    }

    /// <summary>The operator paused local work, or resumed it.</summary>
    /// <param name="IsPaused">Or resumed.</param>
    public sealed record Paused(bool IsPaused) : JournalEntry;

    /// <summary>The operator agreed that attempts up to this one were answered before the journal was restored from a backup.</summary>
    /// <param name="Plan">Plan hash.</param>
    /// <param name="Attempt">The last one that the coordinator knows of.</param>
    /// <param name="By">User of the operating system.</param>
    public sealed record Advanced(Digest Plan, Attempt Attempt, string By) : JournalEntry;
}
