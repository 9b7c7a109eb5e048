using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;

namespace Federated.Federation.Steps;

/// <summary>The step that every party takes alike.</summary>
/// <remarks>
/// Only IEEE-754 additions, multiplications, divisions and square roots in double precision, all of them correctly rounded, element by element in the
/// parameter order, then one rounding to float32: no fused multiply-add, no transcendental function, nothing that differs between processors. (The .NET
/// JIT never contracts a multiplication and an addition on its own, in vectors neither.)
/// </remarks>
public static class ServerStep
{
    /// <summary>The state after a round.</summary>
    /// <param name="state">Before the round.</param>
    /// <param name="sum">Shape [d]: Σ over survivors of w_i·(update of site i) on the grid; an update points downhill.</param>
    /// <param name="divisor">
    /// What the sum is divided by, positive and finite, the same at every party: for a weighted mean the survivors' share of the weights, or a public constant
    /// of the plan (<see cref="Plans.StudyPlan.DivisorOf"/>).
    /// </param>
    /// <param name="grid">The plan's grid.</param>
    /// <param name="optimizer">The plan's server optimizer.</param>
    /// <returns>The next state, or null if a parameter, or what the optimizer remembers, would not be finite: then the study must stop.</returns>
    /// <exception cref="ArgumentException">A length does not fit, the divisor cannot divide, or the state is another optimizer's.</exception>
    public static ModelState? Next(ModelState state, ReadOnlySpan<long> sum, double divisor, ReleaseGrid grid, ServerOptimizer optimizer)
    {
        var d = state.Parameters.Length;
        if (sum.Length != d)
        {
            throw new ArgumentException($"A sum of {sum.Length} lanes does not fit a model of {d} parameters.", nameof(sum));
        }

        if (!(divisor > 0 && double.IsFinite(divisor)))
        {
            throw new ArgumentOutOfRangeException(nameof(divisor), divisor, "A sum is divided by a positive, finite number.");
        }

        optimizer.RefuseForeign(state);
        var round = state.Round.Next;
        var parameters = GC.AllocateUninitializedArray<float>(d);
        var memory = new double[optimizer.SlotsAfter(round)][];
        foreach (ref var slot in memory.AsSpan())
        {
            slot = GC.AllocateUninitializedArray<double>(d);
        }

        var before = state.Parameters.AsSpan();
        var mean = new UpdateMean(1.0 / grid.Scale, divisor);
        switch (optimizer)
        {
            case ServerOptimizer.Sgd sgd:
                new SgdStep(mean, sgd).Take(before, sum, SlotOf(state, 0), parameters, sgd.Moments == 0 ? [] : memory[0]);
                break;
            case ServerOptimizer.Adam adam:
                new AdamStep(mean, adam, round).Take(before, sum, SlotOf(state, 0), SlotOf(state, 1), parameters, memory[0], memory[1]);
                break;
            default:
                throw new ArgumentException($"There is no step of {optimizer.Kind}.", nameof(optimizer));
        }

        // A first moment that is not finite makes its parameter so; a second one would only hold its parameter where it is, and for ever.
        if (!AllFinite(parameters) || (optimizer is ServerOptimizer.Adam && !AllFinite(memory[1])))
        {
            return null;
        }

        if (optimizer.Averages(round))
        {
            var isFirst = round.Value == optimizer.AverageFrom;
            IterateMean.Take(isFirst ? [] : state.Memory[^1].AsSpan(), parameters, round.Value - optimizer.AverageFrom + 1, memory[^1]);
        }

        return new ModelState(round, Freeze(parameters), [.. memory.Select(Freeze)]);
    }

    /// <summary>A vector of the memory, or none before the first step: all of them start at zero.</summary>
    private static ReadOnlySpan<double> SlotOf(ModelState state, int slot) =>
        state.Round.Value == 0 || slot >= state.Memory.Length ? [] : state.Memory[slot].AsSpan();

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            // False for NaN too.
            if (!Vector.LessThanOrEqualAll(Vector.Abs(new Vector<float>(values[i..])), new Vector<float>(float.MaxValue)))
            {
                return false;
            }
        }

        for (; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AllFinite(ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (!double.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private static ImmutableArray<T> Freeze<T>(T[] array) => ImmutableCollectionsMarshal.AsImmutableArray(array);
}
