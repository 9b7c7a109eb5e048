using Federated.Privacy.Events;
using Federated.Privacy.Losses;

namespace Federated.Privacy.Accountants;

/// <summary>
/// The accountant that decides: privacy loss distributions, discretized so that they dominate, composed by Fourier transform. Its ε is never below the true
/// one, and at most 0.1 % above.
/// </summary>
/// <remarks>
/// Sommer, Meiser, Mohammadi 2019; Koskela, Jälkö, Honkela 2020; discretization as in <see cref="LatticeBuilder"/>. The interval is chosen from the
/// expected ε: its error in ε is about (c + 1)/2 times the variance that the lattice
/// adds to the loss, c being the tilt. Pure; thread-safe.
/// </remarks>
public static class PldAccountant
{
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

        var search = new LossSearch(pairs, delta);
        var removing = search.Bound(isReversed: false, enough: 0);
        if (pairs.All(pair => pair.Pair.IsSymmetric))
        {
            return removing;
        }

        var adding = search.Bound(isReversed: true, enough: removing.Epsilon.Value);
        return adding.Epsilon > removing.Epsilon ? adding : removing;
    }
}

/// <summary>A bound, and what it cost to be one.</summary>
/// <param name="Epsilon">Never below the true ε at the δ asked for.</param>
/// <param name="Truncation">Part of δ that pays for mass beyond the ends of the distributions.</param>
/// <param name="Rounding">Part of δ that pays for floating-point errors, of the transform above all.</param>
/// <param name="Interval">Distance of two losses; 0 where the bound is a closed form. The error of discretization is inside ε.</param>
/// <param name="Cells">Losses in the transform; 0 for a closed form.</param>
public sealed record PldBound(Epsilon Epsilon, double Truncation, double Rounding, double Interval, int Cells);
