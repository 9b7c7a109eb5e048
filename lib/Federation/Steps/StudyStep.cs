using Federated.Federation.Models;
using Federated.Federation.Plans;

namespace Federated.Federation.Steps;

/// <summary>The step that a study takes after a round, whatever was released in it.</summary>
public static class StudyStep
{
    /// <summary>The state after a round: a step of the optimizer, or, after the evaluation, the same model one round later.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="state">Before the round.</param>
    /// <param name="sum">Shape [d] of that round, as released.</param>
    /// <param name="survivors">The sites in the sum.</param>
    /// <returns>Null where the sum has another shape, or the model would not be finite.</returns>
    public static ModelState? Next(StudyPlan plan, ModelState state, ReadOnlySpan<long> sum, IReadOnlyCollection<SiteName> survivors)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(state);
        var round = state.Round.Next;
        return sum.Length != plan.DimensionOf(round) ? null
            : plan.EvaluationIn(round) is not null ? state.AtRound(round)
            : ServerStep.Next(state, sum, plan.DivisorOf(survivors), plan.Grid, plan.Server);
    }
}
