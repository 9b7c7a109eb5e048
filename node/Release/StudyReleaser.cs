using System.Security.Cryptography;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Learning.Privatization;
using Federated.Learning.Training;
using Federated.Node.Studies;
using Federated.Privacy;
using Federated.Privacy.Ledger;
using Federated.Privacy.Plans;
using TorchSharp;

namespace Federated.Node.Release;

/// <summary>All that one study releases from this site, round by round. Which query a round is follows from the plan alone.</summary>
internal sealed class StudyReleaser : IDisposable
{
    private readonly StudyPlan _plan;
    private readonly SiteName _site;
    private readonly StudyRows _rows;
    private readonly torch.Device _device;
    private ChargeStatement? _statements;
    private (EncodedRows Rows, SiteQuery Query)? _training; // this and the next: made again when somebody new objects
    private (EncodedRows Rows, SiteQuery Query)? _evaluation;

    /// <param name="plan">The plan.</param>
    /// <param name="site">This site.</param>
    /// <param name="rows">Its patients.</param>
    /// <param name="device">Where networks compute; private gradients are computed on the CPU, in the arithmetic that their bound is proved for.</param>
    /// <exception cref="InvalidOperationException">The plan does not keep its own promise, which is checked before a study is joined.</exception>
    internal StudyReleaser(StudyPlan plan, SiteName site, StudyRows rows, torch.Device device)
    {
        (_plan, _site, _rows, _device) = (plan, site, rows, device);
        Costs =
            plan.Privacy is null ? null
            : StudyReleases.Of(plan) is StudyReleasesResult.Accepted accepted ? accepted.Releases
            : throw new InvalidOperationException("The plan does not keep its own promise.");
    }

    /// <summary>What the releases cost; null without privacy.</summary>
    internal StudyReleases? Costs { get; }

    /// <summary>What the log hears of charges; null without privacy.</summary>
    internal ChargeStatement? Statements => _statements ??= Costs is null ? null : new ChargeStatement(Costs);

    /// <summary>The release of a round.</summary>
    internal SiteRelease In(RoundNumber round) =>
        _plan.EvaluationIn(round) is not null
            ? new SiteRelease
            {
                Name = "evaluation",
                Population = Population.Test,
                Query = Evaluation,
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
                Query = Training,
                Dimension = _plan.DimensionOf(round),
                Grid = _plan.GridOf(round),
                Weight = _plan.WeightOf(_site),
                Cost = Costs?.Training,
                IsNoisedInside = Costs?.IsNoisedInside == true,
            };

    /// <summary>Makes what training needs, so that a device that will not do shows early.</summary>
    /// <exception cref="Federated.Hosting.OperatorException">The list of objections cannot be read, or leaves nobody.</exception>
    internal void Prepare() => Training();

    /// <inheritdoc/>
    public void Dispose()
    {
        _training?.Query.Dispose();
        _evaluation?.Query.Dispose();
    }

    private SiteQuery Training() => Current(ref _training, _rows.Train(), rows => Training(_plan, Costs, _site, rows, _device));

    private SiteQuery Evaluation() =>
        Current(
            ref _evaluation,
            _rows.Test(),
            rows => new EvaluationQuery(_plan.Shape, _plan.Server, rows, _plan.Privacy!.Evaluation!.Bins)
        );

    /// <summary>The query over these rows: the one at hand, or another.</summary>
    private static SiteQuery Current(ref (EncodedRows Rows, SiteQuery Query)? made, EncodedRows rows, Func<EncodedRows, SiteQuery> make)
    {
        if (made is { } at && ReferenceEquals(at.Rows, rows))
        {
            return at.Query;
        }

        made?.Query.Dispose();
        made = null; // first of all: whatever fails below, nobody trains on the rows of before
        made = (rows, make(rows));
        return made.Value.Query;
    }

    private static SiteQuery Training(StudyPlan plan, StudyReleases? costs, SiteName site, EncodedRows rows, torch.Device device)
    {
        if (plan.Privacy is not { Unit: "patient" } privacy)
        {
            if (rows.Count == 0)
            {
                return new NobodyQuery();
            }

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
