using System.Collections.Immutable;
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
/// never contracts a multiplication and an addition on its own.)
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

        var update = new double[d];
        grid.Decode(sum, update);
        var parameters = new float[d];
        var momentum = optimizer.Momentum == 0 ? [] : new double[d];
        var finite = true;
        for (var i = 0; i < d; i++)
        {
            var step = update[i] / survivorShare;
            if (momentum.Length != 0)
            {
                var before = state.Momentum.IsEmpty ? 0.0 : state.Momentum[i];
                step += optimizer.Momentum * before;
                momentum[i] = step;
            }

            parameters[i] = (float)(state.Parameters[i] + (optimizer.LearningRate * step));
            finite &= float.IsFinite(parameters[i]);
        }

        return finite ? new ModelState(state.Round.Next, Freeze(parameters), Freeze(momentum)) : null;
    }

    private static ImmutableArray<T> Freeze<T>(T[] array) =>
        System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(array);
}
