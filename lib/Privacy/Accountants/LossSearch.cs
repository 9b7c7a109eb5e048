using Federated.Privacy.Losses;

namespace Federated.Privacy.Accountants;

/// <summary>Finds an interval of losses that is fine enough for one bound, and no finer.</summary>
/// <remarks>Every interval gives a bound that holds; this is about how tight it is, and how long it takes. Used by one thread.</remarks>
internal sealed class LossSearch
{
    private const double RelativeAim = 1.5e-4;
    private const double AbsoluteAim = 3e-7;
    private const double Patience = 1.3; // how much wider than wanted an interval may be: the error grows with the square
    private const int MostTurns = 14;
    private const int MostLatticeCells = 1 << 21;
    private const int MostWindowCells = 1 << 22;
    private const long FewReleases = 1000; // with more, the corners of a discrete loss are gone

    private readonly List<(LossPair Pair, long Count)> _pairs;
    private readonly double _delta;
    private readonly double _tail;
    private readonly double _coarsest;
    private readonly double _finest;
    private readonly bool _hasCorners;
    private LossMix? _last; // of the last interval, not reversed

    /// <param name="pairs">Pairs with counts, at least one.</param>
    /// <param name="delta">Probability of failure, above 0 and below 1.</param>
    internal LossSearch(List<(LossPair Pair, long Count)> pairs, double delta)
    {
        (_pairs, _delta) = (pairs, delta);
        var count = pairs.Sum(pair => (double)pair.Count);
        _tail = Math.Max(1e-305, delta * 1e-9 / count);
        var ranges = pairs.Select(pair => pair.Pair.Range(_tail)).Select(range => range.Most - range.Least).ToArray();
        _finest = Math.Max(ranges.Max() / MostLatticeCells, 1e-11);
        _coarsest = Math.Max(_finest, ranges.Min() / 300);
        _hasCorners = count <= FewReleases && pairs.Any(pair => pair.Pair.IsDiscrete);
    }

    /// <summary>The bound of one direction.</summary>
    /// <param name="isReversed">False for removing a patient, true for adding one.</param>
    /// <param name="enough">An ε below which a better bound is of no use.</param>
    internal PldBound Bound(bool isReversed, double enough)
    {
        var (interval, best, guess, leastTilt) = (_coarsest, default(PldBound), default(double?), 0.0);
        for (var turn = 0; ; turn++)
        {
            var mix = LossesAt(interval, isReversed, turn);
            var saddle = guess is { } near ? mix.SaddleAt(near, leastTilt) : mix.SaddleOf(Math.Log(_delta));
            leastTilt = leastTilt > 0 ? leastTilt : saddle.Tilt / 8;
            var (found, composed) = ComposedLosses.Find(mix, saddle, _delta);
            if (best is null || found.Epsilon < best.Epsilon.Value)
            {
                best = new PldBound(new Epsilon(found.Epsilon), composed.Truncated, found.Rounding, interval, composed.Cells);
            }

            var wanted = Math.Max(_finest, Wanted(mix, saddle, found));
            var isFine = double.IsFinite(found.Epsilon) && interval <= Patience * wanted;
            if (best.Epsilon.Value <= enough || isFine || turn == MostTurns)
            {
                return best;
            }

            guess = double.IsFinite(found.Epsilon) ? found.Epsilon : null;
            interval = _last!.Interval < interval && _last.Interval <= Patience * wanted ? _last.Interval : wanted;
        }
    }

    /// <summary>
    /// The interval at which discretization costs about the aim. Variance v that the lattice adds to the total loss raises δ by v·p(ε)/2, p being
    /// the density of that loss, and so ε by v·p(ε)/2 over the slope.
    /// </summary>
    private double Wanted(LossMix mix, Saddle saddle, FoundEpsilon found)
    {
        var aim = AbsoluteAim + (RelativeAim * (double.IsFinite(found.Epsilon) ? found.Epsilon : 1));
        var error = saddle.Spread * found.Sharpness / 2;
        var ratio = _hasCorners
            ? aim / Math.Max(error, Math.Sqrt(saddle.Spread)) // mass beside a corner is seen at its full distance
            : Math.Sqrt(aim / error);
        var wanted = mix.Interval * (ratio > 0 ? Math.Clamp(ratio, 1.0 / 32, 4) : 0.5);
        var cells = ComposedLosses.CellsFor(mix, saddle, Math.Log(_delta)) * mix.Interval / wanted;
        return cells > MostWindowCells ? wanted * cells / MostWindowCells : wanted;
    }

    private LossMix LossesAt(double interval, bool isReversed, int turn)
    {
        if (_last?.Interval != interval)
        {
            var mix = new LossMix(_pairs.Select(pair => (pair.Pair.OnLattice(interval, _tail), pair.Count)));
            if (isReversed && turn == 0)
            {
                return mix.Reversed(); // only a look: the finest one of the other direction stays at hand
            }

            _last = mix;
        }

        return isReversed ? _last.Reversed() : _last;
    }
}
