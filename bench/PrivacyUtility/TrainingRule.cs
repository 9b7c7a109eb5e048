using Federated.Federation.Steps;
using Federated.Learning.Privatization;

namespace Federated.Bench.PrivacyUtility;

/// <summary>
/// Settings of private training from what a plan makes public, without a look at data: how noisy a sum is, and how many patients are expected in it.
/// </summary>
/// <remarks>
/// Every patient takes part in every step: a sum over all has the best ratio of signal to noise that a budget buys, and the steps are few. Features are scaled by
/// public ranges, so that a row with its 1 for the bias has a norm of about 2, and a patient's first gradient one of about 1. Chosen on training rows (bench/RESULTS.md).
/// </remarks>
/// <param name="LearningRate">On the mean clipped gradient.</param>
internal sealed record TrainingRule(double LearningRate)
{
    /// <summary>Steps, T.</summary>
    internal const int Steps = 32;

    /// <summary>Clipping norm C.</summary>
    internal const double ClippingNorm = 0.75;

    /// <summary>The model is the mean of those after this step and later ones.</summary>
    internal const int AverageFrom = 25;

    /// <summary>Largest T·C·η: how far gradients of full norm could carry the model in all.</summary>
    internal const double LongestPath = 90;

    /// <summary>How far noise alone may carry a parameter over all steps: a standard deviation, in the model's own units.</summary>
    internal const double MostDrift = 0.46;

    /// <summary>The longest path on which noise carries no parameter too far.</summary>
    /// <param name="noise">Standard deviation of the noise in a sum, divided by C; above 0.</param>
    /// <param name="patients">Expected in the sum, the public divisor N.</param>
    internal static TrainingRule For(double noise, int patients)
    {
        var longest = LongestPath / (Steps * ClippingNorm);
        return new TrainingRule(Math.Min(longest, MostDrift * patients / (Math.Sqrt(Steps) * noise * ClippingNorm)));
    }

    /// <summary>What bounds a patient's influence on a step.</summary>
    internal static GradientClipping Clipping { get; } = new(ClippingNorm, ClippingManner.Flat);

    /// <summary>What everybody does with a noisy sum.</summary>
    internal ServerOptimizer Optimizer => new ServerOptimizer.Sgd(LearningRate, 0) { AverageFrom = AverageFrom };
}
