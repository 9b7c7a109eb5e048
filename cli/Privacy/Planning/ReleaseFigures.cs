using Federated.Privacy;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;
using Federated.Privacy.Plans;
using Federated.Privacy.Quantization;

namespace Federated.Cli.Privacy.Planning;

/// <summary>One kind of release of a plan in a person's units, and what all releases of this kind cost the patients in them.</summary>
internal sealed record ReleaseFigures
{
    /// <summary>What is released: <c>update</c> or <c>evaluation</c>.</summary>
    internal required string Name { get; init; }

    /// <summary>Whose patients are in it: <c>training</c> or <c>test</c>.</summary>
    internal required string Patients { get; init; }

    /// <summary>Scale, sensitivity and noise.</summary>
    internal required NoisyGrid Grid { get; init; }

    /// <summary>Releases that are paid for.</summary>
    internal required int Releases { get; init; }

    /// <summary>Noised steps in one release: 1, or the local steps of federated averaging.</summary>
    internal required int StepsPerRelease { get; init; }

    /// <summary>ε of all of them, by the accountant that decides.</summary>
    internal required double Epsilon { get; init; }

    /// <summary>The same by the other accountant.</summary>
    internal required double CrossCheck { get; init; }

    /// <summary>ε should all other sites collude; infinite where that has no bound.</summary>
    internal required double Floor { get; init; }

    private double Unit => Math.ScaleB(1, -Grid.ScaleBits);

    /// <summary>How far one unit moves a release, in the release's own units.</summary>
    internal double Sensitivity => Grid.Sensitivity * Unit;

    /// <summary>Standard deviation of each site's noise, in the release's own units.</summary>
    internal double SiteDeviation => (double)Grid.ShareSigma * Unit;

    /// <summary>The figures of what each round of training releases.</summary>
    internal static ReleaseFigures OfTraining(StudyReleases releases) =>
        Of(releases, "update", "training", releases.Training, releases.TrainingReleases) with
        {
            StepsPerRelease = releases.IsNoisedInside ? StudyReleases.LocalSteps(releases.Plan) : 1,
        };

    /// <summary>The figures of the evaluation; null where the plan has none.</summary>
    internal static ReleaseFigures? OfEvaluation(StudyReleases releases) =>
        releases.Evaluation is { } terms ? Of(releases, "evaluation", "test", terms, releases.EvaluationReleases) : null;

    private static ReleaseFigures Of(StudyReleases releases, string name, string patients, ReleaseTerms terms, int count)
    {
        var (seen, alone) = (terms.Event.Times(count), terms.FloorEvent.Times(count));
        return new ReleaseFigures
        {
            Name = name,
            Patients = patients,
            Grid = terms.Grid,
            Releases = count,
            StepsPerRelease = 1,
            Epsilon = Pld(seen, releases.Delta),
            CrossCheck = RdpAccountant.Default.Bound(seen, releases.Delta).Epsilon.Value,
            Floor = Pld(alone, releases.Delta),
        };
    }

    private static double Pld(PrivacyEvent @event, Delta delta) => PldAccountant.Bound(@event, delta).Epsilon.Value;
}
