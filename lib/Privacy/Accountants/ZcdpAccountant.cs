using Federated.Privacy.Events;

namespace Federated.Privacy.Accountants;

/// <summary>Zero-concentrated privacy: divergence of every order α at most ρ·α. For releases without sampling.</summary>
/// <remarks>Bun and Steinke 2016, arXiv:1605.02065; conversions of Canonne, Kamath, Steinke 2020, arXiv:2004.00010, proposition 12 and corollary 13.</remarks>
public static class ZcdpAccountant
{
    /// <summary>Why an event cannot be counted, or null.</summary>
    public static string? Fault(PrivacyEvent @event) =>
        @event.Parts.Select(part => FaultOf(part.Event)).FirstOrDefault(fault => fault is not null);

    /// <summary>ρ of an event.</summary>
    /// <exception cref="ArgumentException"><see cref="Fault"/> has something to say.</exception>
    public static double Rho(PrivacyEvent @event, NeighbouringRelation relation = NeighbouringRelation.AddOrRemoveOne)
    {
        ArgumentNullException.ThrowIfNull(@event);
        if (Fault(@event) is { } fault)
        {
            throw new ArgumentException(fault, nameof(@event));
        }

        var move = relation == NeighbouringRelation.ReplaceOne ? 2 : 1;
        return @event.Parts.Sum(part => part.Count * RhoOf(part.Event, move));
    }

    /// <summary>The bound at a δ.</summary>
    public static Epsilon Bound(PrivacyEvent @event, Delta delta, NeighbouringRelation relation = NeighbouringRelation.AddOrRemoveOne) =>
        EpsilonOf(Rho(@event, relation), delta).Epsilon;

    /// <summary>ε of ρ at a δ: least over real α &gt; 1 of ρα + ln(1/(αδ))/(α−1) + ln(1−1/α), and that α.</summary>
    /// <param name="rho">At least 0, finite.</param>
    /// <param name="delta">Probability of failure.</param>
    public static (Epsilon Epsilon, double Order) EpsilonOf(double rho, Delta delta)
    {
        Require.InRange(rho, 0, 1e12, "Rho");
        var logDelta = Math.Log(delta.Value);
        var (value, order) = Least(b => (rho * (1 + b)) + ((-Math.Log(1 + b) - logDelta) / b) + Math.Log(b / (1 + b)));
        return (new Epsilon(Math.Max(0, value)), order);
    }

    /// <summary>ln δ of ρ at an ε: least over real α &gt; 1 of (α−1)(αρ−ε) − ln(α−1) + α·ln(1−1/α), at most 0.</summary>
    /// <param name="rho">At least 0, finite.</param>
    /// <param name="epsilon">Where.</param>
    public static (double LogDelta, double Order) LogDeltaOf(double rho, Epsilon epsilon)
    {
        Require.InRange(rho, 0, 1e12, "Rho");
        var (value, order) = Least(b => (b * (((1 + b) * rho) - epsilon.Value)) - Math.Log(b) + ((1 + b) * Math.Log(b / (1 + b))));
        return (Math.Min(0, value), order);
    }

    /// <summary>
    /// Minimum over b = α − 1 &gt; 0 of a function that falls and then rises in ln b (golden section; any point gives a bound that holds, the best the tightest).
    /// </summary>
    private static (double Value, double Order) Least(Func<double, double> of)
    {
        var ratio = (Math.Sqrt(5) - 1) / 2;
        var (low, high) = (-30.0, 30.0);
        for (var i = 0; i < 120; i++)
        {
            var (left, right) = (high - (ratio * (high - low)), low + (ratio * (high - low)));
            (low, high) = of(Math.Exp(left)) < of(Math.Exp(right)) ? (low, right) : (left, high);
        }

        var b = Math.Exp((low + high) / 2);
        return (of(b), 1 + b);
    }

    private static double RhoOf(PrivacyEvent @event, int move) =>
        @event switch
        {
            SumOfDiscreteGaussiansEvent e => RhoOf(e, move * e.Sensitivity),
            _ => 0.5 * Math.Pow(move / NoiseOf(@event)!.Value, 2),
        };

    private static double RhoOf(SumOfDiscreteGaussiansEvent e, double sensitivity)
    {
        var moved = new SumOfDiscreteGaussiansEvent(e.Shares, e.SigmaSquared, sensitivity, e.Dimension, e.SamplingRate);
        return SumOfDiscreteGaussians.Rho(e.Shares, e.SigmaSquared, moved.Sensitivity, moved.L1Sensitivity, e.Dimension);
    }

    private static double? NoiseOf(PrivacyEvent @event) =>
        @event switch
        {
            GaussianEvent e => e.NoiseMultiplier.Value,
            SampledGaussianEvent { SamplingRate.IsAll: true } e => e.NoiseMultiplier.Value,
            DiscreteGaussianEvent { SamplingRate.IsAll: true } e => e.NoiseMultiplier.Value,
            SumOfDiscreteGaussiansEvent { SamplingRate.IsAll: true } e => e.NoiseMultiplier.Value,
            _ => null,
        };

    private static string? FaultOf(PrivacyEvent @event) =>
        NoiseOf(@event) is null
            ? $"A {@event.GetType().Name} has no useful bound in zero-concentrated privacy (no amplification by sampling, Gaussian noise only); use PLD or RDP."
            : null;
}
