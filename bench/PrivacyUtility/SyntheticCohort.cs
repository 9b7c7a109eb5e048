using Federated.Data;
using Federated.Federation.Models;
using Federated.Federation.Schemas;
using Federated.Privacy;

namespace Federated.Bench.PrivacyUtility;

/// <summary>
/// A model of made-up patients alone, on whom no real one had any influence (ε = 0): what an initial model from a synthetic cohort brings before any training.
/// </summary>
internal static class SyntheticCohort
{
    /// <summary>Enough that the equation behind the patients is all that is learnt.</summary>
    private static readonly int[] Sizes = [5000, 5000, 5000, 5000];

    /// <summary>Trains by the same rule on made-up patients with complete rows.</summary>
    internal static float[] Train(FeatureLayout layout, ModelShape shape, TrainingRule rule, int seed)
    {
        var outcome = OutcomeSpec.For(CohortSchema.HeartDisease);
        List<ExpectedHospital> sites =
        [
            .. SyntheticFiles
                .Read(seed, Sizes)
                .Select(hospital => FeatureEncoder.Encode(layout, outcome, hospital.Table).Rows)
                .Select(rows => new ExpectedHospital(rows, rows.Count)),
        ];
        var method = new SummedGradients(shape, rule, "synthetic", "synthetic", sites, sites.Count);
        return method.Train(new NoiseMultiplier(NoiseMultiplier.Least), $"privacy-utility/synthetic/{seed}");
    }
}
