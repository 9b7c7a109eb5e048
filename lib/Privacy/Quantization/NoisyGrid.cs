using System.Collections.Immutable;
using System.Numerics;
using Federated.Privacy.Events;
using Federated.Privacy.Sampling;

namespace Federated.Privacy.Quantization;

/// <summary>
/// An integer grid for noisy sums: scale, sensitivity and each site's noise, all computed in exact integers from the terms, so that every party gets the same.
/// </summary>
/// <remarks>Secure-aggregation design, section 3.2 (wide encoding).</remarks>
public sealed record NoisyGrid
{
    /// <summary>Standard deviations of the noise that must fit beside the largest sum: a two-sided tail of 1.5·10⁻²³ in a coordinate.</summary>
    public const int RangeDeviations = 10;

    /// <summary>Sensitivities are kept in units of 2⁻²⁰ of a grid step, rounded up.</summary>
    private const int FractionBits = 20;

    private const int LeastScaleBits = -16;
    private const int MostScaleBits = 40;
    private const int RoundingPercent = 1;

    private NoisyGrid(GridTerms terms, int scaleBits)
    {
        Terms = terms;
        ScaleBits = scaleBits;
        var real = ExactNumbers.CeilingScaled(terms.ClippingNorm, scaleBits + FractionBits);
        real *= terms.Relation == NeighbouringRelation.ReplaceOne ? 2 : 1;
        var root = ExactNumbers.CeilingRoot(new BigInteger(terms.Dimension) << (2 * FractionBits)); // √d
        RoundingSlack = terms.Rounding switch
        {
            Rounding.OfTheSum => root,
            Rounding.OfEachPatient => (root + 1) >> 1,
            _ => BigInteger.Zero,
        };
        // Of an integer query, nothing is lost by the scale: C·s is met exactly or rounded up by less than 2⁻²⁰.
        FixedSensitivity = real + RoundingSlack;
        var noise = Share(terms.Noise.Value, FixedSensitivity, terms.HonestShares);
        var floor = terms.FloorNoise > 0 ? Share(terms.FloorNoise, FixedSensitivity, 1) : BigInteger.Zero;
        ShareSigma = BigInteger.Max(noise, floor);
        LaneBound = ExactNumbers.CeilingScaled(terms.SiteBound, scaleBits);
        Reach =
            (LaneBound * terms.Sites) + ExactNumbers.CeilingRoot(ShareSigma * ShareSigma * terms.Sites * RangeDeviations * RangeDeviations);
    }

    /// <summary>What the grid was made for.</summary>
    public GridTerms Terms { get; }

    /// <summary>log2 of the scale s: grid steps per unit.</summary>
    public int ScaleBits { get; }

    /// <summary>Δ, how far one patient moves the integer vector, in grid steps; an upper bound.</summary>
    public double Sensitivity => Math.BitIncrement((double)FixedSensitivity) * Math.ScaleB(1, -FractionBits);

    /// <summary>σ of each site's discrete Gaussian noise, in grid steps: ⌈zΔ/√h⌉, or ⌈z_floor·Δ⌉ if that is more.</summary>
    public BigInteger ShareSigma { get; }

    /// <summary>Largest absolute value of a site's coordinate before noise, ⌈s·a⌉.</summary>
    public BigInteger LaneBound { get; }

    /// <summary>Largest absolute value of a sum with noise: n·⌈s·a⌉ + 10·√n·σ, rounded up.</summary>
    public BigInteger Reach { get; }

    /// <summary>Share of a lane's range that <see cref="Reach"/> takes.</summary>
    public double RangeUsed => (double)Reach / (double)MostOfALane;

    /// <summary>Part of the sensitivity that rounding adds, relative to the real part.</summary>
    public double RoundingOverhead => (double)RoundingSlack / (double)(FixedSensitivity - RoundingSlack);

    /// <summary>Standard deviation of a sum in the release's own units, with noise of all sites in it.</summary>
    public double SumDeviation => Math.Sqrt(Terms.Sites) * (double)ShareSigma * Math.ScaleB(1, -ScaleBits);

    /// <summary>Sensitivity in units of 2⁻²⁰ grid steps.</summary>
    internal BigInteger FixedSensitivity { get; }

    private BigInteger RoundingSlack { get; }

    private BigInteger MostOfALane => (BigInteger.One << (Terms.LaneBits - 1)) - 1;

    /// <summary>The finest grid that fits: the largest power of two as scale.</summary>
    public static GridResult Choose(GridTerms terms)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ImmutableArray<string> faults = [.. terms.Faults()];
        if (!faults.IsEmpty)
        {
            return new GridResult.Rejected(faults);
        }

        for (var bits = MostScaleBits; bits >= LeastScaleBits; bits--)
        {
            var grid = new NoisyGrid(terms, bits);
            if (grid.ShareSigma <= DiscreteGaussianSampler.MostSigma && grid.Reach <= grid.MostOfALane)
            {
                return Result(grid);
            }
        }

        return Result(new NoisyGrid(terms, LeastScaleBits));
    }

    /// <summary>A grid of a stated scale, or everything that is wrong with it.</summary>
    public static GridResult At(GridTerms terms, int scaleBits)
    {
        ArgumentNullException.ThrowIfNull(terms);
        ImmutableArray<string> faults = [.. terms.Faults()];
        if (scaleBits is < LeastScaleBits or > MostScaleBits)
        {
            faults = faults.Add($"The scale is 2^{scaleBits}; use an exponent of {LeastScaleBits} to {MostScaleBits}.");
        }

        return faults.IsEmpty ? Result(new NoisyGrid(terms, scaleBits)) : new GridResult.Rejected(faults);
    }

    /// <summary>The privacy event of one release, against the coordinator and all sites that may collude.</summary>
    public SumOfDiscreteGaussiansEvent Event(SamplingRate rate) =>
        new(Terms.HonestShares, (double)ShareSigma * (double)ShareSigma, Sensitivity, Terms.Dimension, rate);

    /// <summary>The privacy event of the same release should all other sites collude: this site's share alone.</summary>
    public DiscreteGaussianEvent FloorEvent(SamplingRate rate) =>
        new((double)ShareSigma * (double)ShareSigma, Sensitivity, Terms.Dimension, rate);

    /// <summary>A grid without the checks of the whole: for tests of its arithmetic where rounding is coarse.</summary>
    internal static NoisyGrid Unchecked(GridTerms terms, int scaleBits) => new(terms, scaleBits);

    private static GridResult Result(NoisyGrid grid)
    {
        ImmutableArray<string> faults = [.. grid.Faults()];
        return faults.IsEmpty ? new GridResult.Chosen(grid) : new GridResult.Rejected(faults);
    }

    private IEnumerable<string> Faults()
    {
        if (DiscreteGaussianSampler.Fault((long)BigInteger.Min(ShareSigma, long.MaxValue)) is { } fault)
        {
            yield return fault;
        }

        if (Reach > MostOfALane)
        {
            yield return $"Sums reach {Reach} at scale 2^{ScaleBits}, beyond {MostOfALane} of a {Terms.LaneBits}-bit lane; lower the bound of a site's sum, or use 64-bit lanes.";
        }

        if (RoundingSlack * 100 > (FixedSensitivity - RoundingSlack) * RoundingPercent)
        {
            yield return FormattableString.Invariant(
                $"Rounding adds {RoundingOverhead:p1} to the sensitivity at scale 2^{ScaleBits}, more than {RoundingPercent} %; lower the bound of a site's sum, or use 64-bit lanes."
            );
        }
    }

    /// <summary>The smallest integer σ with σ²·shares ≥ (multiplier·sensitivity)².</summary>
    private static BigInteger Share(double multiplier, BigInteger fixedSensitivity, int shares)
    {
        var numerator = ExactNumbers.Numerator(multiplier, out var shift) * fixedSensitivity;
        var square = ExactNumbers.CeilingRatio(numerator * numerator, (BigInteger.One << (2 * (shift + FractionBits))) * shares);
        return ExactNumbers.CeilingRoot(square);
    }
}

/// <summary>A grid, or every reason why there is none.</summary>
public abstract record GridResult
{
    private GridResult() { }

    /// <summary>The grid.</summary>
    public sealed record Chosen(NoisyGrid Grid) : GridResult;

    /// <summary>Every fault, with what to do.</summary>
    public sealed record Rejected(ImmutableArray<string> Faults) : GridResult;
}
