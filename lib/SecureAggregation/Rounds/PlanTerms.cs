using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Rounds;

/// <summary>What a plan says to secure aggregation. Every party reads it from its own copy of the plan.</summary>
public static class PlanTerms
{
    /// <summary>The terms of a valid plan: 32-bit lanes, as its grid has them.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="planHash">SHA-256 of its bytes.</param>
    /// <param name="round">The round: the evaluation releases other numbers than training.</param>
    public static StudyTerms Of(StudyPlan plan, Digest planHash, RoundNumber round) =>
        new()
        {
            Study = plan.Name,
            PlanHash = planHash,
            Roster = plan.Roster,
            Suite =
                Suite.Numbered(plan.Aggregation.Suite)
                ?? throw new ArgumentException($"There is no suite {plan.Aggregation.Suite}.", nameof(plan)),
            Colluders = plan.Aggregation.Colluders,
            MinimumSurvivors = plan.Aggregation.MinimumSites,
            AllowPair = plan.Aggregation.AllowPair,
            Format = new LaneFormat(ReleaseGrid.LaneBits),
            Dimension = plan.DimensionOf(round),
            // With noise a lane may be anything that the sum of all sites still holds: the grid keeps ten standard deviations of noise inside it.
            InputBound = plan.Privacy is null ? plan.Grid.LaneBound : int.MaxValue / plan.Sites.Length,
        };
}
