using Federated.Privacy.Evaluation;
using Federated.Privacy.Plans;

namespace Federated.Cli.Privacy.Planning;

/// <summary>What the noise of a plan will do to its figures, from public numbers alone. One standard deviation each; that patients are a sample is not in it.</summary>
/// <param name="Step">
/// Of each coordinate of a round's mean gradient (or mean update, for <c>unit: site</c>), with all sites there. In federated averaging with a promise per patient: of the mean over the sites of one local step's gradient.
/// </param>
/// <param name="Evaluation">Counts of an assumed model with the release's noise; null where the plan releases none.</param>
/// <param name="HeldOut">Held-out patients that follow from expected_patients and the held-out fraction.</param>
internal sealed record ExpectedErrors(double Step, ReleasedEvaluation? Evaluation, double HeldOut)
{
    /// <summary>Share of positives that is assumed.</summary>
    internal const double Prevalence = 0.5;

    /// <summary>Area under the ROC curve that is assumed.</summary>
    internal const double Auroc = 0.8;

    /// <summary>Of AUROC; null where noise hides it, or nothing is released.</summary>
    internal double? AurocDeviation => Evaluation?.Auroc()?.Deviation;

    /// <summary>Of accuracy at 0.5.</summary>
    internal double? AccuracyDeviation => Evaluation?.Accuracy((Evaluation.Bins.Count / 2) - 1)?.Deviation;

    /// <summary>Of the share of positives in each bin, for bins that stand out of the noise.</summary>
    internal IReadOnlyList<double> CalibrationDeviations =>
        Evaluation is null ? [] : [.. Evaluation.Calibration().OfType<NoisyFigure>().Select(figure => figure.Deviation).Order()];

    /// <summary>The errors of a plan that keeps its promise.</summary>
    internal static ExpectedErrors Of(StudyReleases releases)
    {
        var (plan, privacy) = (releases.Plan, releases.Privacy);
        var batch = privacy.SamplingRate * privacy.ExpectedPatients;
        var noise = releases.Training.Grid.SumDeviation;
        // Local steps: σ over each site's expected batch, weighted by its share, is σ/(qN) for every site, and they are independent.
        var step = releases.IsNoisedInside ? Math.Sqrt(plan.Sites.Length) * noise / batch : noise / plan.DivisorOf(plan.Roster);
        var heldOut = privacy.ExpectedPatients * plan.Holdout.Fraction / (1 - plan.Holdout.Fraction);
        var evaluation = releases.Evaluation is { } terms
            ? AssumedScores.Of(ScoreBins.Even(privacy.Evaluation!.Bins), heldOut, Prevalence, Auroc, terms.Grid.SumDeviation)
            : null;
        return new ExpectedErrors(step, evaluation, heldOut);
    }
}
