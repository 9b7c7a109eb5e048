using System.Collections.Immutable;

namespace Federated.Privacy.Evaluation;

/// <summary>Public bins of a score: bin k holds scores from edge k−1 up to, not including, edge k. Chosen before any test patient is looked at.</summary>
public sealed record ScoreBins
{
    /// <param name="edges">Inner edges, rising: one bin more than edges.</param>
    /// <exception cref="ArgumentException">See <see cref="Fault"/>.</exception>
    public ScoreBins(ImmutableArray<double> edges)
    {
        if (Fault(edges) is { } fault)
        {
            throw new ArgumentException(fault, nameof(edges));
        }

        Edges = edges;
    }

    /// <summary>Inner edges, rising.</summary>
    public ImmutableArray<double> Edges { get; }

    /// <summary>Bins, K. 20 to 32 is best: noise in AUROC grows with K, and so does what coarse bins hide as K falls.</summary>
    public int Count => Edges.Length + 1;

    /// <summary>Coordinates of a release: positives of each bin, then negatives.</summary>
    public int Dimension => 2 * Count;

    /// <summary>Bins of equal width on [0, 1].</summary>
    public static ScoreBins Even(int count) => new([.. Enumerable.Range(1, Math.Max(0, count - 1)).Select(k => (double)k / count)]);

    /// <summary>Why edges make no bins, or null.</summary>
    public static string? Fault(ImmutableArray<double> edges)
    {
        if (edges.IsDefaultOrEmpty || edges.Length > 999)
        {
            return $"{(edges.IsDefault ? 0 : edges.Length)} edges make no useful bins; use 1 to 999 (19 to 31 is best).";
        }

        for (var i = 0; i < edges.Length; i++)
        {
            if (!double.IsFinite(edges[i]) || (i > 0 && !(edges[i] > edges[i - 1])))
            {
                return FormattableString.Invariant($"Edge {i} is {edges[i]}; edges are numbers, each above the one before.");
            }
        }

        return null;
    }

    /// <summary>The bin of a score; −1 if it is no number: that patient is counted nowhere.</summary>
    public int BinOf(double score)
    {
        if (double.IsNaN(score))
        {
            return -1;
        }

        var index = Edges.BinarySearch(score);
        return index >= 0 ? index + 1 : ~index;
    }

    /// <summary>Counts a site's test patients: one adds 1 to one coordinate, so that the L2 sensitivity of adding or removing one is 1.</summary>
    /// <param name="scores">Shape [n].</param>
    /// <param name="isPositive">Shape [n].</param>
    /// <param name="counts">Receives shape [2K]: positives of each bin, then negatives.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void Tally(ReadOnlySpan<double> scores, ReadOnlySpan<bool> isPositive, Span<long> counts)
    {
        if (scores.Length != isPositive.Length || counts.Length != Dimension)
        {
            throw new ArgumentException(
                $"{scores.Length} scores, {isPositive.Length} outcomes and {counts.Length} counts do not fit {Count} bins.",
                nameof(counts)
            );
        }

        counts.Clear();
        for (var i = 0; i < scores.Length; i++)
        {
            if (BinOf(scores[i]) is var bin and >= 0)
            {
                counts[isPositive[i] ? bin : Count + bin]++;
            }
        }
    }
}
