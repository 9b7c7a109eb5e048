using System.Globalization;
using Federated.Federation.Plans;
using Federated.Privacy.Accountants;

namespace Federated.Privacy.Plans;

/// <summary>What a plan promises its patients, in words that whoever decides on it reads before any number.</summary>
public static class ReleaseWords
{
    /// <summary>A few lines; for a plan without privacy the warning that it is one.</summary>
    public static IEnumerable<string> Lines(StudyPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.Privacy is null)
        {
            return
            [
                "NONE. No noise is added: what the sum of all sites gives away about a patient is given away.",
                "Use this for public or synthetic patients only.",
            ];
        }

        return StudyReleases.Of(plan) switch
        {
            StudyReleasesResult.Accepted accepted => Lines(accepted.Releases),
            StudyReleasesResult.Rejected rejected => ["BROKEN: this plan does not keep its own promise. Reject it.", .. rejected.Faults],
            _ => throw new InvalidOperationException("A plan keeps its promise or does not."),
        };
    }

    private static IEnumerable<string> Lines(StudyReleases releases)
    {
        var (plan, privacy) = (releases.Plan, releases.Privacy);
        var whom = privacy.Unit == "patient" ? "one patient's rows" : "this site's whole contribution";
        yield return Text(
            $"{privacy}: whether {whom} were there changes what anybody sees by a factor of e^{privacy.Epsilon} at most, but for a chance of {privacy.Delta:r}."
        );
        yield return plan.Privacy?.Noise == "local"
            ? "Each site adds all of the noise: the promise holds against everybody, whoever works together."
            : Text(
                $"It holds against the coordinator with {Colluders(plan)}. Should all other sites work together against yours: {Epsilon(releases.FloorBound())}."
            );
        yield return Text(
            $"Training: {releases.TrainingReleases} releases are paid for ({privacy.SpareReleases} of them for attempts that fail), {Sampled(privacy)}, clipped to {privacy.ClippingNorm} ({privacy.Clipping}), noise multiplier {privacy.NoiseMultiplier}: {Epsilon(releases.TrainingBound())}."
        );
        if (privacy.Evaluation is { } evaluation && releases.EvaluationBound() is { } bound)
        {
            yield return Text(
                $"Evaluation: one release of {evaluation.Dimension} counts of held-out patients, who are in no training, noise multiplier {evaluation.NoiseMultiplier}: {Epsilon(bound)}."
            );
        }
    }

    private static string Sampled(PrivacyPlan privacy) =>
        privacy.Unit == "site" ? "each site's update once a round"
        : privacy.SamplingRate < 1 ? Text($"each patient in {privacy.SamplingRate:0.##%} of the steps at random")
        : "every patient in every step";

    private static string Colluders(StudyPlan plan) =>
        plan.Aggregation.Colluders == 1 ? "one site" : Text($"{plan.Aggregation.Colluders} sites");

    private static string Epsilon(PldBound bound) =>
        bound.Epsilon.IsBounded ? Text($"epsilon {bound.Epsilon.Value:0.####}") : "no bound on epsilon";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
