using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;

namespace Federated.Federation.Steps;

/// <summary>How a sum of updates moves the shared model: SGD with momentum on the server's side.</summary>
/// <param name="LearningRate">η, above 0. 1 takes the weighted mean of the sites' models as it is (FedAvg).</param>
/// <param name="Momentum">μ in [0, 1). 0 keeps no memory.</param>
public sealed record ServerOptimizer(double LearningRate, double Momentum)
{
    /// <summary>Every fault, with the plan's key that it is about.</summary>
    public IEnumerable<(string Key, string Message)> Faults()
    {
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
        {
            yield return ("learning_rate", $"{LearningRate} moves nothing; set it above 0 (1 for FedAvg).");
        }

        if (!(Momentum is >= 0 and < 1))
        {
            yield return ("momentum", $"{Momentum} is no momentum; set it from 0 up to, not including, 1.");
        }
    }
}

/// <summary>The step that every party takes alike.</summary>
/// <remarks>
/// Only IEEE-754 additions, multiplications and divisions in double precision, element by element in the parameter order, then one
/// rounding to float32: no fused multiply-add, no transcendental function, nothing that differs between processors. (The .NET JIT
/// never contracts a multiplication and an addition on its own, in vectors neither.)
/// </remarks>
public static class ServerStep
{
    /// <summary>The state after a round.</summary>
    /// <param name="state">Before the round.</param>
    /// <param name="sum">Shape [d]: Σ over survivors of w_i·(update of site i) on the grid; an update points downhill.</param>
    /// <param name="survivorShare">Σ of the survivors' public shares w_i, in (0, 1]: the sum is divided by it.</param>
    /// <param name="grid">The plan's grid.</param>
    /// <param name="optimizer">The plan's server optimizer.</param>
    /// <returns>The next state, or null if a parameter would not be finite: then the study must stop.</returns>
    public static ModelState? Next(
        ModelState state,
        ReadOnlySpan<long> sum,
        double survivorShare,
        ReleaseGrid grid,
        ServerOptimizer optimizer
    )
    {
        var d = state.Parameters.Length;
        if (sum.Length != d)
        {
            throw new ArgumentException($"A sum of {sum.Length} lanes does not fit a model of {d} parameters.", nameof(sum));
        }

        if (!(survivorShare > 0 && double.IsFinite(survivorShare)))
        {
            throw new ArgumentOutOfRangeException(nameof(survivorShare), survivorShare, "Survivors have a positive share.");
        }

        var parameters = GC.AllocateUninitializedArray<float>(d);
        var momentum = optimizer.Momentum == 0 ? [] : GC.AllocateUninitializedArray<double>(d);
        var step = new Step(1.0 / grid.Scale, survivorShare, optimizer);
        var before = state.Momentum.AsSpan();
        var done = step.TakeVectors(state.Parameters.AsSpan(), sum, before, parameters, momentum);
        step.TakeRest(done, state.Parameters.AsSpan(), sum, before, parameters, momentum);
        return AllFinite(parameters) ? new ModelState(state.Round.Next, Freeze(parameters), Freeze(momentum)) : null;
    }

    private static bool AllFinite(ReadOnlySpan<float> parameters)
    {
        var i = 0;
        for (; i <= parameters.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            // False for NaN too.
            if (!Vector.LessThanOrEqualAll(Vector.Abs(new Vector<float>(parameters[i..])), new Vector<float>(float.MaxValue)))
            {
                return false;
            }
        }

        for (; i < parameters.Length; i++)
        {
            if (!float.IsFinite(parameters[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static ImmutableArray<T> Freeze<T>(T[] array) => ImmutableCollectionsMarshal.AsImmutableArray(array);

    /// <summary>
    /// The arithmetic, once for vectors and once for single elements: the same operations in the same order, so that the width of a processor's vectors
    /// changes no bit.
    /// </summary>
    private readonly ref struct Step(double unit, double survivorShare, ServerOptimizer optimizer)
    {
        private readonly double _rate = optimizer.LearningRate;
        private readonly double _memory = optimizer.Momentum;

        /// <summary>Takes as many elements as fill whole vectors.</summary>
        /// <returns>How many that were.</returns>
        internal int TakeVectors(
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

            return i;
        }

        /// <summary>Takes the elements from <paramref name="start"/> on.</summary>
        internal void TakeRest(
            int start,
            ReadOnlySpan<float> parameters,
            ReadOnlySpan<long> sum,
            ReadOnlySpan<double> before,
            Span<float> next,
            Span<double> momentum
        )
        {
            for (var i = start; i < next.Length; i++)
            {
                var step = sum[i] * unit / survivorShare;
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
            var step = Vector.ConvertToDouble(new Vector<long>(sum[i..])) * unit / new Vector<double>(survivorShare);
            if (!momentum.IsEmpty)
            {
                step += (before.IsEmpty ? Vector<double>.Zero : new Vector<double>(before[i..])) * _memory;
                step.CopyTo(momentum[i..]);
            }

            return step;
        }
    }
}
