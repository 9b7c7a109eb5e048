using Federated.Privacy.Numerics;

namespace Federated.Privacy.Losses;

/// <summary>
/// Puts mass on a lattice of losses so that the result dominates what was put in: mass at a loss between two lattice points goes to both of them,
/// in the one proportion that keeps P's and Q's mass.
/// </summary>
/// <remarks>
/// That is a mean-preserving spread of Q/P, so no hockey-stick divergence falls; it is the "connect the dots" construction
/// (Doroshenko, Ghazi, Kamath, Kumar, Manurangsi 2022, arXiv:2207.04380), here without its second differences, whose cancellation loses mass at fine intervals.
/// Rounding errors go upward: <see cref="MassSlack"/> of every mass and <see cref="LossSlack"/> of every loss.
/// </remarks>
internal sealed class LatticeBuilder
{
    /// <summary>Bound of the relative error of a mass, from exponentials, quadrature and sums.</summary>
    internal const double MassSlack = 1e-12;

    /// <summary>Bound of the error of a loss, relative to 1 + |loss|.</summary>
    private const double LossSlack = 4e-15;

    private readonly double _interval;
    private readonly double _spread;
    private readonly long _first;
    private readonly double[] _masses;
    private readonly double[] _spreads;

    /// <param name="interval">Distance of two losses.</param>
    /// <param name="least">Least loss that will be added.</param>
    /// <param name="most">Most loss that will be added.</param>
    internal LatticeBuilder(double interval, double least, double most)
    {
        _interval = interval;
        _spread = Elementary.OneMinusExpMinus(interval);
        _first = (long)Math.Floor(least / interval) - 1;
        _masses = new double[(long)Math.Floor(most / interval) + 3 - _first];
        _spreads = new double[_masses.Length];
    }

    /// <summary>Adds P's mass at a loss.</summary>
    internal void Add(double mass, double loss) => Add(mass, loss, (long)Math.Floor(loss / _interval));

    /// <summary>Adds P's mass at a loss that is known to lie in a cell: from <paramref name="cell"/> to the next multiple of the interval.</summary>
    internal void Add(double mass, double loss, long cell)
    {
        var above = Math.Max(0, loss - (cell * _interval)) + (LossSlack * (1 + Math.Abs(loss)));
        var up = Math.Min(1, Elementary.OneMinusExpMinus(above) / _spread);
        var index = cell - _first;
        _spreads[index] += mass * above * Math.Max(0, _interval - above);
        _masses[index] += mass * (1 - up) * (1 + MassSlack);
        _masses[index + 1] += mass * up * (1 + MassSlack);
    }

    /// <summary>The lattice from its first to its last mass, with what was left out counted as failures.</summary>
    internal LossLattice Build(double massAtPlusInfinity, double massAtMinusInfinity)
    {
        var (start, end) = (0, _masses.Length);
        while (end > 1 && _masses[end - 1] == 0)
        {
            end--;
        }

        while (start < end - 1 && _masses[start] == 0)
        {
            start++;
        }

        return new LossLattice(
            _interval,
            _first + start,
            _masses[start..end],
            _spreads[start..end],
            massAtPlusInfinity,
            massAtMinusInfinity
        );
    }
}
