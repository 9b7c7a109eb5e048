namespace Federated.Privacy.Losses;

/// <summary>Independent releases on one lattice, each with its count: what a composition is made of, before it is added up.</summary>
internal sealed class LossMix
{
    private const double MostLogTilt = 36;

    private readonly (LossLattice Lattice, long Count)[] _parts;

    /// <param name="parts">All on one interval; at least one.</param>
    internal LossMix(IEnumerable<(LossLattice Lattice, long Count)> parts)
    {
        _parts = [.. parts];
        Interval = _parts[0].Lattice.Interval;
    }

    /// <summary>Lattices and counts.</summary>
    internal ReadOnlySpan<(LossLattice Lattice, long Count)> Parts => _parts;

    /// <summary>Distance of two losses.</summary>
    internal double Interval { get; }

    /// <summary>Releases in all.</summary>
    internal double Count => _parts.Sum(part => (double)part.Count);

    /// <summary>Bound of the probability that any release has loss +∞.</summary>
    internal double MassAtPlusInfinity => _parts.Sum(part => part.Count * part.Lattice.MassAtPlusInfinity);

    /// <summary>The mix seen from the other direction.</summary>
    internal LossMix Reversed() => new(_parts.Select(part => (part.Lattice.Reversed(), part.Count)));

    /// <summary>Logarithmic moment function of the total loss.</summary>
    internal Cumulants At(double c)
    {
        var sum = default(Cumulants);
        foreach (var (lattice, count) in _parts)
        {
            sum += lattice.At(c) * count;
        }

        return sum;
    }

    /// <summary>Where losses near ε(δ) are, by the saddle-point approximation δ ≈ exp(K(c) − c·ε) / (c(c + 1)·√(2π·K″(c))), ε = K′(c).</summary>
    internal Saddle SaddleOf(double logDelta)
    {
        var (low, high) = (-12.0, MostLogTilt);
        for (var i = 0; i < 48 && high - low > 1e-2; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = LogDeltaAt(Math.Exp(middle)) > logDelta ? (middle, high) : (low, middle);
        }

        var c = Math.Exp(high);
        var at = At(c);
        return new Saddle(c, at.Mean, Math.Sqrt(at.Variance), at.Spread);
    }

    /// <summary>The tilt under which losses near a given one are typical: K′(c) = ε.</summary>
    /// <param name="epsilon">That loss.</param>
    /// <param name="leastTilt">
    /// Where ε lies below the mean loss the best tilt is 0, and the window endless: a larger one costs a little more rounding, which is bounded all the same.
    /// </param>
    internal Saddle SaddleAt(double epsilon, double leastTilt)
    {
        var (low, high) = (Math.Log(leastTilt), MostLogTilt);
        for (var i = 0; i < 48 && high - low > 1e-2; i++)
        {
            var middle = (low + high) / 2;
            (low, high) = At(Math.Exp(middle)).Mean < epsilon ? (middle, high) : (low, middle);
        }

        var c = Math.Exp(high);
        var at = At(c);
        return new Saddle(c, epsilon, Math.Sqrt(at.Variance), at.Spread);
    }

    private double LogDeltaAt(double c)
    {
        var at = At(c);
        return at.Value
            - (c * at.Mean)
            - Math.Log(c * (c + 1))
            - (0.5 * Math.Log(2 * Math.PI * Math.Max(at.Variance, Interval * Interval / 100)));
    }
}

/// <summary>A guess of where the answer lies. It steers accuracy and cost; no bound rests on it.</summary>
/// <param name="Tilt">The c at which e^(c·loss) makes losses near ε typical.</param>
/// <param name="Epsilon">The guessed ε.</param>
/// <param name="Deviation">Standard deviation of the tilted loss.</param>
/// <param name="Spread">Its variance that discretization added. </param>
internal readonly record struct Saddle(double Tilt, double Epsilon, double Deviation, double Spread);
