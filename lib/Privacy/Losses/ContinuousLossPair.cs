using Federated.Privacy.Numerics;

namespace Federated.Privacy.Losses;

/// <summary>A pair with densities: mixtures of Gaussians whose loss rises with x.</summary>
internal abstract class ContinuousLossPair : LossPair
{
    /// <summary>Standard deviation of every component.</summary>
    protected abstract double Sigma { get; }

    /// <summary>Mean of Q's lowest and P's highest component.</summary>
    protected abstract (double Lowest, double Highest) Means { get; }

    /// <summary>ln P/Q at x.</summary>
    internal abstract double Loss(double x);

    /// <summary>The x with this loss, or ±∞ where none is as low or as high.</summary>
    internal abstract double PointOf(double loss);

    /// <summary>ln of P's density at x, given the loss there.</summary>
    internal abstract double LogDensity(double x, double loss);

    /// <summary>
    /// Where e^((α−1)·loss) times P's density is not negligible, and a step for the trapezoid rule: short against σ, and against πσ², the distance of the
    /// logarithm's singularities from the real line.
    /// </summary>
    internal (double Low, double High, double Step) Span(double order) =>
        (Means.Lowest - (14 * Sigma), (order * Means.Highest) + (14 * Sigma), Math.Min(Sigma / 8, Sigma * Sigma / 4));

    /// <inheritdoc/>
    internal override (double Least, double Most) Range(double tail)
    {
        var (low, high) = Ends(tail);
        return (Loss(low), Loss(high));
    }

    /// <inheritdoc/>
    internal override LossLattice OnLattice(double interval, double tail)
    {
        var (low, high) = Ends(tail);
        var builder = new LatticeBuilder(interval, Loss(low), Loss(high));
        var left = low;
        for (var cell = (long)Math.Floor(Loss(low) / interval); left < high; cell++)
        {
            var right = Math.Min(high, PointOf((cell + 1) * interval));
            if (right > left)
            {
                AddCell(builder, cell, left, right);
                left = right;
            }
        }

        // Either end may have lost that much of P and of Q; what both lost is counted as if it were apart, which only adds to a divergence.
        return builder.Build(2 * tail, 2 * tail);
    }

    /// <summary>Adds P's mass between two points whose losses lie in one cell, by quadrature on panels short against all that bends the density.</summary>
    private void AddCell(LatticeBuilder builder, long cell, double left, double right)
    {
        var longest = 0.1 * Math.Min(Sigma, 2 * Sigma * Sigma);
        var panels = Math.Max(1, (int)Math.Ceiling((right - left) / longest));
        var half = (right - left) / (2 * panels);
        var (nodes, weights) = (GaussLegendre.Four.Nodes, GaussLegendre.Four.Weights);
        for (var panel = 0; panel < panels; panel++)
        {
            var middle = left + (((2 * panel) + 1) * half);
            for (var k = 0; k < nodes.Length; k++)
            {
                var x = middle + (half * nodes[k]);
                var loss = Loss(x);
                builder.Add(weights[k] * half * Math.Exp(LogDensity(x, loss)), loss, cell);
            }
        }
    }

    private (double Low, double High) Ends(double tail)
    {
        var reach = Sigma * NormalDistribution.UpperQuantile(Math.Log(tail));
        return (Means.Lowest - reach, Means.Highest + reach);
    }
}

/// <summary>N(1, σ²) against N(0, σ²): everybody takes part.</summary>
internal sealed class GaussianLossPair(double sigma) : ContinuousLossPair
{
    private readonly double _logScale = Math.Log(sigma);

    /// <inheritdoc/>
    internal override bool IsSymmetric => true;

    /// <inheritdoc/>
    protected override double Sigma => sigma;

    /// <inheritdoc/>
    protected override (double Lowest, double Highest) Means => (0, 1);

    /// <inheritdoc/>
    internal override double Loss(double x) => (x - 0.5) / (sigma * sigma);

    /// <inheritdoc/>
    internal override double PointOf(double loss) => (loss * sigma * sigma) + 0.5;

    /// <inheritdoc/>
    internal override double LogDensity(double x, double loss) => NormalDistribution.LogDensity((x - 1) / sigma) - _logScale;
}

/// <summary>(1 − q)·N(0, σ²) + q·N(1, σ²) against N(0, σ²): removing one patient of a Poisson-sampled sum.</summary>
internal sealed class SampledGaussianLossPair(double sigma, double rate) : ContinuousLossPair
{
    private readonly double _logOut = Elementary.LogOnePlus(-rate);
    private readonly double _logIn = Math.Log(rate);
    private readonly double _logScale = Math.Log(sigma);

    /// <inheritdoc/>
    internal override bool IsSymmetric => false;

    /// <inheritdoc/>
    protected override double Sigma => sigma;

    /// <inheritdoc/>
    protected override (double Lowest, double Highest) Means => (0, 1);

    /// <inheritdoc/>
    internal override double Loss(double x) => Elementary.LogAdd(_logOut, _logIn + ((x - 0.5) / (sigma * sigma)));

    /// <inheritdoc/>
    internal override double PointOf(double loss) =>
        loss <= _logOut
            ? double.NegativeInfinity
            : (sigma * sigma * (loss + Math.Log(Elementary.OneMinusExpMinus(loss - _logOut)) - _logIn)) + 0.5;

    /// <inheritdoc/>
    internal override double LogDensity(double x, double loss) => NormalDistribution.LogDensity(x / sigma) - _logScale + loss;
}

/// <summary>(1 − q)·N(0, σ²) + q·N(1, σ²) against (1 − q)·N(0, σ²) + q·N(−1, σ²): exchanging one patient of a Poisson-sampled sum.</summary>
internal sealed class ReplacedGaussianLossPair(double sigma, double rate) : ContinuousLossPair
{
    private readonly double _logOut = Elementary.LogOnePlus(-rate);
    private readonly double _logIn = Math.Log(rate);
    private readonly double _logScale = Math.Log(sigma);

    /// <inheritdoc/>
    internal override bool IsSymmetric => true;

    /// <inheritdoc/>
    protected override double Sigma => sigma;

    /// <inheritdoc/>
    protected override (double Lowest, double Highest) Means => (-1, 1);

    /// <inheritdoc/>
    internal override double Loss(double x) => Side(x) - Side(-x);

    /// <inheritdoc/>
    internal override double PointOf(double loss)
    {
        if (loss < 0)
        {
            return -PointOf(-loss); // the loss is odd in x
        }

        // With E = e^(x/σ²), y = e^loss and k = q·e^(−1/(2σ²)): k·E² = (1−q)(y−1)·E + y·k, whose positive root adds positive terms only.
        var linear = _logOut + loss + Math.Log(Elementary.OneMinusExpMinus(loss));
        var constant = Math.Log(2) + _logIn - (0.5 / (sigma * sigma)) + (loss / 2);
        var root = Elementary.LogAdd(linear, 0.5 * Elementary.LogAdd(2 * linear, 2 * constant));
        return (sigma * sigma * (root - Math.Log(2) - _logIn)) + 0.5;
    }

    /// <inheritdoc/>
    internal override double LogDensity(double x, double loss) => NormalDistribution.LogDensity(x / sigma) - _logScale + Side(x);

    /// <summary>ln of ((1 − q)·φ(x) + q·φ(x − 1)) / φ(x), scaled by σ.</summary>
    private double Side(double x) => Elementary.LogAdd(_logOut, _logIn + ((x - 0.5) / (sigma * sigma)));
}
