using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Privacy.Plans;

namespace Federated.Cli.Privacy.Planning;

/// <summary>What a larger study would buy: less error at the same promise, or a smaller epsilon at the same error.</summary>
/// <param name="Errors">With the promise as it is.</param>
/// <param name="EpsilonAtSameError">ε of training if its noise is raised until a step's error is what it was.</param>
internal sealed record LargerStudy(ExpectedErrors Errors, double EpsilonAtSameError)
{
    private const int FinestScaleBits = 30;

    /// <summary>Twice the sites of the same sizes, twice of them needed for a sum, as many colluders as before.</summary>
    /// <param name="now">The study as it is planned.</param>
    /// <param name="fault">Why there is no such study, or null.</param>
    internal static LargerStudy? TwiceTheSites(StudyReleases now, out string? fault)
    {
        var plan = now.Plan;
        if (2 * plan.Sites.Length > Thresholds.MaxSites)
        {
            fault = $"a study has at most {Thresholds.MaxSites} sites";
            return null;
        }

        return Of(
            now,
            plan with
            {
                // Only weights and their number matter here.
                Sites = [.. plan.Sites.Concat(plan.Sites).Select((site, i) => new PlanSite(SiteName.Parse($"site-{i:d3}"), site.Weight))],
                Aggregation = plan.Aggregation with { MinimumSites = 2 * plan.Aggregation.MinimumSites, AllowPair = false },
                Privacy = now.Privacy with { ExpectedPatients = Twice(now.Privacy.ExpectedPatients) },
            },
            out fault
        );
    }

    /// <summary>Twice the patients at each of the same sites.</summary>
    /// <param name="now">The study as it is planned.</param>
    /// <param name="fault">Why there is no such study, or null.</param>
    internal static LargerStudy? TwiceThePatients(StudyReleases now, out string? fault)
    {
        var plan = now.Plan with { Privacy = now.Privacy with { ExpectedPatients = Twice(now.Privacy.ExpectedPatients) } };
        var bound = now.Privacy.Unit == "site" ? plan.Aggregation.Bound : 2 * plan.Aggregation.Bound;
        return Of(now, plan with { Aggregation = plan.Aggregation with { Bound = bound } }, out fault);
    }

    private static LargerStudy? Of(StudyReleases now, StudyPlan larger, out string? fault)
    {
        if (Releases(larger, larger.Privacy!.NoiseMultiplier, out fault) is not { } same)
        {
            return null;
        }

        var errors = ExpectedErrors.Of(same);
        var room = ExpectedErrors.Of(now).Step / errors.Step;
        return Releases(larger, now.Privacy.NoiseMultiplier * Math.Max(1, room), out fault) is { } noisier
            ? new LargerStudy(errors, noisier.TrainingBound().Epsilon.Value)
            : null;
    }

    /// <summary>The releases with grids of their own: what fitted the smaller study may not fit this one.</summary>
    private static StudyReleases? Releases(StudyPlan plan, double noise, out string? fault)
    {
        var privacy = plan.Privacy!;
        var draft = plan with
        {
            Aggregation = plan.Aggregation with { ScaleBits = FinestScaleBits },
            Privacy = privacy with
            {
                NoiseMultiplier = noise,
                Evaluation = privacy.Evaluation is { } evaluation ? evaluation with { ScaleBits = 0, Bound = 0 } : null,
            },
        };
        var result = PlanCompletion.Complete(draft);
        fault = result is PlanCompletionResult.Impossible impossible ? impossible.Faults[0] : null;
        return
            result is PlanCompletionResult.Completed { Plan: var complete }
            && StudyReleases.Of(complete) is StudyReleasesResult.Accepted { Releases: var releases }
            ? releases
            : null;
    }

    private static int Twice(int patients) => (int)Math.Min(int.MaxValue, 2L * patients);
}
