using System.Collections.Immutable;
using Federated.Federation;

namespace Federated.SecureAggregation.Journals;

/// <summary>What the journal remembers of one plan. Immutable.</summary>
public sealed record PlanHistory
{
    /// <summary>Of a plan that the journal does not name.</summary>
    public static PlanHistory None { get; } = new();

    /// <summary>The last attempt whose vector left or may have left; no attempt up to it is ever answered again.</summary>
    public Attempt Last { get; private init; }

    /// <summary>Every attempt whose vector left or may have left under a line of this journal.</summary>
    public ImmutableHashSet<Attempt> Released { get; private init; } = [];

    /// <summary>Up to here the operator agreed that this site may have released, without a line.</summary>
    public Attempt Advanced { get; private init; }

    /// <summary>False for an attempt of which this journal knows that it released nothing for it.</summary>
    public bool MayHaveReleased(Attempt attempt) => attempt <= Advanced || Released.Contains(attempt);

    /// <summary>Hash of the model after each committed round, from round 1.</summary>
    public ImmutableList<Digest> Models { get; private init; } = [];

    /// <summary>H4 of each committed round, from round 1.</summary>
    private ImmutableList<Digest> Results { get; init; } = [];

    /// <summary>The last attempt for which shares were shown; null if none ever were.</summary>
    private JournalEntry.Revealed? Shown { get; init; }

    /// <summary>Refusals that were written.</summary>
    public int Refusals { get; private init; }

    /// <summary>Null while the study is not over; then whether it did all its rounds.</summary>
    public bool? Completed { get; private init; }

    /// <summary>The operator's last decision; null if there was none.</summary>
    public JournalEntry.Decided? Decision { get; private init; }

    /// <summary>Approvals that no rejection or withdrawal followed, the last of each person, in order. Whether they still hold is for the policy and the clock.</summary>
    public ImmutableList<JournalEntry.Decided> Approvals { get; private init; } = [];

    /// <summary>The last approval there ever was, whatever followed; null if there was none.</summary>
    public JournalEntry.Decided? LastApproval { get; private init; }

    /// <summary>Rounds that this site knows to be committed.</summary>
    public RoundNumber Committed => new((uint)Models.Count);

    /// <summary>Hash of the model after a round; null if the journal knows none.</summary>
    public Digest? ModelAfter(RoundNumber round) => round.Value >= 1 && round <= Committed ? Models[(int)round.Value - 1] : null;

    /// <summary>H4 of a round; zeros for round 0; null if the journal knows none.</summary>
    public Digest? ResultAfter(RoundNumber round) =>
        round.Value == 0 ? default(Digest)
        : round <= Committed ? Results[(int)round.Value - 1]
        : null;

    /// <summary>Survivors for whom this site showed shares in a round; null if it showed none in it.</summary>
    public ImmutableArray<SiteName>? RevealedIn(RoundNumber round) => Shown?.Attempt.Round == round ? Shown.Survivors : null;

    /// <summary>The history with one more entry; null, with the fault, if the entry contradicts it.</summary>
    public PlanHistory? With(JournalEntry entry, out string? fault)
    {
        fault = entry switch
        {
            JournalEntry.Releasing e when e.Attempt <= Last => $"it releases {e.Attempt} after {Last}",
            JournalEntry.Advanced e when e.Attempt <= Last => $"it advances to {e.Attempt}, behind {Last}",
            JournalEntry.Committed e when e.Round != Committed.Next => $"round {e.Round} follows round {Committed}",
            JournalEntry.Ended when Completed is not null => "the study ended before",
            JournalEntry.Revealed e when !MayHaveReleased(e.Attempt) => $"it shows shares for {e.Attempt}, for which it released nothing",
            JournalEntry.Revealed e when RevealedIn(e.Attempt.Round) is { } before && !before.SequenceEqual(e.Survivors) =>
                $"it shows shares for two sets of survivors of round {e.Attempt.Round}",
            _ => null,
        };
        return fault is not null
            ? null
            : entry switch
            {
                JournalEntry.Releasing e => this with { Last = e.Attempt, Released = Released.Add(e.Attempt) },
                JournalEntry.Advanced e => this with { Last = e.Attempt, Advanced = e.Attempt },
                JournalEntry.Committed e => this with { Models = Models.Add(e.Model), Results = Results.Add(e.Result) },
                JournalEntry.Revealed e => this with { Shown = e },
                JournalEntry.Refused => this with { Refusals = Refusals + 1 },
                JournalEntry.Ended e => this with { Completed = e.Completed },
                JournalEntry.Decided { Approved: true } e => this with
                {
                    Decision = e,
                    Approvals = Approvals.RemoveAll(before => before.Person == e.Person).Add(e),
                    LastApproval = e,
                },
                JournalEntry.Decided e => this with { Decision = e, Approvals = [] },
                _ => throw new ArgumentException($"A {entry.GetType().Name} says nothing of a plan.", nameof(entry)),
            };
    }
}
