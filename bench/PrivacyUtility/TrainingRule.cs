using System.Globalization;
using Federated.Federation.Steps;
using Federated.Learning.Privatization;
using Federated.Privacy.Plans;

namespace Federated.Bench.PrivacyUtility;

/// <summary>
/// Settings of private training from what a plan makes public, without a look at data: how noisy a sum is, and how many patients are expected in it.
/// </summary>
/// <remarks>
/// Every patient takes part in every step: a sum over all has the best ratio of signal to noise that a budget buys, and the steps are few. Features are scaled by
/// public ranges, so that a row with its 1 for the bias has a norm of about 2, and a patient's first gradient one of about 1.
/// </remarks>
/// <param name="Steps">T.</param>
/// <param name="ClippingNorm">C.</param>
/// <param name="AveragedShare">Share of the steps, the last ones, whose models are averaged into the one that is given out.</param>
/// <param name="LongestPath">Largest T·C·η: how far gradients of full norm could carry the model in all.</param>
/// <param name="MostDrift">How far noise alone may carry a parameter over all steps: a standard deviation, in the model's own units.</param>
internal sealed record TrainingRule(int Steps, double ClippingNorm, double AveragedShare, double LongestPath, double MostDrift)
{
    /// <summary>What the product uses, as <c>fed-bench tune-privacy</c> found it on training rows.</summary>
    internal static TrainingRule Default { get; } =
        new(
            DefaultPrivateStudy.Rounds,
            DefaultPrivateStudy.ClippingNorm,
            DefaultPrivateStudy.AveragedShare,
            DefaultPrivateStudy.LongestPath,
            DefaultPrivateStudy.MostDrift
        );

    /// <summary>What bounds a patient's influence on a step.</summary>
    internal GradientClipping Clipping => new(ClippingNorm, ClippingManner.Flat);

    /// <summary>The first step whose model is averaged.</summary>
    internal int AverageFrom => Steps - (int)(Steps * AveragedShare) + 1;

    /// <summary>The learning rate on the mean clipped gradient: the longest path on which noise carries no parameter too far.</summary>
    /// <param name="noise">Standard deviation of the noise in a sum, in the gradient's units; above 0.</param>
    /// <param name="patients">Expected in the sum, the public divisor N.</param>
    internal double LearningRate(double noise, int patients) =>
        Math.Min(LongestPath / (Steps * ClippingNorm), MostDrift * patients / (Math.Sqrt(Steps) * noise));

    /// <summary>What everybody does with a noisy sum.</summary>
    /// <inheritdoc cref="LearningRate"/>
    internal ServerOptimizer Optimizer(double noise, int patients) =>
        new ServerOptimizer.Sgd(LearningRate(noise, patients), 0) { AverageFrom = AverageFrom };

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"steps {Steps}, C {ClippingNorm}, averaged {AveragedShare}, path {LongestPath}, drift {MostDrift}"
        );
}
