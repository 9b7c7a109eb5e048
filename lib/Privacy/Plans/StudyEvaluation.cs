using Federated.Federation.Plans;
using Federated.Privacy.Evaluation;

namespace Federated.Privacy.Plans;

/// <summary>Reads the sum of a private study's last round.</summary>
public static class StudyEvaluation
{
    /// <summary>The evaluation that a sum is.</summary>
    /// <param name="plan">A private plan.</param>
    /// <param name="sum">Lanes on the evaluation's grid: positives of each bin, then negatives.</param>
    /// <param name="survivors">Sites in the sum, at least the plan's fewest: each brought its share of noise.</param>
    /// <param name="fault">Why it is none, or null.</param>
    public static ReleasedEvaluation? Of(StudyPlan plan, ReadOnlySpan<long> sum, int survivors, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Privacy is null || StudyReleases.Of(plan) is not StudyReleasesResult.Accepted { Releases.Evaluation: { } terms })
        {
            fault = "the plan releases no evaluation.";
            return null;
        }

        if (
            sum.Length != terms.Grid.Terms.Dimension
            || survivors < plan.Aggregation.MinimumSites
            || survivors > plan.Sites.Length
            || sum.ContainsAnyExceptInRange(-int.MaxValue, int.MaxValue)
        )
        {
            fault =
                $"{sum.Length} numbers of {survivors} sites are no sum of {terms.Grid.Terms.Dimension} counts of {plan.Sites.Length} sites.";
            return null;
        }

        fault = null;
        var counts = new double[sum.Length];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = Math.ScaleB(sum[i], -terms.Grid.ScaleBits);
        }

        var sigma = Math.Sqrt(survivors) * (double)terms.Grid.ShareSigma * Math.ScaleB(1, -terms.Grid.ScaleBits);
        return new ReleasedEvaluation(ScoreBins.Even(plan.Privacy.Evaluation!.Bins), counts, sigma);
    }
}
