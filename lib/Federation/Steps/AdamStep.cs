using System.Numerics;

namespace Federated.Federation.Steps;

/// <summary>
/// The arithmetic of <see cref="ServerOptimizer.Adam"/>, once for vectors and once for single elements: the same operations in the same order, so that the
/// width of a processor's vectors changes no bit.
/// </summary>
/// <remarks>
/// Kingma, Ba 2015, algorithm 1, uphill: <c>m = β1·m + (1 − β1)·g</c>, <c>v = β2·v + (1 − β2)·(g·g)</c>,
/// <c>x = x + η·(m / (1 − β1^t)) / (√(v / (1 − β2^t)) + ε)</c>. The powers are t multiplications by β, from 1 on: a library's power differs between
/// processors. √ and / are correctly rounded by IEEE 754 (2019, §5.4.1), in vectors too.
/// </remarks>
internal readonly ref struct AdamStep
{
    private readonly UpdateMean _mean;
    private readonly double _rate;
    private readonly double _epsilon;
    private readonly (double Decay, double Fresh, double Bias) _first;
    private readonly (double Decay, double Fresh, double Bias) _second;

    /// <param name="mean">How the round's sum becomes g.</param>
    /// <param name="optimizer">β1, β2, ε, η.</param>
    /// <param name="round">t, the number of this step: 1 for the first.</param>
    internal AdamStep(UpdateMean mean, ServerOptimizer.Adam optimizer, RoundNumber round)
    {
        _mean = mean;
        _rate = optimizer.LearningRate;
        _epsilon = optimizer.Epsilon;
        _first = (optimizer.Beta1, 1 - optimizer.Beta1, 1 - Power(optimizer.Beta1, round.Value));
        _second = (optimizer.Beta2, 1 - optimizer.Beta2, 1 - Power(optimizer.Beta2, round.Value));
    }

    /// <summary>Takes the step of all elements. All shapes are [d].</summary>
    /// <param name="parameters">Before the step.</param>
    /// <param name="sum">The round's sum.</param>
    /// <param name="firstBefore">m before the step; empty for zeros.</param>
    /// <param name="secondBefore">v before the step; empty for zeros.</param>
    /// <param name="next">Gets the parameters.</param>
    /// <param name="first">Gets m.</param>
    /// <param name="second">Gets v.</param>
    internal void Take(
        ReadOnlySpan<float> parameters,
        ReadOnlySpan<long> sum,
        ReadOnlySpan<double> firstBefore,
        ReadOnlySpan<double> secondBefore,
        Span<float> next,
        Span<double> first,
        Span<double> second
    )
    {
        var i = 0;
        for (; i <= next.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(parameters[i..]), out var low, out var high);
            low += Of(sum, firstBefore, secondBefore, first, second, i);
            high += Of(sum, firstBefore, secondBefore, first, second, i + Vector<double>.Count);
            Vector.Narrow(low, high).CopyTo(next[i..]);
        }

        for (; i < next.Length; i++)
        {
            var g = _mean.At(sum, i);
            var m = ((firstBefore.IsEmpty ? 0.0 : firstBefore[i]) * _first.Decay) + (g * _first.Fresh);
            var v = ((secondBefore.IsEmpty ? 0.0 : secondBefore[i]) * _second.Decay) + (g * g * _second.Fresh);
            first[i] = m;
            second[i] = v;
            next[i] = (float)(parameters[i] + (m / _first.Bias * _rate / (Math.Sqrt(v / _second.Bias) + _epsilon)));
        }
    }

    private Vector<double> Of(
        ReadOnlySpan<long> sum,
        ReadOnlySpan<double> firstBefore,
        ReadOnlySpan<double> secondBefore,
        Span<double> first,
        Span<double> second,
        int i
    )
    {
        var g = _mean.VectorAt(sum, i);
        var m = ((firstBefore.IsEmpty ? Vector<double>.Zero : new Vector<double>(firstBefore[i..])) * _first.Decay) + (g * _first.Fresh);
        var v =
            ((secondBefore.IsEmpty ? Vector<double>.Zero : new Vector<double>(secondBefore[i..])) * _second.Decay)
            + (g * g * _second.Fresh);
        m.CopyTo(first[i..]);
        v.CopyTo(second[i..]);
        return m
            / new Vector<double>(_first.Bias)
            * _rate
            / (Vector.SquareRoot(v / new Vector<double>(_second.Bias)) + new Vector<double>(_epsilon));
    }

    private static double Power(double x, uint n)
    {
        var power = 1.0;
        for (var i = 0u; i < n && power != 0; i++)
        {
            power *= x;
        }

        return power;
    }
}
