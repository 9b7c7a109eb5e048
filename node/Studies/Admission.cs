using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Node.Release;
using Federated.V1;

namespace Federated.Node.Studies;

/// <summary>Whether this site takes part in a study now: the plan, what the journal remembers, and what the coordinator claims. Pure.</summary>
internal static class Admission
{
    /// <summary>Why this site does not take part, or null. What may never change again comes first, then what an operator can mend.</summary>
    /// <param name="plan">The plan, checked.</param>
    /// <param name="offer">What the coordinator says of the study.</param>
    /// <param name="history">What the journal says of it.</param>
    /// <param name="stopped">Why this site's people or policy let nothing be released for the plan now, or null.</param>
    internal static GateRefusal? Refusal(StudyPlan plan, Offer offer, PlanHistory history, GateRefusal? stopped)
    {
        // First of all, of completed studies too: a coordinator that lost rounds would run them again with the other sites.
        if (offer.Round < history.Committed)
        {
            return new GateRefusal(
                DeclineCode.CoordinatorBehind,
                $"this site computed round {history.Committed}, and the coordinator knows of {offer.Round} rounds: it was restored from an older backup. Nothing is released until it has its rounds back; tell its operator."
            );
        }

        // A completed study may still be looked at: a late site fetches the sums it missed and checks the last model.
        if (history.Completed is { } completed && !(completed && history.Committed.Value < plan.Rounds))
        {
            return new GateRefusal(DeclineCode.StudyOver, "this study ended here before; what it released is not released again.");
        }

        if (offer.Round.Value > plan.Rounds || IsBeyond(plan, offer.Last))
        {
            return new GateRefusal(
                DeclineCode.BeyondPlan,
                $"the coordinator speaks of round {offer.Round} and of {offer.Last}; the plan has neither."
            );
        }

        if (history.ModelAfter(offer.Round) is { } known && known != offer.Model)
        {
            return PastChanged(offer.Round, known, offer.Model);
        }

        if (offer.Last > history.Last)
        {
            return new GateRefusal(
                DeclineCode.JournalBehind,
                $"the coordinator has a vector of this site for {offer.Last}, and the journal ends with {history.Last}: this node was restored from an older backup. Nothing is released until you run: fed-node journal advance {offer.Plan.Abbreviated}"
            );
        }

        return stopped;
    }

    /// <summary>Why no attempt is answered, whatever the coordinator offered: for invitations, between two offers.</summary>
    internal static GateRefusal? NoWork(PlanHistory history, GateRefusal? stopped) =>
        history.Completed is not null ? new GateRefusal(DeclineCode.StudyOver, "this study ended here before.") : stopped;

    /// <summary>
    /// True if this site may compute the committed rounds it lacks, though nobody offered the study in this session: it took part, and the study
    /// went on or was completed while it was away. Nothing is released for that.
    /// </summary>
    internal static bool MayCatchUp(StudyPlan plan, PlanHistory history, GateRefusal? unwanted) =>
        history.Completed != false && history.Committed.Value < plan.Rounds && unwanted is null;

    /// <summary>A committed round that the journal remembers otherwise.</summary>
    internal static GateRefusal PastChanged(RoundNumber round, Digest known, Digest now) =>
        new(
            DeclineCode.PastChanged,
            $"after round {round} the model was {known.Abbreviated}…, by this site's journal; now it is said to be {now.Abbreviated}…. The past of this study was changed."
        );

    /// <summary>True for an attempt that the plan does not have.</summary>
    internal static bool IsBeyond(StudyPlan plan, Attempt attempt) =>
        attempt.Round.Value > plan.Rounds || attempt.Number.Value > plan.Aggregation.HighestAttempt;
}
