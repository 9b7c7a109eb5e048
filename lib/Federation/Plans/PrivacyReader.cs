using System.Numerics;
using Federated.Federation.Aggregation;
using Federated.Federation.Documents;

namespace Federated.Federation.Plans;

/// <summary>The plan's section on privacy: <c>none</c>, written out, or what is promised.</summary>
/// <remarks>Whether the noise keeps the promise is an accountant's business (<c>lib/Privacy/Plans</c>): here only what a number alone can say.</remarks>
internal sealed class PrivacyReader(bool isDraft)
{
    private const string Key = "privacy";

    /// <summary>The word for a study whose sums carry no noise. It has no usual value: what weakens privacy must be written.</summary>
    internal const string None = "none";

    /// <summary>Reads it; null for <c>none</c>, and where the word is a fault.</summary>
    /// <param name="root">The plan.</param>
    /// <param name="training">Its training.</param>
    /// <param name="sites">Sites of the roster; 1 where the roster has faults of its own.</param>
    /// <param name="hasHoldout">True if patients are held out to evaluate on.</param>
    internal PrivacyPlan? Read(DocumentReader root, TrainingPlan training, int sites, bool hasHoldout)
    {
        if (!root.IsSection(Key))
        {
            root.Choice(Key, [None]);
            return null;
        }

        var section = root.Section(Key);
        var evaluation = section.Has("evaluation") ? Evaluation(section.Section("evaluation"), sites) : null;
        var privacy = new PrivacyPlan
        {
            Unit = section.Choice("unit", PrivacyPlan.Units, isDraft ? "patient" : null),
            Epsilon = section.Number("epsilon"),
            Delta = section.Number("delta"),
            Clipping = section.Choice("clipping", PrivacyPlan.Clippings, isDraft ? "flat" : null),
            ClippingNorm = section.Number("clipping_norm", Usual(1.0)),
            SamplingRate = section.Number("sampling_rate", Usual(1.0)),
            ExpectedPatients = section.WholeNumber("expected_patients", 1, 1_000_000_000),
            Noise = section.Choice("noise", PrivacyPlan.Noises, isDraft ? "shared" : null),
            NoiseMultiplier = section.Number("noise_multiplier", Usual(0.0)),
            NoiseFloor = section.Number("noise_floor", Usual(0.0)),
            SpareReleases = section.WholeNumber("spare_releases", 0, 1_000_000, Usual(UsualSpares(training.Rounds))),
            Evaluation = evaluation,
        };
        section.RefuseUnknownKeys();
        Check(section, privacy, training);
        if (evaluation is not null && privacy.Unit == "site" && training.Mode == "fedavg")
        {
            section.Fault(
                "evaluation",
                "its counts hide one patient, not all that a site contributes, which unit: site promises; leave it out, or write unit: patient."
            );
        }

        if (evaluation is not null && !hasHoldout)
        {
            section.Fault("evaluation", "no patient is held out to evaluate on; set holdout.fraction above 0, or leave this out.");
        }

        return privacy;
    }

    /// <summary>
    /// The radius that a site's sum is projected into where a plan's author has no better one: twice what the largest site's batch can add up to, and at least
    /// 64 patients. Public, like all that it is made of.
    /// </summary>
    internal static double UsualBound(PrivacyPlan? privacy, TrainingPlan training, IReadOnlyCollection<PlanSite> sites) =>
        privacy switch
        {
            { Unit: "site", ClippingNorm: > 0 } => privacy.ClippingNorm,
            { ClippingNorm: > 0 } when training.Mode == "fedsgd" && sites.Count > 0 => privacy.ClippingNorm
                * BitOperations.RoundUpToPowerOf2(
                    (uint)
                        Math.Clamp(
                            2
                                * privacy.SamplingRate
                                * privacy.ExpectedPatients
                                * sites.Max(site => site.Weight)
                                / sites.Sum(site => site.Weight),
                            64,
                            1 << 24
                        )
                ),
            _ => DefaultStudy.Aggregation(Math.Max(1, sites.Count)).Bound,
        };

    /// <summary>One failed attempt in twenty rounds, and two.</summary>
    internal static int UsualSpares(int rounds) => 2 + (rounds / 20);

    private T? Usual<T>(T value)
        where T : struct => isDraft ? value : null;

    private EvaluationPlan Evaluation(DocumentReader section, int sites)
    {
        var before = section.FaultCount;
        var evaluation = new EvaluationPlan
        {
            Bins = section.WholeNumber("bins", 2, 1000, Usual(20)),
            NoiseMultiplier = section.Number("noise_multiplier", Usual(0.0)),
            ScaleBits = section.WholeNumber("scale_bits", -16, 30, Usual(0)),
            Bound = section.Number("bound", Usual(0.0)),
            SpareReleases = section.WholeNumber("spare_releases", 0, 1000, Usual(1)),
        };
        section.RefuseUnknownKeys();
        var isGridReadable = section.FaultCount == before;
        CheckNoise(section, evaluation.NoiseMultiplier);
        var bound = isDraft && evaluation.Bound == 0 ? 1 : evaluation.Bound;
        if (isGridReadable && ReleaseGrid.Fault(evaluation.ScaleBits, bound, sites) is { } grid)
        {
            section.Fault("bound", grid);
        }

        if (evaluation.Bins % 2 != 0)
        {
            section.Fault("bins", $"{evaluation.Bins} bins have no edge at 0.5, where accuracy is read; use an even number (20 is usual).");
        }

        return evaluation;
    }

    /// <summary>A draft's 0 stands for what the accountant will find.</summary>
    private void CheckNoise(DocumentReader section, double noise)
    {
        if (!(noise is >= 0 and <= 1e6) || (noise == 0 && !isDraft))
        {
            section.Fault(
                "noise_multiplier",
                $"{noise} is no noise multiplier; leave it out of a study file, and it is computed from epsilon."
            );
        }
    }

    private void Check(DocumentReader section, PrivacyPlan privacy, TrainingPlan training)
    {
        if (!(privacy.Epsilon is > 0 and <= PrivacyPlan.MostEpsilon))
        {
            section.Fault("epsilon", $"{privacy.Epsilon} promises nothing; set it above 0 (1 to 8 is usual, less is more private).");
        }

        if (!(privacy.Delta is > 0 and < 1))
        {
            section.Fault("delta", $"{privacy.Delta} is outside 0 to 1; use less than one in the number of patients (1e-5 is usual).");
        }

        if (!(privacy.ClippingNorm is > 0 and <= 1e6))
        {
            section.Fault("clipping_norm", $"{privacy.ClippingNorm} lets nothing through; set it above 0, to 1e6 at most (1 is usual).");
        }

        if (!(privacy.SamplingRate is > 0 and <= 1))
        {
            section.Fault("sampling_rate", $"{privacy.SamplingRate} is outside 0 to 1; 1 takes every patient in every step.");
        }

        CheckNoise(section, privacy.NoiseMultiplier);
        if (!(privacy.NoiseFloor is >= 0 and <= 1e6))
        {
            section.Fault("noise_floor", $"{privacy.NoiseFloor} is no noise multiplier; use 0 for no floor.");
        }

        if (privacy.Unit == "site" && training.Mode != "fedavg")
        {
            section.Fault("unit", "a site's whole contribution is hidden in fedavg only; write mode: fedavg, or unit: patient.");
        }

        if (privacy.Unit == "site" && privacy.SamplingRate != 1)
        {
            section.Fault("sampling_rate", "with unit: site nobody samples: it is visible which sites take part; write 1.");
        }

        if (privacy is { Unit: "patient", Noise: "shared" } && training.Mode == "fedavg")
        {
            section.Fault(
                "noise",
                "in fedavg a patient moves every later local step, so each step carries its whole noise; write noise: local, or mode: fedsgd."
            );
        }

        if (privacy.Unit == "patient" && training.WeightDecay != 0)
        {
            section.Fault("clipping", "weight_decay is not clipped per patient; write training.weight_decay: 0 with unit: patient.");
        }
    }
}
