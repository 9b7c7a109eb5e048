using Federated.Federation.Models;
using Federated.Privacy;
using Federated.Privacy.Quantization;

namespace Federated.Learning.Privatization;

/// <summary>One round of a site's private training by itself: constants of the plan, all of them public.</summary>
public sealed record LocalPrivateTerms
{
    /// <summary>Steps of one round; each is a release of its own. At least 1.</summary>
    public required int Steps { get; init; }

    /// <summary>Probability q with which each patient takes part in a step.</summary>
    public required SamplingRate Rate { get; init; }

    /// <summary>What bounds a patient's influence on a step.</summary>
    public required GradientClipping Clipping { get; init; }

    /// <summary>Patients that a batch is expected to have; each noisy sum is divided by it. Above 0. Never the site's own count, which is private.</summary>
    public required double ExpectedBatch { get; init; }

    /// <summary>Factor of a step, above 0.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Grid and noise of each step: one site, one honest share.</summary>
    public required NoisyGrid Grid { get; init; }

    /// <summary>Every fault.</summary>
    /// <param name="shape">The model to train.</param>
    public IEnumerable<string> Faults(ModelShape shape)
    {
        if (Steps < 1)
        {
            yield return $"{Steps} local steps train nothing; use at least 1.";
        }

        if (SamplingRate.Fault(Rate == default ? 0 : Rate.Value) is { } rate)
        {
            yield return rate;
        }

        foreach (var fault in Clipping.Faults())
        {
            yield return fault;
        }

        if (!(ExpectedBatch > 0 && double.IsFinite(ExpectedBatch)))
        {
            yield return FormattableString.Invariant($"An expected batch of {ExpectedBatch} patients divides nothing; set it above 0.");
        }

        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
        {
            yield return FormattableString.Invariant($"A learning rate of {LearningRate} moves nothing; set it above 0.");
        }

        foreach (var fault in GridFaults(Grid.Terms, shape))
        {
            yield return fault;
        }
    }

    private IEnumerable<string> GridFaults(GridTerms terms, ModelShape shape)
    {
        if (terms.HonestShares != 1)
        {
            yield return $"The noise is split into {terms.HonestShares} shares; a site that trains by itself adds all of it: use 1.";
        }

        if (terms.Dimension != shape.ParameterCount)
        {
            yield return $"The grid has {terms.Dimension} coordinates and the model {shape.ParameterCount} parameters.";
        }

        if (!(terms.ClippingNorm >= Clipping.Norm))
        {
            yield return FormattableString.Invariant(
                $"Gradients are clipped to {Clipping.Norm}, but noise is measured for {terms.ClippingNorm}."
            );
        }

        if (terms.Rounding != Rounding.OfTheSum)
        {
            yield return $"Rounding is counted as {terms.Rounding}; a step rounds its sum: use {nameof(Rounding.OfTheSum)}.";
        }
    }
}
