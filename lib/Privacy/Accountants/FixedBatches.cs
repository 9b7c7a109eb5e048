using Federated.Privacy.Numerics;

namespace Federated.Privacy.Accountants;

/// <summary>Rényi divergence of Gaussian noise on a batch of fixed size, drawn without replacement; one patient exchanged for another.</summary>
/// <remarks>
/// Wang, Balle, Kasiviswanathan 2019, arXiv:1808.00087, theorem 27, with the moments of the Gaussian's likelihood ratio computed rather than bounded. Above order
/// <see cref="MostExactOrder"/> the paper's coarser bound is used. Between whole orders (α − 1)·D is interpolated, which is above it because it is convex.
/// </remarks>
internal sealed class FixedBatches
{
    private const int MostExactOrder = 256;

    private readonly double _sigma;
    private readonly double _logRate;
    private readonly double[] _logMoments; // ln E[(p/q − 1)^2k] at k

    /// <param name="sigma">Noise relative to the replace-one sensitivity.</param>
    /// <param name="rate">Batch over patients.</param>
    /// <param name="mostOrder">Largest order that will be asked for.</param>
    internal FixedBatches(double sigma, double rate, double mostOrder)
    {
        (_sigma, _logRate) = (sigma, Math.Log(rate));
        var moments = Math.Min(MostExactOrder, (int)Math.Ceiling(mostOrder)) / 2;
        _logMoments = [.. Enumerable.Range(0, moments + 2).Select(k => LogMoment(2 * k))];
    }

    /// <summary>The divergence.</summary>
    internal double At(double order)
    {
        var (below, above) = (Math.Floor(order), Math.Ceiling(order));
        var interpolated = below == above ? Log(order) : ((above - order) * Log(below)) + ((order - below) * Log(above));
        return Math.Min(RenyiDivergence.Gaussian(order, _sigma), interpolated / (order - 1));
    }

    /// <summary>ln of 1 + Σ γ^j·C(α,j)·(bound of the j-th moment), for a whole α.</summary>
    private double Log(double order)
    {
        var (sum, logBinomial) = (0.0, Math.Log(order));
        for (var j = 2; j <= order; j++)
        {
            logBinomial += Math.Log((order - j + 1) / j);
            sum = Elementary.LogAdd(sum, (j * _logRate) + logBinomial + LogBound(j, order));
        }

        return sum;
    }

    private double LogBound(int j, double order)
    {
        var second = RenyiDivergence.Gaussian(2, _sigma);
        var simple = Math.Log(2) + ((j - 1) * RenyiDivergence.Gaussian(j, _sigma));
        if (j == 2)
        {
            return Math.Min(simple, Math.Log(4) + second + Math.Log(Elementary.OneMinusExpMinus(second)));
        }

        return order > MostExactOrder ? simple : Math.Min(simple, Math.Log(4) + (0.5 * (_logMoments[j / 2] + _logMoments[(j + 1) / 2])));
    }

    /// <summary>ln E[(p/q − 1)^l] over x ~ q = N(0, σ²), p = N(1, σ²), l even: every term is positive, so nothing cancels.</summary>
    private double LogMoment(int l)
    {
        var step = Math.Min(_sigma / 8, _sigma * _sigma / 2);
        var (low, high) = (-14 * _sigma, l + (14 * _sigma));
        var terms = new double[(int)Math.Min(1_000_000, (high - low) / step)];
        for (var i = 0; i < terms.Length; i++)
        {
            var x = low + ((i + 0.5) * step);
            var log = (x - 0.5) / (_sigma * _sigma);
            var distance = Math.Log(Elementary.OneMinusExpMinus(Math.Abs(log))) + Math.Max(0, log); // ln |e^log − 1|
            terms[i] = NormalDistribution.LogDensity(x / _sigma) - Math.Log(_sigma) + (l == 0 ? 0 : l * distance);
        }

        return Math.Log(step) + RenyiDivergence.LogSum(terms);
    }
}
