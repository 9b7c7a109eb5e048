namespace Federated.Privacy.Calibration;

/// <summary>Finds where a falling function crosses zero, in few evaluations, ending where it was seen to be at most zero.</summary>
/// <remarks>The function may be wrong by some 1e-4, as bounds are: so every end of a range is a value that was computed.</remarks>
internal sealed class MonotoneSearch(Func<double, double> function)
{
    private readonly Dictionary<double, double> _seen = [];

    /// <summary>A point above zero and one at most zero around the crossing; null for one that does not exist in the range.</summary>
    /// <param name="start">Where to begin, inside the range.</param>
    /// <param name="step">First step, doubled each time.</param>
    /// <param name="least">Lower end of the range.</param>
    /// <param name="most">Upper end of the range.</param>
    internal (double? Above, double? Below) Bracket(double start, double step, double least, double most)
    {
        var x = Math.Clamp(start, least, most);
        var isAbove = At(x) > 0;
        double? above = isAbove ? x : null;
        double? below = isAbove ? null : x;
        for (; x != (isAbove ? most : least); step *= 2)
        {
            x = Math.Clamp(x + (isAbove ? step : -step), least, most);
            above = At(x) > 0 ? x : above;
            below = At(x) > 0 ? below : x;
            if (above is not null && below is not null)
            {
                break;
            }
        }

        return (above, below);
    }

    /// <summary>A point at which the function is at most zero, with one above zero within the tolerance below it.</summary>
    internal double Narrow(double above, double below, double tolerance)
    {
        for (var turn = 0; below - above > tolerance; turn++)
        {
            // Where a line between both ends says, a little to the safe side; every fourth time the middle, should the line mislead.
            var (high, low) = (At(above), At(below));
            var line = below - ((below - above) * low / (low - high));
            var next = turn % 4 == 3 || !double.IsFinite(line) ? (above + below) / 2 : line + (tolerance / 4);
            next = Math.Clamp(next, above + (tolerance / 2), below - (tolerance / 2));
            if (At(next) > 0)
            {
                above = next;
                continue;
            }

            below = next;
            var probe = next - (0.9 * tolerance);
            (above, below) =
                probe <= above ? (above, below)
                : At(probe) > 0 ? (probe, below)
                : (above, probe);
        }

        return below;
    }

    private double At(double x)
    {
        if (!_seen.TryGetValue(x, out var value))
        {
            value = function(x);
            _seen[x] = value;
        }

        return value;
    }
}
