namespace Federated.Federation.Plans;

/// <summary>What a plan promises about masking, in words that are the same wherever somebody decides on it.</summary>
public static class PlanWords
{
    /// <summary>One line for each claim.</summary>
    public static IEnumerable<string> Masking(StudyPlan plan)
    {
        var (sites, aggregation) = (plan.Sites.Length, plan.Aggregation);
        yield return $"masked sums; at least {aggregation.MinimumSites} of {sites} sites in a sum";
        yield return sites == 2
            ? "hides a site's update from the coordinator, not from the other site"
            : $"hides a site's update from the coordinator and up to {Others(aggregation.Colluders)} together";
        yield return $"suite {aggregation.Suite}: {NameOf(aggregation.Suite)}";
    }

    /// <summary>What must not be overlooked, or null.</summary>
    public static string? Warning(StudyPlan plan) =>
        plan.Sites.Length == 2
            ? "TWO SITES ONLY: each computes the other's update from the sum and its own. Masks hide it from the coordinator alone."
            : null;

    private static string Others(int colluders) => colluders == 1 ? "1 other site" : $"{colluders} other sites";

    private static string NameOf(int suite) => suite == 2 ? "P-256, for FIPS sites" : "X25519 and Ed25519";
}
