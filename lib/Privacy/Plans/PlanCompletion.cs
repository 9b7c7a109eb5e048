using System.Collections.Immutable;
using Federated.Federation.Plans;
using Federated.Privacy.Calibration;
using Federated.Privacy.Events;
using Federated.Privacy.Quantization;

namespace Federated.Privacy.Plans;

/// <summary>
/// Fills in what a researcher leaves to the accountant: the smallest noise that keeps the promise, and the finest grids that hold it. What is filled in stands in the plan's bytes,
/// and every site checks it again.
/// </summary>
public static class PlanCompletion
{
    /// <summary>Noise multipliers are written in steps of this size, rounded up, so that people can compare them.</summary>
    private const double NoiseStep = 1e-4;

    private const int FinestScaleBits = 30;
    private const int CoarsestScaleBits = -16;
    private const int LeastBoundOfCounts = 64;

    /// <summary>Completes a draft. One without privacy is complete.</summary>
    /// <param name="draft">Read by <see cref="PlanCodec.ReadDraft"/>, without faults.</param>
    /// <returns>The plan, or everything that stands in the way of its promise.</returns>
    public static PlanCompletionResult Complete(StudyPlan draft)
    {
        ArgumentNullException.ThrowIfNull(draft);
        if (draft.Privacy is not { } privacy)
        {
            return new PlanCompletionResult.Completed(draft);
        }

        if (!(privacy.Epsilon > 0 && double.IsFinite(privacy.Epsilon)))
        {
            return Impossible(FormattableString.Invariant($"Epsilon is {privacy.Epsilon}; use a number above 0 (1 to 8 is usual)."));
        }

        if (
            (Delta.Fault(privacy.Delta) ?? SamplingRate.Fault(privacy.SamplingRate) ?? StudyReleases.Uncountable(draft, privacy)) is
            { } unusable
        )
        {
            return Impossible(unusable);
        }

        if (TrainingNoise(draft, privacy, out var fault) is not { } training)
        {
            return Impossible($"training: {fault}");
        }

        var evaluation = privacy.Evaluation;
        if (evaluation is not null)
        {
            if (EvaluationNoise(privacy, evaluation, out fault) is not { } counts)
            {
                return Impossible($"evaluation: {fault}");
            }

            evaluation = evaluation with
            {
                NoiseMultiplier = counts,
                Bound = evaluation.Bound > 0 ? evaluation.Bound : BoundOfCounts(draft, privacy),
            };
        }

        var plan = WithGrids(draft with { Privacy = privacy with { NoiseMultiplier = training, Evaluation = evaluation } }, out var faults);
        if (!faults.IsEmpty)
        {
            return new PlanCompletionResult.Impossible(faults);
        }

        return StudyReleases.Of(plan) is StudyReleasesResult.Rejected rejected
            ? new PlanCompletionResult.Impossible(rejected.Faults)
            : new PlanCompletionResult.Completed(plan);
    }

    private static PlanCompletionResult.Impossible Impossible(string fault) => new([fault]);

    private static double? TrainingNoise(StudyPlan plan, PrivacyPlan privacy, out string? fault)
    {
        if (privacy.NoiseMultiplier > 0)
        {
            return Written(privacy.NoiseMultiplier, out fault);
        }

        var steps =
            (long)(plan.Training.Rounds + privacy.SpareReleases) * (StudyReleases.IsLocalDpSgd(plan) ? StudyReleases.LocalSteps(plan) : 1);
        return Smallest(privacy, z => StepOf(z, privacy.SamplingRate).Times(steps), out fault);
    }

    private static double? EvaluationNoise(PrivacyPlan privacy, EvaluationPlan evaluation, out string? fault) =>
        evaluation.NoiseMultiplier > 0
            ? Written(evaluation.NoiseMultiplier, out fault)
            : Smallest(privacy, z => StepOf(z, 1).Times(1 + evaluation.SpareReleases), out fault);

    /// <summary>Noise that the author chose: whether it is enough is checked in the end.</summary>
    private static double? Written(double noise, out string? fault)
    {
        fault = NoiseMultiplier.Fault(noise);
        return fault is null ? noise : null;
    }

    private static PrivacyEvent StepOf(NoiseMultiplier z, double rate) =>
        rate < 1 ? new SampledGaussianEvent(z, new SamplingRate(rate)) : new GaussianEvent(z);

    /// <summary>
    /// The smallest noise for Gaussian releases. A grid's own noise is rounded up to whole steps, so that it costs no more; what its discreteness adds to δ is far below what
    /// <see cref="NoiseStep"/> leaves.
    /// </summary>
    private static double? Smallest(PrivacyPlan privacy, Func<NoiseMultiplier, PrivacyEvent> study, out string? fault)
    {
        var target = new PrivacyTarget(new Epsilon(privacy.Epsilon), new Delta(privacy.Delta));
        switch (NoiseCalibration.SmallestNoise(study, target))
        {
            case CalibrationResult<NoiseMultiplier>.Found found:
                fault = null;
                return Math.Round((Math.Ceiling(found.Value.Value / NoiseStep) + 1) * NoiseStep, 4);
            case CalibrationResult<NoiseMultiplier>.Impossible impossible:
                fault = impossible.Reason;
                return null;
            default:
                throw new InvalidOperationException("Noise is found or impossible.");
        }
    }

    /// <summary>Twice the held-out patients that the largest site has by the plan's public figures.</summary>
    private static double BoundOfCounts(StudyPlan plan, PrivacyPlan privacy)
    {
        var heldOut = privacy.ExpectedPatients * plan.Holdout.Fraction / (1 - plan.Holdout.Fraction);
        var largest = plan.Sites.Max(site => plan.ShareOf(site.Name));
        return Math.ScaleB(1, (int)Math.Ceiling(Math.Log2(Math.Max(LeastBoundOfCounts, 2 * heldOut * largest))));
    }

    /// <summary>The plan with the finest scales that fit, and every reason why one has none.</summary>
    private static StudyPlan WithGrids(StudyPlan plan, out ImmutableArray<string> faults)
    {
        faults = [];
        var privacy = plan.Privacy!;
        if (!StudyReleases.IsLocalDpSgd(plan))
        {
            var terms = StudyReleases.GridTermsOf(plan, privacy);
            var bits = Finest(terms, plan.Aggregation.ScaleBits);
            faults = bits is null ? FaultsOf(terms, "training", "aggregation.bound") : [];
            plan = plan with { Aggregation = plan.Aggregation with { ScaleBits = bits ?? CoarsestScaleBits } };
        }

        if (privacy.Evaluation is { } evaluation)
        {
            var terms = StudyReleases.EvaluationGridTerms(plan, evaluation);
            var bits = Finest(terms, evaluation.ScaleBits == 0 ? FinestScaleBits : evaluation.ScaleBits);
            faults = bits is null ? [.. faults, .. FaultsOf(terms, "evaluation", "evaluation.bound")] : faults;
            plan = plan with { Privacy = privacy with { Evaluation = evaluation with { ScaleBits = bits ?? CoarsestScaleBits } } };
        }

        return plan;
    }

    private static int? Finest(GridTerms terms, int most)
    {
        for (var bits = most; bits >= CoarsestScaleBits; bits--)
        {
            if (NoisyGrid.At(terms, bits) is GridResult.Chosen { Grid: var grid } && StudyReleases.Fits(grid))
            {
                return bits;
            }
        }

        return null;
    }

    /// <summary>Why no scale fits: the terms themselves, or that a finer one overflows where a coarser one rounds too much.</summary>
    private static ImmutableArray<string> FaultsOf(GridTerms terms, string release, string bound)
    {
        ImmutableArray<string> own = [.. terms.Faults().Select(fault => $"{release}: {fault}")];
        return own.IsEmpty
            ?
            [
                FormattableString.Invariant(
                    $"{release}: no grid of a {terms.LaneBits}-bit sum holds {terms.Sites} sites of up to {terms.SiteBound} each and noise multiplier {terms.Noise.Value:g6}; lower {bound}, or raise epsilon or delta."
                ),
            ]
            : own;
    }
}

/// <summary>A plan that keeps its promise, or why none does.</summary>
public abstract record PlanCompletionResult
{
    private PlanCompletionResult() { }

    /// <summary>The plan, complete.</summary>
    public sealed record Completed(StudyPlan Plan) : PlanCompletionResult;

    /// <summary>Every reason, with what to do.</summary>
    public sealed record Impossible(ImmutableArray<string> Faults) : PlanCompletionResult;
}
