using System.Security.Cryptography;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Learning.Privatization;
using Federated.Learning.Training;
using Federated.Privacy;
using Federated.Privacy.Ledger;
using Federated.Privacy.Plans;
using TorchSharp;

namespace Federated.Node.Release;

/// <summary>All that one study releases from this site, round by round. Which query a round is follows from the plan alone.</summary>
internal sealed class StudyReleaser : IDisposable
{
    private readonly StudyPlan _plan;
    private readonly SiteQuery _training;
    private readonly SiteQuery? _evaluation;

    /// <param name="plan">The plan.</param>
    /// <param name="site">This site.</param>
    /// <param name="train">Its training rows.</param>
    /// <param name="test">Its held-out rows.</param>
    /// <param name="device">Where networks compute; private gradients are computed on the CPU, in the arithmetic that their bound is proved for.</param>
    /// <exception cref="InvalidOperationException">The plan does not keep its own promise, which is checked before a study is joined.</exception>
    internal StudyReleaser(StudyPlan plan, SiteName site, EncodedRows train, EncodedRows test, torch.Device device)
    {
        _plan = plan;
        Costs =
            plan.Privacy is null ? null
            : StudyReleases.Of(plan) is StudyReleasesResult.Accepted accepted ? accepted.Releases
            : throw new InvalidOperationException("The plan does not keep its own promise.");
        _training = Training(plan, Costs, site, train, device);
        _evaluation = plan.Privacy?.Evaluation is { } evaluation
            ? new EvaluationQuery(new Scorer(plan.Shape, device), plan.Server, test, evaluation.Bins)
            : null;
        Site = site;
    }

    /// <summary>What the releases cost; null without privacy.</summary>
    internal StudyReleases? Costs { get; }

    private SiteName Site { get; }

    /// <summary>The release of a round.</summary>
    internal SiteRelease In(RoundNumber round) =>
        _plan.EvaluationIn(round) is not null
            ? new SiteRelease
            {
                Name = "evaluation",
                Population = Population.Test,
                Query = _evaluation!,
                Dimension = _plan.DimensionOf(round),
                Grid = _plan.GridOf(round),
                Weight = 1,
                Cost = Costs!.Evaluation,
                IsNoisedInside = false,
            }
            : new SiteRelease
            {
                Name = "update",
                Population = Population.Training,
                Query = _training,
                Dimension = _plan.DimensionOf(round),
                Grid = _plan.GridOf(round),
                Weight = _plan.WeightOf(Site),
                Cost = Costs?.Training,
                IsNoisedInside = Costs?.IsNoisedInside == true,
            };

    /// <inheritdoc/>
    public void Dispose()
    {
        _training.Dispose();
        _evaluation?.Dispose();
    }

    private static SiteQuery Training(StudyPlan plan, StudyReleases? costs, SiteName site, EncodedRows rows, torch.Device device)
    {
        if (plan.Privacy is not { Unit: "patient" } privacy)
        {
            return new UpdateQuery(new SiteTrainer(plan.Shape, plan.Training, site, rows, device), plan.Privacy?.ClippingNorm);
        }

        var clipping = new GradientClipping(
            privacy.ClippingNorm,
            privacy.Clipping == "flat" ? ClippingManner.Flat : ClippingManner.PerLayer
        );
        if (!costs!.IsNoisedInside)
        {
            var gradients = new PatientGradients(plan.Shape, rows, clipping);
            var rate = new SamplingRate(privacy.SamplingRate);
            return new ClippedGradientQuery(gradients, new PoissonBatch(gradients.Patients, rate, RandomNumberGenerator.Fill));
        }

        return new LocalStepsQuery(
            new LocalPrivateTrainer(
                plan.Shape,
                rows,
                new LocalPrivateTerms
                {
                    Steps = StudyReleases.LocalSteps(plan),
                    Rate = new SamplingRate(privacy.SamplingRate),
                    Clipping = clipping,
                    ExpectedBatch = StudyReleases.ExpectedBatch(plan, site),
                    LearningRate = plan.Training.LearningRate,
                    Grid = costs.Training.Grid,
                },
                RandomNumberGenerator.Fill
            )
        );
    }
}
