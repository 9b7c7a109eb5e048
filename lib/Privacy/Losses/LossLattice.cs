namespace Federated.Privacy.Losses;

/// <summary>
/// A pair of distributions (P, Q) whose privacy loss ln P/Q takes only multiples of an interval: mass <c>P[(First + i)·Interval]</c>, and Q's mass is
/// that times e^(−loss). What cannot be on the lattice is counted as a plain failure: at loss +∞ (P alone can produce it), or −∞ (Q alone).
/// </summary>
/// <remarks>A lattice made by <see cref="LatticeBuilder"/> dominates the pair it was made from, in both directions.</remarks>
internal sealed class LossLattice
{
    internal LossLattice(
        double interval,
        long first,
        double[] masses,
        double[] spreads,
        double massAtPlusInfinity,
        double massAtMinusInfinity
    )
    {
        Interval = interval;
        First = first;
        Masses = masses;
        Spreads = spreads;
        MassAtPlusInfinity = massAtPlusInfinity;
        MassAtMinusInfinity = massAtMinusInfinity;
    }

    /// <summary>Distance of two losses, in nats.</summary>
    internal double Interval { get; }

    /// <summary>The lowest loss, in intervals.</summary>
    internal long First { get; }

    /// <summary>The highest loss, in intervals.</summary>
    internal long Last => First + Masses.Length - 1;

    /// <summary>P's masses, from the lowest loss up.</summary>
    internal double[] Masses { get; }

    /// <summary>Variance that the lattice added to the loss, times mass, at each loss: it tells how much finer the interval must be.</summary>
    internal double[] Spreads { get; }

    /// <summary>P's mass at loss +∞: it goes into δ as it is.</summary>
    internal double MassAtPlusInfinity { get; }

    /// <summary>Q's mass at loss −∞.</summary>
    internal double MassAtMinusInfinity { get; }

    /// <summary>The pair (Q, P): what bounds adding a patient where this bounds removing one.</summary>
    internal LossLattice Reversed()
    {
        var (masses, spreads) = (new double[Masses.Length], new double[Masses.Length]);
        for (var i = 0; i < masses.Length; i++)
        {
            var ratio = Math.Exp(-(First + i) * Interval);
            masses[^(i + 1)] = Masses[i] * ratio;
            spreads[^(i + 1)] = Spreads[i] * ratio;
        }

        return new LossLattice(Interval, -Last, masses, spreads, MassAtMinusInfinity, MassAtPlusInfinity);
    }

    /// <summary>ln E_P[e^(c·loss)] over the finite losses, with its first and second derivative by c.</summary>
    internal Cumulants At(double c)
    {
        // From the highest loss down, relative to it, so that nothing overflows; what underflows is e^(−700) of the rest.
        var ratio = Math.Exp(-c * Interval);
        var (weight, sum, first, second, spread) = (1.0, 0.0, 0.0, 0.0, 0.0);
        for (var i = Masses.Length - 1; i >= 0 && weight > 0; i--)
        {
            var below = Masses.Length - 1 - i;
            var term = Masses[i] * weight;
            sum += term;
            first += term * below;
            second += term * below * below;
            spread += Spreads[i] * weight;
            weight *= ratio;
        }

        var mean = first / sum;
        return new Cumulants(
            (c * Last * Interval) + Math.Log(sum),
            (Last - mean) * Interval,
            Math.Max(0, (second / sum) - (mean * mean)) * Interval * Interval,
            spread / sum
        );
    }
}

/// <summary>Value, first and second derivative of a logarithmic moment function; and how much of the variance the lattice added.</summary>
internal readonly record struct Cumulants(double Value, double Mean, double Variance, double Spread)
{
    /// <summary>Those of a sum of independent variables.</summary>
    public static Cumulants operator +(Cumulants a, Cumulants b) =>
        new(a.Value + b.Value, a.Mean + b.Mean, a.Variance + b.Variance, a.Spread + b.Spread);

    /// <summary>Those of as many independent copies.</summary>
    public static Cumulants operator *(Cumulants a, double count) =>
        new(a.Value * count, a.Mean * count, a.Variance * count, a.Spread * count);
}
