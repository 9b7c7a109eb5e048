using Federated.Privacy.Losses;
using Federated.Privacy.Numerics;

namespace Federated.Privacy.Accountants;

/// <summary>Rényi divergences of one release, in nats, at orders above 1.</summary>
public static class RenyiDivergence
{
    private const int MostPoints = 100_000;

    /// <summary>Gaussian noise without sampling: α/(2σ²).</summary>
    public static double Gaussian(double order, double sigma) => order / (2 * sigma * sigma);

    /// <summary>Poisson-sampled Gaussian noise, one patient removed or added.</summary>
    /// <param name="order">α above 1. Whole orders have a closed form, others take an integral.</param>
    /// <param name="sigma">Noise multiplier.</param>
    /// <param name="rate">Sampling rate q.</param>
    /// <remarks>Mironov, Talwar, Zhang 2019, arXiv:1908.10530, theorem 4 and section 3.3: removing is the larger of both.</remarks>
    public static double SampledGaussian(double order, double sigma, double rate)
    {
        if (rate == 1)
        {
            return Gaussian(order, sigma);
        }

        var pair = new SampledGaussianLossPair(sigma, rate);
        return order == Math.Floor(order)
            ? SampledGaussianOfWholeOrder((int)order, sigma, rate)
            : Math.Min(Gaussian(order, sigma), LogMoment(pair, order) / (order - 1));
    }

    /// <summary>Poisson-sampled Gaussian noise, one patient exchanged for another; the noise multiplier is relative to the clipping norm.</summary>
    public static double ReplacedGaussian(double order, double sigma, double rate)
    {
        // Divergences of mixtures with equal weights are at most those of their parts (joint quasi-convexity).
        var unsampled = Gaussian(order, sigma / 2);
        return rate == 1 ? unsampled : Math.Min(unsampled, LogMoment(new ReplacedGaussianLossPair(sigma, rate), order) / (order - 1));
    }

    /// <summary>Discrete Laplace noise of decay a on an integer that one patient moves by <paramref name="sensitivity"/>.</summary>
    public static double DiscreteLaplace(double order, double decay, int sensitivity)
    {
        // Σ P^α·Q^(1−α): geometric tails on both sides, and the points between.
        var tail = -Elementary.LogOnePlus(Math.Exp(-decay));
        var sum = Elementary.LogAdd(tail - (decay * order * sensitivity), tail + (decay * (order - 1) * sensitivity));
        var scale = Math.Log(Math.Tanh(decay / 2));
        for (var x = 1; x < sensitivity; x++)
        {
            sum = Elementary.LogAdd(sum, scale - (decay * order * (sensitivity - x)) + (decay * (order - 1) * x));
        }

        return Math.Max(0, sum) / (order - 1);
    }

    /// <summary>(1/(α−1))·ln Σ C(α,j)(1−q)^(α−j)·q^j·e^(j(j−1)/2σ²), less the binomial sum, which is 1: so small divergences keep their digits.</summary>
    private static double SampledGaussianOfWholeOrder(int order, double sigma, double rate)
    {
        var (logIn, logOut) = (Math.Log(rate), Elementary.LogOnePlus(-rate));
        var (logBinomial, logExcess) = (Math.Log(order), double.NegativeInfinity);
        for (var j = 2; j <= order; j++)
        {
            logBinomial += Math.Log((order - j + 1.0) / j);
            var exponent = j * (j - 1.0) / (2 * sigma * sigma);
            var logGain = exponent + Math.Log(Elementary.OneMinusExpMinus(exponent));
            logExcess = Elementary.LogAdd(logExcess, logBinomial + ((order - j) * logOut) + (j * logIn) + logGain);
        }

        return Elementary.LogAdd(0, logExcess) / (order - 1);
    }

    /// <summary>
    /// ln E_P[e^((α−1)·loss)] by the trapezoid rule, which for analytic integrands on the whole line converges geometrically: with the step chosen, its error is
    /// below that of the exponentials. Infinite, which bounds nothing, where it would take too many points.
    /// </summary>
    private static double LogMoment(ContinuousLossPair pair, double order)
    {
        var (low, high, step) = pair.Span(order);
        var points = (high - low) / step;
        if (!(points <= MostPoints))
        {
            return double.PositiveInfinity;
        }

        var terms = new double[(int)points + 1];
        for (var i = 0; i < terms.Length; i++)
        {
            var x = low + (i * step);
            var loss = pair.Loss(x);
            terms[i] = pair.LogDensity(x, loss) + ((order - 1) * loss);
        }

        return Math.Log(step) + LogSum(terms);
    }

    internal static double LogSum(ReadOnlySpan<double> terms)
    {
        var largest = double.NegativeInfinity;
        foreach (var term in terms)
        {
            largest = Math.Max(largest, term);
        }

        var sum = 0.0;
        foreach (var term in terms)
        {
            sum += Math.Exp(term - largest);
        }

        return largest + Math.Log(sum);
    }
}
