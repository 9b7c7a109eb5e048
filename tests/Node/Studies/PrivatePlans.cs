using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Privacy.Plans;

namespace Federated.Node.Tests.Studies;

/// <summary>A small plan with a promise per patient that a test changes in one place.</summary>
internal static class PrivatePlans
{
    /// <summary>δ of all of these.</summary>
    public const double Delta = 1e-5;

    /// <summary>
    /// Federated DP-SGD on the features of <see cref="SamplePlan"/>, shared noise, two rounds, of alpha, beta, gamma and delta, three of which are enough.
    /// </summary>
    /// <param name="epsilon">The promise.</param>
    /// <param name="rate">Probability with which a patient is in a step.</param>
    /// <param name="noise">Noise multiplier; 0 for the smallest that keeps the promise.</param>
    /// <param name="spares">Releases of training that are paid for beyond the two.</param>
    /// <param name="isEvaluated">True for a third round, which counts held-out patients.</param>
    public static StudyPlan ThreeOfFour(double epsilon = 2, double rate = 1, double noise = 0, int spares = 0, bool isEvaluated = false)
    {
        var plan = SamplePlan.ThreeOfFour();
        var draft = plan with
        {
            Training = plan.Training with { Mode = "fedsgd", BatchSize = 0 },
            Privacy = new PrivacyPlan
            {
                Unit = "patient",
                Epsilon = epsilon,
                Delta = Delta,
                Clipping = "flat",
                ClippingNorm = 0.75,
                SamplingRate = rate,
                ExpectedPatients = 180,
                Noise = "shared",
                NoiseMultiplier = noise,
                NoiseFloor = 0,
                SpareReleases = spares,
                Evaluation = isEvaluated
                    ? new EvaluationPlan
                    {
                        Bins = 4,
                        NoiseMultiplier = 0,
                        ScaleBits = 0,
                        Bound = 0,
                    }
                    : null,
            },
        };
        draft = draft with { Aggregation = draft.Aggregation with { Bound = draft.UsualBound } };
        return PlanCompletion.Complete(draft) switch
        {
            PlanCompletionResult.Completed completed => completed.Plan,
            PlanCompletionResult.Impossible impossible => throw new AssertFailedException(string.Join(" ", impossible.Faults)),
            _ => throw new InvalidOperationException("A promise can be kept or not."),
        };
    }

    /// <summary>What such a plan releases.</summary>
    public static StudyReleases Releases(this StudyPlan plan) =>
        StudyReleases.Of(plan) is StudyReleasesResult.Accepted accepted
            ? accepted.Releases
            : throw new AssertFailedException("The plan does not keep its promise.");
}
