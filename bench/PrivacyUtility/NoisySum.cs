using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Privacy;
using Federated.Privacy.Calibration;
using Federated.Privacy.Events;
using Federated.Privacy.Quantization;
using Federated.Privacy.Sampling;

namespace Federated.Bench.PrivacyUtility;

/// <summary>What a kind of release takes: its shape, and whose noise it rests on.</summary>
/// <param name="Sites">Sites in a sum, n.</param>
/// <param name="HonestShares">Shares of noise that hide a patient, h.</param>
/// <param name="Dimension">Coordinates, d.</param>
/// <param name="ClippingNorm">C.</param>
/// <param name="SiteBound">Bound of a site's sum.</param>
/// <param name="Rounding">How sites come to the grid.</param>
/// <param name="Times">How often the same patients are released.</param>
internal sealed record ReleaseShape(
    int Sites,
    int HonestShares,
    int Dimension,
    double ClippingNorm,
    double SiteBound,
    Rounding Rounding,
    int Times
)
{
    /// <summary>The grid with this noise.</summary>
    internal NoisyGrid Grid(NoiseMultiplier noise) =>
        NoisyGrid.Choose(
            new GridTerms
            {
                Sites = Sites,
                HonestShares = HonestShares,
                Dimension = Dimension,
                ClippingNorm = ClippingNorm,
                SiteBound = SiteBound,
                Noise = noise,
                Rounding = Rounding,
            }
        ) switch
        {
            GridResult.Chosen chosen => chosen.Grid,
            GridResult.Rejected rejected => throw new InvalidOperationException(string.Join('\n', rejected.Faults)),
            _ => throw new InvalidOperationException("A grid is chosen or rejected."),
        };

    /// <summary>All releases together, against the coordinator and those who may collude with it.</summary>
    internal PrivacyEvent Events(NoiseMultiplier noise) => Grid(noise).Event(SamplingRate.All).Times(Times);

    /// <summary>The least noise with which all releases meet a target.</summary>
    internal NoiseMultiplier Calibrate(PrivacyTarget target) =>
        NoiseCalibration.SmallestNoise(Events, target) switch
        {
            CalibrationResult<NoiseMultiplier>.Found found => found.Value,
            CalibrationResult<NoiseMultiplier>.Impossible impossible => throw new InvalidOperationException(impossible.Reason),
            _ => throw new InvalidOperationException("A calibration finds something or says why not."),
        };
}

/// <summary>
/// Sums as the release gate makes them: each site rounds to the integer grid and adds exact discrete Gaussian noise; the integers are added up. Masks are left
/// out, since they cancel.
/// </summary>
internal sealed class NoisySum : IDisposable
{
    private readonly ReleaseShape _shape;
    private readonly NoisyGrid _grid;
    private readonly DiscreteGaussianSampler _sampler;
    private readonly long[] _lanes;

    /// <param name="shape">The kind of release.</param>
    /// <param name="noise">z.</param>
    /// <param name="source">Where the noise comes from.</param>
    internal NoisySum(ReleaseShape shape, NoiseMultiplier noise, RandomSource source)
    {
        _shape = shape;
        _grid = shape.Grid(noise);
        _lanes = new long[shape.Dimension];
        Sum = new long[shape.Dimension];
        _sampler = new DiscreteGaussianSampler((int)_grid.ShareSigma, source);
        Grid = new ReleaseGrid(_grid.ScaleBits, shape.SiteBound, shape.Sites);
    }

    /// <summary>How integers are read.</summary>
    internal ReleaseGrid Grid { get; }

    /// <summary>Standard deviation of the noise in a sum, in the release's own units.</summary>
    internal double Deviation => _grid.SumDeviation;

    /// <summary>The sum so far, shape [d].</summary>
    internal long[] Sum { get; }

    /// <summary>Begins another sum.</summary>
    internal void Clear() => Array.Clear(Sum);

    /// <summary>Adds one site's values and its share of noise.</summary>
    internal void Add(ReadOnlySpan<double> values)
    {
        if (!SiteInput.Quantize(values, _grid, _lanes) || SiteInput.Fault(_lanes, _grid) is not null)
        {
            throw new InvalidOperationException($"A site's {_shape.Dimension} values do not fit the grid.");
        }

        _sampler.AddTo(_lanes);
        for (var i = 0; i < Sum.Length; i++)
        {
            Sum[i] += _lanes[i];
        }
    }

    public void Dispose() => _sampler.Dispose();
}
