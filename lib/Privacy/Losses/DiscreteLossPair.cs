using Federated.Privacy.Numerics;

namespace Federated.Privacy.Losses;

/// <summary>
/// Integer noise on an integer that one patient moves by at most a given number. The largest move costs most, because the noise is symmetric and
/// log-concave.
/// </summary>
internal sealed class DiscreteLossPair : LossPair
{
    private readonly Func<long, double> _logMass;
    private readonly Func<double, long> _reach;
    private readonly long _shift;
    private readonly double _logOut;
    private readonly double _logIn;
    private readonly bool _isReplaced;

    private DiscreteLossPair(Func<long, double> logMass, Func<double, long> reach, long shift, double rate, bool isReplaced)
    {
        (_logMass, _reach, _shift, _isReplaced) = (logMass, reach, shift, isReplaced);
        (_logOut, _logIn) = (rate == 1 ? double.NegativeInfinity : Elementary.LogOnePlus(-rate), Math.Log(rate));
        IsSymmetric = rate == 1 || isReplaced;
    }

    /// <inheritdoc/>
    internal override bool IsSymmetric { get; }

    /// <inheritdoc/>
    internal override bool IsDiscrete => true;

    /// <summary>Discrete Gaussian noise.</summary>
    /// <param name="sigmaSquared">Its parameter.</param>
    /// <param name="shift">How far one patient moves the integer.</param>
    /// <param name="rate">Poisson sampling rate.</param>
    /// <param name="isReplaced">True where one patient is exchanged for another, false where one is removed.</param>
    internal static DiscreteLossPair Gaussian(double sigmaSquared, long shift, double rate, bool isReplaced)
    {
        var logNormalizer = Math.Log(DiscreteGaussianMass.Normalizer(sigmaSquared));
        return new DiscreteLossPair(
            x => (-(double)x * x / (2 * sigmaSquared)) - logNormalizer,
            tail => DiscreteGaussianMass.Reach(sigmaSquared, tail),
            shift,
            rate,
            isReplaced
        );
    }

    /// <summary>Discrete Laplace noise: mass tanh(a/2)·e^(−a·|x|).</summary>
    internal static DiscreteLossPair Laplace(double decay, long shift)
    {
        var logScale = Math.Log(Math.Tanh(decay / 2));
        return new DiscreteLossPair(
            x => logScale - (decay * Math.Abs(x)),
            tail => (long)Math.Ceiling(-Math.Log(tail) / decay) + 1,
            shift,
            1,
            isReplaced: false
        );
    }

    /// <inheritdoc/>
    internal override (double Least, double Most) Range(double tail)
    {
        var (low, high) = Ends(tail);
        return (LossAt(low), LossAt(high));
    }

    /// <inheritdoc/>
    internal override LossLattice OnLattice(double interval, double tail)
    {
        var (low, high) = Ends(tail);
        var builder = new LatticeBuilder(interval, LossAt(low), LossAt(high));
        for (var x = low; x <= high; x++)
        {
            builder.Add(Math.Exp(With(x, _shift)), LossAt(x));
        }

        return builder.Build(2 * tail, 2 * tail);
    }

    private double LossAt(long x) => With(x, _shift) - (_isReplaced ? With(x, -_shift) : _logMass(x));

    /// <summary>ln of the mass at x with the patient, who moves the integer by <paramref name="shift"/> when in the batch.</summary>
    private double With(long x, long shift) => Elementary.LogAdd(_logOut + _logMass(x), _logIn + _logMass(x - shift));

    private (long Low, long High) Ends(double tail)
    {
        var reach = _reach(tail);
        return ((_isReplaced ? -_shift : 0) - reach, _shift + reach);
    }
}
