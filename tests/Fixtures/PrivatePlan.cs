using Federated.Federation.Plans;

namespace Federated.Fixtures;

/// <summary>Plans with a promise, each of which a test changes in one place.</summary>
internal static class PrivatePlan
{
    /// <summary>Federated DP-SGD with noise enough for its promise, every value written: as canonical plans are.</summary>
    public static StudyPlan WithPrivacy(this StudyPlan plan) =>
        plan with
        {
            Training = plan.Training with { Mode = "fedsgd", BatchSize = 0, WeightDecay = 0 },
            Aggregation = plan.Aggregation with { ScaleBits = 12, Bound = 512 },
            Privacy = new PrivacyPlan
            {
                Unit = "patient",
                Epsilon = 2,
                Delta = 1e-5,
                Clipping = "flat",
                ClippingNorm = 1,
                SamplingRate = 0.5,
                ExpectedPatients = 400,
                Noise = "shared",
                NoiseMultiplier = 5,
                NoiseFloor = 0,
                SpareReleases = 2,
                Evaluation = new EvaluationPlan
                {
                    Bins = 20,
                    NoiseMultiplier = 5,
                    ScaleBits = 12,
                    Bound = 128,
                },
            },
        };

    /// <summary>The same without what the accountant fills in, as it is read from a study's file.</summary>
    public static StudyPlan Draft(this StudyPlan plan) =>
        plan with
        {
            Privacy = plan.Privacy! with
            {
                NoiseMultiplier = 0,
                Evaluation = plan.Privacy.Evaluation is { } evaluation
                    ? evaluation with
                    {
                        NoiseMultiplier = 0,
                        ScaleBits = 0,
                        Bound = 0,
                    }
                    : null,
            },
        };

    /// <summary>The same with another promise.</summary>
    public static StudyPlan But(this StudyPlan plan, Func<PrivacyPlan, PrivacyPlan> change) =>
        plan with
        {
            Privacy = change(plan.Privacy!),
        };

    /// <summary>The same with another mode of training.</summary>
    public static StudyPlan InMode(this StudyPlan plan, string mode) => plan with { Training = plan.Training with { Mode = mode } };
}
