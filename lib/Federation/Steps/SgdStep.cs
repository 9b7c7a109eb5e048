using System.Numerics;

namespace Federated.Federation.Steps;

/// <summary>
/// The arithmetic of <see cref="ServerOptimizer.Sgd"/>, once for vectors and once for single elements: the same operations in the same order, so that the
/// width of a processor's vectors changes no bit.
/// </summary>
internal readonly ref struct SgdStep(UpdateMean mean, ServerOptimizer.Sgd optimizer)
{
    private readonly double _rate = optimizer.LearningRate;
    private readonly double _memory = optimizer.Momentum;

    /// <summary>Takes the step of all elements. All shapes are [d].</summary>
    /// <param name="parameters">Before the step.</param>
    /// <param name="sum">The round's sum.</param>
    /// <param name="before">Momentum before the step; empty for zeros.</param>
    /// <param name="next">Gets the parameters.</param>
    /// <param name="momentum">Gets the momentum; empty where none is kept.</param>
    internal void Take(
        ReadOnlySpan<float> parameters,
        ReadOnlySpan<long> sum,
        ReadOnlySpan<double> before,
        Span<float> next,
        Span<double> momentum
    )
    {
        var i = 0;
        for (; i <= next.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(parameters[i..]), out var low, out var high);
            low += Of(sum, before, momentum, i) * _rate;
            high += Of(sum, before, momentum, i + Vector<double>.Count) * _rate;
            Vector.Narrow(low, high).CopyTo(next[i..]);
        }

        for (; i < next.Length; i++)
        {
            var step = mean.At(sum, i);
            if (!momentum.IsEmpty)
            {
                step += _memory * (before.IsEmpty ? 0.0 : before[i]);
                momentum[i] = step;
            }

            next[i] = (float)(parameters[i] + (step * _rate));
        }
    }

    private Vector<double> Of(ReadOnlySpan<long> sum, ReadOnlySpan<double> before, Span<double> momentum, int i)
    {
        var step = mean.VectorAt(sum, i);
        if (!momentum.IsEmpty)
        {
            step += (before.IsEmpty ? Vector<double>.Zero : new Vector<double>(before[i..])) * _memory;
            step.CopyTo(momentum[i..]);
        }

        return step;
    }
}
