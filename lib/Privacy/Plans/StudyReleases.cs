using System.Collections.Immutable;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;
using Federated.Privacy.Ledger;
using Federated.Privacy.Quantization;

namespace Federated.Privacy.Plans;

/// <summary>One kind of release of a private study: its grid, and what it costs whom.</summary>
/// <param name="Grid">Scale, sensitivity and noise. In fedavg with a promise per patient: of each local step, whose noise never leaves the site alone.</param>
/// <param name="Event">Against the coordinator and the plan's colluders.</param>
/// <param name="FloorEvent">Should all other sites collude: this site's own noise alone.</param>
public sealed record ReleaseTerms(NoisyGrid Grid, PrivacyEvent Event, PrivacyEvent FloorEvent);

/// <summary>
/// What a private plan releases, in the terms of accounting: every party computes the same from the plan's constants. A plan that does not keep its own promise has none.
/// </summary>
/// <remarks>
/// Training patients are in every round's release and held-out patients in the evaluation's only: the split is a keyed hash of the patient, so that no patient is both, and adding
/// or removing one patient touches the releases of one kind (parallel composition). So each kind alone has to keep within the plan's ε.
/// </remarks>
public sealed class StudyReleases
{
    private StudyReleases(StudyPlan plan, PrivacyPlan privacy, ReleaseTerms training, ReleaseTerms? evaluation)
    {
        (Plan, Privacy, Training, Evaluation) = (plan, privacy, training, evaluation);
    }

    /// <summary>The plan.</summary>
    public StudyPlan Plan { get; }

    /// <summary>Its promise.</summary>
    public PrivacyPlan Privacy { get; }

    /// <summary>One round of training.</summary>
    public ReleaseTerms Training { get; }

    /// <summary>The evaluation; null where the plan has none.</summary>
    public ReleaseTerms? Evaluation { get; }

    /// <summary>True if each local step is noised at the site (fedavg with a promise per patient): the sum of updates then needs no more.</summary>
    public bool IsNoisedInside => IsLocalDpSgd(Plan);

    /// <summary>Releases of training that the promise pays for: the rounds, and the spare ones.</summary>
    public int TrainingReleases => Plan.Training.Rounds + Privacy.SpareReleases;

    /// <summary>Evaluations that the promise pays for: the one, and the spare ones.</summary>
    public int EvaluationReleases => 1 + (Privacy.Evaluation?.SpareReleases ?? 0);

    /// <summary>All that the study may release, as a ledger weighs it.</summary>
    /// <param name="planHash">Hash of the plan.</param>
    public IEnumerable<PlannedReleases> Planned(Digest planHash)
    {
        yield return new PlannedReleases(planHash, Population.Training, Training.Event, TrainingReleases);
        if (Evaluation is { } evaluation)
        {
            yield return new PlannedReleases(planHash, Population.Test, evaluation.Event, EvaluationReleases);
        }
    }

    /// <summary>δ of the promise.</summary>
    public Delta Delta => new(Privacy.Delta);

    /// <summary>The bound that training keeps to, all releases and spares counted.</summary>
    public PldBound TrainingBound() => PldAccountant.Bound(Training.Event.Times(TrainingReleases), Delta);

    /// <summary>The bound that the evaluation keeps to; null without one.</summary>
    public PldBound? EvaluationBound() =>
        Evaluation is null ? null : PldAccountant.Bound(Evaluation.Event.Times(EvaluationReleases), Delta);

    /// <summary>What is left of the promise should all other sites collude, for whom it protects least: a training patient, or a held-out one.</summary>
    public PldBound FloorBound()
    {
        var training = PldAccountant.Bound(Training.FloorEvent.Times(TrainingReleases), Delta);
        var evaluation = Evaluation is null ? training : PldAccountant.Bound(Evaluation.FloorEvent.Times(EvaluationReleases), Delta);
        return training.Epsilon.Value >= evaluation.Epsilon.Value ? training : evaluation;
    }

    /// <summary>The releases of a plan, or every reason why it does not keep its promise.</summary>
    /// <param name="plan">A valid plan with privacy.</param>
    /// <exception cref="ArgumentException">The plan has no privacy.</exception>
    public static StudyReleasesResult Of(StudyPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (Terms(plan, out var faults) is not { } releases)
        {
            return new StudyReleasesResult.Rejected(faults);
        }

        faults = [.. releases.BrokenPromises()];
        return faults.IsEmpty ? new StudyReleasesResult.Accepted(releases) : new StudyReleasesResult.Rejected(faults);
    }

    /// <summary>The releases with the plan's numbers as they are, whatever they cost; null with the faults where there is no such grid.</summary>
    internal static StudyReleases? Terms(StudyPlan plan, out ImmutableArray<string> faults)
    {
        var privacy = plan.Privacy ?? throw new ArgumentException("A plan without privacy has no releases to account for.", nameof(plan));
        faults =
        [
            .. new[] { SamplingRate.Fault(privacy.SamplingRate), Delta.Fault(privacy.Delta), Uncountable(plan, privacy) }.OfType<string>(),
        ];
        if (!faults.IsEmpty)
        {
            return null;
        }

        var training = TrainingTerms(plan, privacy, out faults);
        ReleaseTerms? evaluation = null;
        if (privacy.Evaluation is { } counts)
        {
            evaluation = EvaluationTerms(plan, counts, out var others);
            faults = [.. faults, .. others];
        }

        if (training is null || faults.Length > 0)
        {
            return null;
        }

        faults =
        [
            .. new[] { training.Event, training.FloorEvent, evaluation?.Event, evaluation?.FloorEvent }
                .OfType<PrivacyEvent>()
                .Select(e => PldAccountant.Fault(e))
                .OfType<string>()
                .Distinct(),
        ];
        return faults.IsEmpty ? new StudyReleases(plan, privacy, training, evaluation) : null;
    }

    /// <summary>Why there are more steps than an accountant counts, or null.</summary>
    internal static string? Uncountable(StudyPlan plan, PrivacyPlan privacy)
    {
        var steps = IsLocalDpSgd(plan) ? plan.Training.LocalEpochs / privacy.SamplingRate : 1;
        var releases = ((double)plan.Training.Rounds + privacy.SpareReleases) * Math.Max(1, steps);
        return releases <= CountedEvent.MostTimes
            ? null
            : FormattableString.Invariant($"Training has {releases:g3} steps; at most {CountedEvent.MostTimes} can be counted.");
    }

    /// <summary>Honest noise shares in any sum that is opened, h: fewest survivors less the colluders; 1 where each site adds all of the noise.</summary>
    internal static int HonestShares(StudyPlan plan) =>
        plan.Privacy?.Noise == "local" ? 1 : Math.Max(1, plan.Aggregation.MinimumSites - plan.Aggregation.Colluders);

    /// <summary>The grid's terms of a training release (or of a local step).</summary>
    internal static GridTerms GridTermsOf(StudyPlan plan, PrivacyPlan privacy) =>
        IsLocalDpSgd(plan)
            ? new GridTerms
            {
                Sites = 1, // a local step is summed with nobody's
                HonestShares = 1,
                Dimension = plan.Shape.ParameterCount,
                ClippingNorm = privacy.ClippingNorm,
                SiteBound = PatientsBound(plan, privacy),
                Noise = new NoiseMultiplier(privacy.NoiseMultiplier),
            }
            : new GridTerms
            {
                Sites = plan.Sites.Length,
                HonestShares = HonestShares(plan),
                Dimension = plan.Shape.ParameterCount,
                ClippingNorm = privacy.ClippingNorm,
                SiteBound = plan.Aggregation.Bound,
                Noise = new NoiseMultiplier(privacy.NoiseMultiplier),
                FloorNoise = privacy.NoiseFloor,
                // Whatever a site contributes against anything else that it might: then a patient, who moves the clipped update by twice C at most, is hidden with it.
                Relation = privacy.Unit == "site" ? NeighbouringRelation.ReplaceOne : NeighbouringRelation.AddOrRemoveOne,
            };

    /// <summary>True if each local step is noised at the site (fedavg with a promise per patient).</summary>
    internal static bool IsLocalDpSgd(StudyPlan plan) => plan.Training.Mode == "fedavg" && plan.Privacy?.Unit == "patient";

    /// <summary>Local steps of one round: public, whatever number of patients a site has.</summary>
    public static int LocalSteps(StudyPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return Math.Max(1, (int)Math.Round(plan.Training.LocalEpochs / (plan.Privacy?.SamplingRate ?? 1)));
    }

    /// <summary>Patients that a local step expects at a site: a public constant.</summary>
    public static double ExpectedBatch(StudyPlan plan, SiteName site)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return plan.Privacy is { } privacy ? privacy.SamplingRate * privacy.ExpectedPatients * plan.ShareOf(site) : 0;
    }

    private static ReleaseTerms? TrainingTerms(StudyPlan plan, PrivacyPlan privacy, out ImmutableArray<string> faults)
    {
        if (NoiseMultiplier.Fault(privacy.NoiseMultiplier) is { } noiseFault)
        {
            faults = [noiseFault];
            return null;
        }

        var terms = GridTermsOf(plan, privacy);
        var result = IsLocalDpSgd(plan) ? NoisyGrid.Choose(terms) : NoisyGrid.At(terms, plan.Aggregation.ScaleBits);
        if (result is not GridResult.Chosen { Grid: var grid })
        {
            faults = ((GridResult.Rejected)result).Faults;
            return null;
        }

        var rate = new SamplingRate(privacy.SamplingRate);
        faults = IsLocalDpSgd(plan) ? [] : [.. RangeFaults(grid)];
        return IsLocalDpSgd(plan)
            ? new ReleaseTerms(grid, grid.FloorEvent(rate).Times(LocalSteps(plan)), grid.FloorEvent(rate).Times(LocalSteps(plan)))
            : new ReleaseTerms(grid, grid.Event(rate), grid.FloorEvent(rate));
    }

    private static ReleaseTerms? EvaluationTerms(StudyPlan plan, EvaluationPlan evaluation, out ImmutableArray<string> faults)
    {
        if (NoiseMultiplier.Fault(evaluation.NoiseMultiplier) is { } noiseFault)
        {
            faults = [noiseFault];
            return null;
        }

        var result = NoisyGrid.At(EvaluationGridTerms(plan, evaluation), evaluation.ScaleBits);
        if (result is not GridResult.Chosen { Grid: var grid })
        {
            faults = ((GridResult.Rejected)result).Faults;
            return null;
        }

        faults = [.. RangeFaults(grid)];
        var everybody = new SamplingRate(1);
        return new ReleaseTerms(grid, grid.Event(everybody), grid.FloorEvent(everybody));
    }

    /// <summary>Counts are integers, but a site's sum that is beyond its bound is scaled down and rounded: so rounding is counted.</summary>
    internal static GridTerms EvaluationGridTerms(StudyPlan plan, EvaluationPlan evaluation) =>
        new()
        {
            Sites = plan.Sites.Length,
            HonestShares = HonestShares(plan),
            Dimension = evaluation.Dimension,
            ClippingNorm = 1,
            SiteBound = evaluation.Bound,
            Noise = new NoiseMultiplier(evaluation.NoiseMultiplier),
            FloorNoise = plan.Privacy?.NoiseFloor ?? 0,
        };

    /// <summary>The radius of a local step's sum: twice the whole roster's expected batch, so that the projection changes next to nothing.</summary>
    private static double PatientsBound(StudyPlan plan, PrivacyPlan privacy) =>
        privacy.ClippingNorm
        * Math.Max(64, Math.ScaleB(1, (int)Math.Ceiling(Math.Log2(2 * privacy.SamplingRate * privacy.ExpectedPatients))));

    /// <summary>Each site's lane with ten standard deviations of its noise fits its part of the sum's range: what is beyond is refused before it is masked.</summary>
    private static IEnumerable<string> RangeFaults(NoisyGrid grid)
    {
        if (!Fits(grid))
        {
            yield return $"One site's numbers with their noise do not fit a sum of {grid.Terms.Sites} sites at scale 2^{grid.ScaleBits}; lower scale_bits, or the bound.";
        }
    }

    internal static bool Fits(NoisyGrid grid) =>
        (grid.LaneBound + (NoisyGrid.RangeDeviations * grid.ShareSigma)) * grid.Terms.Sites <= int.MaxValue;

    private IEnumerable<string> BrokenPromises()
    {
        var training = TrainingBound().Epsilon.Value;
        if (!(training <= Privacy.Epsilon)) // written so that NaN is a broken promise
        {
            yield return FormattableString.Invariant(
                $"Training costs epsilon {training:g6} at delta {Privacy.Delta:r} with its {TrainingReleases} releases, more than the {Privacy.Epsilon} that the plan promises; raise noise_multiplier."
            );
        }

        if (EvaluationBound() is { } bound && !(bound.Epsilon.Value <= Privacy.Epsilon))
        {
            yield return FormattableString.Invariant(
                $"The evaluation costs epsilon {bound.Epsilon.Value:g6}, more than the {Privacy.Epsilon} that the plan promises; raise evaluation.noise_multiplier."
            );
        }
    }
}

/// <summary>The releases of a plan, or why it does not keep its promise.</summary>
public abstract record StudyReleasesResult
{
    private StudyReleasesResult() { }

    /// <summary>The plan keeps its promise.</summary>
    public sealed record Accepted(StudyReleases Releases) : StudyReleasesResult;

    /// <summary>It does not.</summary>
    public sealed record Rejected(ImmutableArray<string> Faults) : StudyReleasesResult;
}
