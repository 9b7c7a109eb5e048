using System.Collections.Immutable;
using Federated.Privacy.Events;

namespace Federated.Privacy.Accountants;

/// <summary>
/// Rényi differential privacy: sums divergences at fixed orders, and turns the sum into ε. Looser than <see cref="PldAccountant"/> and made of entirely
/// different arithmetic, so that each checks the other.
/// </summary>
/// <remarks>Mironov 2017; conversion of Canonne, Kamath, Steinke 2020, arXiv:2004.00010, proposition 12. Pure; thread-safe.</remarks>
public sealed class RdpAccountant
{
    /// <param name="orders">Orders α above 1; more and finer ones only tighten the bound.</param>
    /// <exception cref="ArgumentException">No order, or one that is at most 1.</exception>
    public RdpAccountant(ImmutableArray<double> orders)
    {
        if (orders.IsDefaultOrEmpty || !orders.All(order => order > 1 && order <= 100_000))
        {
            throw new ArgumentException("Orders of Rényi divergence lie above 1, and there must be one; use 2 to 256.", nameof(orders));
        }

        Orders = orders;
    }

    /// <summary>The orders of the design: 2 to 256, 320, 384, 512, 768, 1024.</summary>
    public static RdpAccountant Default { get; } =
        new([.. Enumerable.Range(2, 255).Select(order => (double)order), 320, 384, 512, 768, 1024]);

    /// <summary>Orders at which divergences are known.</summary>
    public ImmutableArray<double> Orders { get; }

    /// <summary>Why an event cannot be counted, or null.</summary>
    public static string? Fault(PrivacyEvent @event, NeighbouringRelation relation = NeighbouringRelation.AddOrRemoveOne) =>
        @event.Parts.Select(part => FaultOf(part.Event, relation)).FirstOrDefault(fault => fault is not null);

    /// <summary>The bound at a δ.</summary>
    /// <exception cref="ArgumentException"><see cref="Fault"/> has something to say.</exception>
    public RdpBound Bound(PrivacyEvent @event, Delta delta, NeighbouringRelation relation = NeighbouringRelation.AddOrRemoveOne)
    {
        return BoundOf(Divergences(@event, relation), delta);
    }

    /// <summary>The bound at a δ of releases whose divergences are known, such as many times one event's.</summary>
    /// <param name="divergences">Total, at each of <see cref="Orders"/>.</param>
    /// <param name="delta">δ.</param>
    public RdpBound BoundOf(ImmutableArray<double> divergences, Delta delta)
    {
        var (best, bestOrder) = (double.PositiveInfinity, Orders[0]);
        for (var i = 0; i < divergences.Length; i++)
        {
            var order = Orders[i];
            var epsilon = divergences[i] + Math.Log(1 - (1 / order)) - ((Math.Log(delta.Value) + Math.Log(order)) / (order - 1));
            if (epsilon < best)
            {
                (best, bestOrder) = (epsilon, order);
            }
        }

        return new RdpBound(new Epsilon(Math.Max(0, best)), bestOrder);
    }

    /// <summary>Total divergence at each of <see cref="Orders"/>.</summary>
    /// <exception cref="ArgumentException"><see cref="Fault"/> has something to say.</exception>
    public ImmutableArray<double> Divergences(PrivacyEvent @event, NeighbouringRelation relation = NeighbouringRelation.AddOrRemoveOne)
    {
        ArgumentNullException.ThrowIfNull(@event);
        if (Fault(@event, relation) is { } fault)
        {
            throw new ArgumentException(fault, nameof(@event));
        }

        var total = new double[Orders.Length];
        foreach (var part in @event.Parts)
        {
            var one = Curve(part.Event, relation == NeighbouringRelation.ReplaceOne);
            for (var i = 0; i < total.Length; i++)
            {
                total[i] += part.Count * one(Orders[i]);
            }
        }

        return [.. total];
    }

    private Func<double, double> Curve(PrivacyEvent @event, bool isReplaced)
    {
        switch (@event)
        {
            case GaussianEvent e:
                return Gaussian(e.NoiseMultiplier, SamplingRate.All, isReplaced);
            case SampledGaussianEvent e:
                return Gaussian(e.NoiseMultiplier, e.SamplingRate, isReplaced);
            case DiscreteGaussianEvent e: // the same bound, arXiv:2004.00010, theorem 4; with sampling by the design's argument, section 3.5
                return Gaussian(e.NoiseMultiplier, e.SamplingRate, isReplaced);
            case DiscreteLaplaceEvent e:
                return order => RenyiDivergence.DiscreteLaplace(order, e.Decay, e.Sensitivity);
            case FixedBatchGaussianEvent e:
                return new FixedBatches(e.NoiseMultiplier.Value / 2, (double)e.Batch / e.Patients, Orders.Max()).At;
            case SumOfDiscreteGaussiansEvent e when e.SamplingRate.IsAll:
                var moved = isReplaced
                    ? new SumOfDiscreteGaussiansEvent(e.Shares, e.SigmaSquared, 2 * e.Sensitivity, e.Dimension, e.SamplingRate)
                    : e;
                return order =>
                    SumOfDiscreteGaussians.Rdp(order, e.Shares, e.SigmaSquared, moved.Sensitivity, moved.L1Sensitivity, e.Dimension);
            case SumOfDiscreteGaussiansEvent e:
                // Masses within e^(±τd) of discrete Gaussian ones, in both distributions: α times in the numerator, α − 1 times below.
                var near = Gaussian(e.NoiseMultiplier, e.SamplingRate, isReplaced);
                var ratio = SumOfDiscreteGaussians.Tau(e.Shares, e.SigmaSquared) * e.Dimension;
                return order => near(order) + (ratio * ((2 * order) - 1) / (order - 1));
            default:
                throw new ArgumentException($"There is no divergence of a {@event.GetType().Name}.", nameof(@event));
        }
    }

    private static Func<double, double> Gaussian(NoiseMultiplier noise, SamplingRate rate, bool isReplaced) =>
        isReplaced
            ? order => RenyiDivergence.ReplacedGaussian(order, noise.Value, rate.Value)
            : order => RenyiDivergence.SampledGaussian(order, noise.Value, rate.Value);

    private static string? FaultOf(PrivacyEvent @event, NeighbouringRelation relation) =>
        (@event, relation) switch
        {
            (FixedBatchGaussianEvent, NeighbouringRelation.AddOrRemoveOne) =>
                "A batch of fixed size is counted for one patient exchanged for another only; ask for replace-one.",
            (DiscreteLaplaceEvent, NeighbouringRelation.ReplaceOne) =>
                "Discrete Laplace noise is counted for one patient more or less only; ask for that relation.",
            _ => null,
        };
}

/// <summary>A bound, and the order that gave it.</summary>
public sealed record RdpBound(Epsilon Epsilon, double Order);
