using System.Collections.Immutable;

namespace Federated.Privacy.Evaluation;

/// <summary>A figure, and the standard deviation that the noise of its release gives it. That patients are a sample is not in it.</summary>
/// <param name="Value">The figure.</param>
/// <param name="Deviation">In the figure's units.</param>
public readonly record struct NoisyFigure(double Value, double Deviation);

/// <summary>
/// What two noisy histograms of scores, positives and negatives, say about a model: one release gives all of it, and what is computed here costs nothing more.
/// </summary>
/// <remarks>Secure-aggregation design, section 3.8. Errors are those of first order in the noise.</remarks>
public sealed class ReleasedEvaluation
{
    private readonly double[] _positives;
    private readonly double[] _negatives;
    private readonly double _sigma;

    /// <param name="bins">The public bins.</param>
    /// <param name="counts">Shape [2K], noisy, in patients: positives of each bin, then negatives. Some may be below 0.</param>
    /// <param name="sigma">Standard deviation of the noise of each count, in patients; 0 for none.</param>
    /// <exception cref="ArgumentException">The shape does not fit, or a number is none.</exception>
    public ReleasedEvaluation(ScoreBins bins, ReadOnlySpan<double> counts, double sigma)
    {
        ArgumentNullException.ThrowIfNull(bins);
        Require.InRange(sigma, 0, 1e12, "The noise of a count");
        if (counts.Length != bins.Dimension || counts.IndexOfAnyExceptInRange(-1e15, 1e15) >= 0)
        {
            throw new ArgumentException(
                $"{counts.Length} counts do not fit {bins.Count} bins, or one of them is no number.",
                nameof(counts)
            );
        }

        Bins = bins;
        _positives = counts[..bins.Count].ToArray();
        _negatives = counts[bins.Count..].ToArray();
        _sigma = sigma;
        (Positives, Negatives) = (_positives.Sum(), _negatives.Sum());
    }

    /// <summary>The bins.</summary>
    public ScoreBins Bins { get; }

    /// <summary>Positive patients in all, noisy.</summary>
    public double Positives { get; }

    /// <summary>Negative patients in all, noisy.</summary>
    public double Negatives { get; }

    /// <summary>
    /// Area under the ROC curve, ties within a bin counted half; null where noise leaves no positives or no negatives to compare. Within 0 to 1.
    /// </summary>
    public NoisyFigure? Auroc()
    {
        if (!IsPopulated(Positives) || !IsPopulated(Negatives))
        {
            return null;
        }

        var (below, area) = (0.0, 0.0);
        for (var k = 0; k < Bins.Count; k++)
        {
            area += _positives[k] * (below + (_negatives[k] / 2));
            below += _negatives[k];
        }

        area /= Positives * Negatives;

        // One count more of a positive in bin k moves the area by (F_k − area)/P, F_k being the share of negatives below; likewise for a negative.
        var (negativesBelow, positivesAbove, squares) = (0.0, Positives, 0.0);
        for (var k = 0; k < Bins.Count; k++)
        {
            positivesAbove -= _positives[k];
            var byPositive = (((negativesBelow + (_negatives[k] / 2)) / Negatives) - area) / Positives;
            var byNegative = (((positivesAbove + (_positives[k] / 2)) / Positives) - area) / Negatives;
            squares += (byPositive * byPositive) + (byNegative * byNegative);
            negativesBelow += _negatives[k];
        }

        return new NoisyFigure(Math.Clamp(area, 0, 1), _sigma * Math.Sqrt(squares));
    }

    /// <summary>Share of patients on the right side of a threshold that is an edge; null where noise leaves nobody. Within 0 to 1.</summary>
    /// <param name="edge">Index of the edge: scores at or above it count as predicted positive.</param>
    public NoisyFigure? Accuracy(int edge)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(edge);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(edge, Bins.Edges.Length);
        var all = Positives + Negatives;
        if (!IsPopulated(all))
        {
            return null;
        }

        var right = (_negatives[..(edge + 1)].Sum() + _positives[(edge + 1)..].Sum()) / all;

        // K of the 2K counts are right, each moving the share by (1 − share)/all; the K others by −share/all.
        var slope = Math.Sqrt(Bins.Count * (((1 - right) * (1 - right)) + (right * right))) / all;
        return new NoisyFigure(Math.Clamp(right, 0, 1), _sigma * slope);
    }

    /// <summary>Share of positives in each bin; null where a bin has fewer patients than three standard deviations of their noise.</summary>
    public ImmutableArray<NoisyFigure?> Calibration() => [.. Enumerable.Range(0, Bins.Count).Select(CalibrationOf)];

    private NoisyFigure? CalibrationOf(int bin)
    {
        var patients = _positives[bin] + _negatives[bin];
        if (!(patients > 0 && patients >= 3 * Math.Sqrt(2) * _sigma))
        {
            return null;
        }

        var share = _positives[bin] / patients;
        var slope = Math.Sqrt(((1 - share) * (1 - share)) + (share * share)) / patients;
        return new NoisyFigure(Math.Clamp(share, 0, 1), _sigma * slope);
    }

    /// <summary>True if a total stands out of the noise of the counts in it: three standard deviations of K counts.</summary>
    private bool IsPopulated(double total) => total > 0 && total >= 3 * Math.Sqrt(Bins.Count) * _sigma;
}
