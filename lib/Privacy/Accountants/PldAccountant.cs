using Federated.Privacy.Events;
using Federated.Privacy.Losses;

namespace Federated.Privacy.Accountants;

/// <summary>
/// The accountant that decides: privacy loss distributions, discretized so that they dominate, composed by Fourier transform. Its ε is never below the true
/// one, and at most 0.1 % above.
/// </summary>
/// <remarks>
/// Sommer, Meiser, Mohammadi 2019; Koskela, Jälkö, Honkela 2020; discretization as in <see cref="LatticeBuilder"/>. The interval is chosen from the
/// expected ε: its error is T·h²·(c + 1)/12 in ε, c being the tilt. Pure; thread-safe.
/// </remarks>
public static class PldAccountant
{
    private const double RelativeAim = 1.2e-4;
    private const double AbsoluteAim = 3e-7;
    private const int MostLatticeCells = 1 << 21;
    private const int MostWindowCells = 1 << 22;

    /// <summary>Why an event cannot be counted, or null.</summary>
    public static string? Fault(PrivacyEvent @event, NeighbouringRelation relation = NeighbouringRelation.AddOrRemoveOne) =>
        ReleaseLosses.Fault(@event, relation);

    /// <summary>The bound at a δ.</summary>
    /// <param name="event">What was released, all of it.</param>
    /// <param name="delta">Probability of failure.</param>
    /// <param name="relation">Which data sets are neighbours.</param>
    /// <exception cref="ArgumentException"><see cref="Fault"/> has something to say.</exception>
    public static PldBound Bound(PrivacyEvent @event, Delta delta, NeighbouringRelation relation = NeighbouringRelation.AddOrRemoveOne)
    {
        ArgumentNullException.ThrowIfNull(@event);
        if (Fault(@event, relation) is { } fault)
        {
            throw new ArgumentException(fault, nameof(@event));
        }

        var losses = ReleaseLosses.Of(@event, relation);
        var reduced = delta.Value / Math.Exp(losses.LogShift);
        if (Delta.Fault(reduced) is not null)
        {
            return new PldBound(Epsilon.Unbounded, 0, 0, 0, 0);
        }

        var bound = losses.Pairs.Count == 0 ? WithoutSampling(losses, new Delta(reduced)) : Composed(losses, reduced);
        return bound with { Epsilon = new Epsilon(bound.Epsilon.Value + (2 * losses.LogShift)) };
    }

    private static PldBound WithoutSampling(ReleaseLosses losses, Delta delta) =>
        losses.GaussianMuSquared == 0
            ? new PldBound(Epsilon.Zero, 0, 0, 0, 0)
            : new PldBound(AnalyticGaussian.Epsilon(Math.Sqrt(losses.GaussianMuSquared), delta), 0, 0, 0, 0);

    private static PldBound Composed(ReleaseLosses losses, double delta)
    {
        List<(LossPair Pair, long Count)> pairs = [.. losses.Pairs];
        if (losses.GaussianMuSquared > 0)
        {
            pairs.Add((new GaussianLossPair(1 / Math.Sqrt(losses.GaussianMuSquared)), 1));
        }

        var count = pairs.Sum(pair => (double)pair.Count);
        var tail = Math.Max(1e-305, delta * 1e-9 / count);
        var ranges = pairs.Select(pair => pair.Pair.Range(tail)).Select(range => range.Most - range.Least).ToArray();
        var finest = Math.Max(ranges.Max() / MostLatticeCells, 1e-11);
        var interval = Math.Max(finest, ranges.Min() / 300);
        var direction = LossesAt(interval);
        for (var i = 0; i < 8; i++)
        {
            var wanted = Math.Max(finest, direction.Min(side => side.Interval(count, delta)));
            if (interval <= wanted * 1.25 && interval * 4 >= wanted)
            {
                break;
            }

            interval = wanted;
            direction = LossesAt(interval);
        }

        return direction.Select(side => side.Bound(delta)).MaxBy(bound => bound.Epsilon.Value)!;

        List<Direction> LossesAt(double h)
        {
            var mix = new LossMix(pairs.Select(pair => (pair.Pair.OnLattice(h, tail), pair.Count)));
            return pairs.All(pair => pair.Pair.IsSymmetric) ? [new Direction(mix, delta)] : [new(mix, delta), new(mix.Reversed(), delta)];
        }
    }

    /// <summary>Removing or adding a patient: one order of the two distributions.</summary>
    private sealed class Direction(LossMix mix, double delta)
    {
        private readonly (double Tilt, double Epsilon, double Deviation) _saddle = mix.Saddle(Math.Log(delta));

        /// <summary>The interval at which discretization costs about the aim.</summary>
        internal double Interval(double count, double d)
        {
            var aim = AbsoluteAim + (RelativeAim * Math.Max(0, _saddle.Epsilon));
            var wanted = Math.Sqrt(12 * aim / (count * (_saddle.Tilt + 1)));
            var cells = ComposedLosses.CellsFor(mix, _saddle, Math.Log(d)) * mix.Interval / wanted;
            return cells > MostWindowCells ? wanted * cells / MostWindowCells : wanted;
        }

        /// <summary>ε and what is in δ besides the divergence.</summary>
        internal PldBound Bound(double d)
        {
            for (var below = 1.0; ; below *= 4)
            {
                var composed = ComposedLosses.Compose(mix, _saddle, Math.Log(d), below);
                var (epsilon, rounding, isBelowWindow) = composed.EpsilonAt(d);
                if (!isBelowWindow || below > 100)
                {
                    return new PldBound(new Epsilon(epsilon), composed.Truncated, rounding, mix.Interval, composed.Cells);
                }
            }
        }
    }
}

/// <summary>A bound, and what it cost to be one.</summary>
/// <param name="Epsilon">Never below the true ε at the δ asked for.</param>
/// <param name="Truncation">Part of δ that pays for mass beyond the ends of the distributions.</param>
/// <param name="Rounding">Part of δ that pays for floating-point errors, of the transform above all.</param>
/// <param name="Interval">Distance of two losses; 0 where the bound is a closed form. The error of discretization is inside ε.</param>
/// <param name="Cells">Losses in the transform; 0 for a closed form.</param>
public sealed record PldBound(Epsilon Epsilon, double Truncation, double Rounding, double Interval, int Cells);
