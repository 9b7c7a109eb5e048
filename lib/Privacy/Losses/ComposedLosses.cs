using System.Numerics;
using Federated.Privacy.Numerics;

namespace Federated.Privacy.Losses;

/// <summary>
/// The distribution of the total loss of a <see cref="LossMix"/> above some loss, and from it the smallest ε for a δ. An upper bound: every error
/// has a bound that is added to δ.
/// </summary>
/// <remarks>
/// Composition is convolution, done by one Fourier transform per kind of release. A plain transform has an error near 1e-16 in every cell, and δ is about
/// as small; so the masses are tilted by e^(c·loss) first, which makes losses near ε the most likely ones, and untilted afterwards.
/// </remarks>
internal sealed class ComposedLosses
{
    /// <summary>Share of δ that mass beyond the window's ends may take.</summary>
    private const double LogTiltedTail = -18;

    private const double MostCells = 1 << 23;

    private readonly double _interval;
    private readonly long _lowest; // loss of masses[0], in intervals
    private readonly double[] _masses;
    private readonly double _tilt;
    private readonly double _logScale; // untilted mass = tilted mass · e^(logScale − tilt·loss)
    private readonly double _noise; // bound of the tilted masses' error in the 2-norm
    private readonly double _inflation; // bound of the relative error of the masses that went in

    private ComposedLosses(
        double interval,
        long lowest,
        double[] masses,
        double tilt,
        double logScale,
        double noise,
        double truncated,
        double inflation
    )
    {
        (_interval, _lowest, _masses, _tilt) = (interval, lowest, masses, tilt);
        (_logScale, _noise, Truncated, _inflation) = (logScale, noise, truncated, inflation);
    }

    /// <summary>Mass at or beyond the ends, which is in δ as it is.</summary>
    internal double Truncated { get; }

    /// <summary>Cells that were added up.</summary>
    internal int Cells => _masses.Length;

    /// <summary>Cells that <see cref="Compose"/> would use.</summary>
    internal static double CellsFor(LossMix mix, Saddle saddle, double logDelta) =>
        (Window(mix, saddle, logDelta).Length / mix.Interval) + 4;

    /// <summary>Adds up all losses of a mix.</summary>
    /// <param name="mix">What to add up.</param>
    /// <param name="saddle">Where to look: see <see cref="LossMix.SaddleOf"/>. A poor guess costs accuracy, never safety.</param>
    /// <param name="logDelta">ln δ, for which the window is made long enough.</param>
    private static ComposedLosses Compose(LossMix mix, Saddle saddle, double logDelta)
    {
        var (c, h) = (saddle.Tilt, mix.Interval);
        var (start, length, logTail) = Window(mix, saddle, logDelta);
        var cells = length / h; // not a number where the guess is hopeless
        var size = (int)BitOperations.RoundUpToPowerOf2(cells > 60 ? (uint)Math.Min(Math.Ceiling(cells) + 4, MostCells) : 64);
        var fourier = new FourierTransform(size);
        var (re, im) = (new double[size], new double[size]);
        Array.Fill(re, 1.0);
        var (partRe, partIm) = (new double[size], new double[size]);
        var (logScale, noise, product) = (0.0, 0.0, 2.3 * Math.ScaleB(1, -53)); // √5·u a multiplication

        foreach (var (lattice, count) in mix.Parts)
        {
            var log = lattice.At(c).Value;
            var norm = Tilt(lattice, c, log, partRe);
            Array.Clear(partIm);
            fourier.Forward(partRe, partIm);
            Spectrum.MultiplyByPower(re, im, partRe, partIm, count);
            logScale += log * count;
            noise += count * (fourier.RelativeError + product) * norm;
        }

        fourier.Inverse(re, im);
        var lowest = (long)Math.Floor(start / h);
        var masses = new double[size];
        for (var i = 0; i < size; i++)
        {
            masses[i] = Math.Max(0, re[(lowest + i) & (size - 1)]);
        }

        var truncated = cells <= MostCells ? Math.Exp(logTail) + mix.MassAtPlusInfinity : double.PositiveInfinity; // too long a window: no bound
        noise += fourier.RelativeError * (1 + noise);
        return new ComposedLosses(h, lowest, masses, c, logScale, noise, truncated, Math.Exp(mix.Count * LatticeBuilder.MassSlack * 4) - 1);
    }

    /// <summary>The smallest ε for a δ, in a window that is moved down until it holds that ε.</summary>
    internal static (FoundEpsilon Found, ComposedLosses Composed) Find(LossMix mix, Saddle saddle, double delta)
    {
        for (var turn = 0; ; turn++)
        {
            var composed = Compose(mix, saddle, Math.Log(delta));
            var found = composed.EpsilonAt(delta);
            if (!found.IsBelowWindow || turn == 40)
            {
                return (found, composed);
            }

            // First the window alone, which costs nothing but its length; where the guess was hopeless (losses of few values), the tilt too.
            saddle =
                turn < 4
                    ? saddle with
                    {
                        Epsilon = saddle.Epsilon - (Math.ScaleB(1, turn) * saddle.Deviation),
                    }
                    : mix.SaddleAt(found.Epsilon - (Math.ScaleB(1.0 / 64, turn - 4) * composed.Cells * mix.Interval), saddle.Tilt / 8);
        }
    }

    /// <summary>The smallest ε at which all that may fail is at most δ.</summary>
    internal FoundEpsilon EpsilonAt(double delta)
    {
        // From the top down, at each lattice point l: divergence = Σ m(l')·(1 − e^(l − l')) over l' > l, all terms positive.
        var (divergence, discounted) = (0.0, 0.0); // discounted: Σ m(l')·e^(l − l') over l' ≥ l
        var (step, spread) = (Math.Exp(-_interval), Elementary.OneMinusExpMinus(_interval));
        var mass = 0.0;
        for (var i = _masses.Length - 1; i >= 0; i--)
        {
            var loss = (_lowest + i) * _interval;
            var (before, above, massAbove) = (divergence, discounted, mass);
            divergence += spread * above;
            mass = _masses[i] * Math.Exp(_logScale - (_tilt * loss));
            discounted = mass + (step * above);
            var rounding = RoundingAt(loss, divergence);
            if (divergence + rounding + Truncated <= delta)
            {
                if (loss <= 0)
                {
                    return new FoundEpsilon(0, rounding, (mass + massAbove) / (2 * _interval * discounted), false);
                }

                continue;
            }

            if (i == _masses.Length - 1)
            {
                return new FoundEpsilon(double.PositiveInfinity, rounding, double.PositiveInfinity, false);
            }

            // Between two points the divergence is linear in e^ε; rounding as at the lower one, where it is larger.
            var room = (delta - Truncated - rounding - before) / above;
            var epsilon = loss + _interval + (room > 0 ? Elementary.LogOnePlus(-Math.Min(room, spread)) : 0); // so that NaN takes the safe end
            return new FoundEpsilon(Math.Max(0, epsilon), rounding, (mass + massAbove) / (2 * _interval * above), false);
        }

        return new FoundEpsilon(Math.Max(0, _lowest * _interval), RoundingAt(_lowest * _interval, divergence), 0, true);
    }

    /// <summary>
    /// Bound of what rounding may have taken from the divergence at a loss: the masses' relative error, and by Cauchy and Schwarz the transform's error
    /// against the weights e^(logScale − c·l) of all losses above.
    /// </summary>
    private double RoundingAt(double loss, double divergence) =>
        (divergence * _inflation)
        + (_noise * Math.Exp(_logScale - (_tilt * loss)) / Math.Sqrt(Elementary.OneMinusExpMinus(2 * _tilt * _interval)));

    /// <summary>
    /// Where the window starts, how long it is, and ln of the mass above it. Transforms are cyclic: what lies below comes back at the top, lighter by
    /// e^(−c·length); what lies above comes back at the bottom. Either only adds.
    /// </summary>
    private static (double Start, double Length, double LogTail) Window(LossMix mix, Saddle saddle, double logDelta)
    {
        var (c, epsilon, deviation, _) = saddle;
        var start = epsilon - deviation - (4 * mix.Interval);
        var at = mix.At(c).Value;
        var (top, logTail) = (double.PositiveInfinity, 0.0);
        for (var k = -4; k <= 5; k++)
        {
            // Chernoff on the tilted losses: P[loss > top] ≤ e^(K(c + λ) − K(c) − λ·top).
            var lambda = Math.ScaleB(1.5, k) / Math.Max(deviation, mix.Interval);
            var rise = mix.At(c + lambda).Value - at;
            var candidate = (rise - LogTiltedTail) / lambda;
            (top, logTail) = candidate < top ? (candidate, LogTiltedTail + at - (c * candidate)) : (top, logTail);
        }

        var aliasing = (20 - logDelta) / c;
        return (start, Math.Max(top - start, aliasing), logTail);
    }

    /// <summary>Wraps e^(c·loss)·mass / e^log onto a cycle; returns the 2-norm.</summary>
    private static double Tilt(LossLattice lattice, double c, double log, Span<double> cycle)
    {
        cycle.Clear();
        for (var i = 0; i < lattice.Masses.Length; i++)
        {
            var loss = (lattice.First + i) * lattice.Interval;
            cycle[(int)((lattice.First + i) & (cycle.Length - 1))] += lattice.Masses[i] * Math.Exp((c * loss) - log);
        }

        var square = 0.0;
        foreach (var mass in cycle)
        {
            square += mass * mass;
        }

        return Math.Sqrt(square);
    }
}

/// <summary>An ε that was found.</summary>
/// <param name="Epsilon">The smallest at which all that may fail is at most δ; infinite if none is.</param>
/// <param name="Rounding">The part of δ that pays for rounding.</param>
/// <param name="Sharpness">Density of the loss at ε over the slope of δ there: 1 plus the rate at which the density falls.</param>
/// <param name="IsBelowWindow">True if the window did not reach down to ε: then this is a bound, but not the smallest.</param>
internal readonly record struct FoundEpsilon(double Epsilon, double Rounding, double Sharpness, bool IsBelowWindow);
