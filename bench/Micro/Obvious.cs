using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Steps;

namespace Federated.Bench.Micro;

/// <summary>The arithmetic of a round written the obvious way, one element at a time: what the product's is measured against, and must equal bit for bit.</summary>
internal static class Obvious
{
    internal static int Encode(ReleaseGrid grid, ReadOnlySpan<double> values, Span<int> lanes)
    {
        var clamped = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var x = values[i];
            if (!double.IsFinite(x))
            {
                lanes.Clear();
                return -1;
            }

            var inside = Math.Clamp(x, -grid.Bound, grid.Bound);
            clamped += inside == x ? 0 : 1;
            lanes[i] = (int)Math.Round(inside * grid.Scale, MidpointRounding.ToEven);
        }

        return clamped;
    }

    internal static void Decode(ReleaseGrid grid, ReadOnlySpan<long> lanes, Span<double> values)
    {
        for (var i = 0; i < lanes.Length; i++)
        {
            values[i] = lanes[i] / grid.Scale;
        }
    }

    internal static void Add(Span<long> sum, ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] += BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * Lanes.InputBytes)..]);
        }
    }

    internal static ModelState Next(
        ModelState state,
        ReadOnlySpan<long> sum,
        double divisor,
        ReleaseGrid grid,
        ServerOptimizer.Sgd optimizer
    )
    {
        var parameters = new float[sum.Length];
        var momentum = new double[sum.Length];
        for (var i = 0; i < sum.Length; i++)
        {
            var step = (sum[i] / grid.Scale / divisor) + (optimizer.Momentum * state.Memory[0][i]);
            momentum[i] = step;
            parameters[i] = (float)(state.Parameters[i] + (optimizer.LearningRate * step));
        }

        return new ModelState(
            state.Round.Next,
            ImmutableCollectionsMarshal.AsImmutableArray(parameters),
            [ImmutableCollectionsMarshal.AsImmutableArray(momentum)]
        );
    }
}
