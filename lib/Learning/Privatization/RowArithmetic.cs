using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Federated.Learning.Privatization;

/// <summary>What one row alone needs: sums over its float32 numbers, in a fixed order, in double precision unless it says otherwise.</summary>
/// <remarks>Lengths are multiples of 16; padding is zero. A product of two float32 numbers is exact in double precision.</remarks>
internal static class RowArithmetic
{
    /// <summary>Σ x·y in double precision.</summary>
    internal static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Require(x.Length, y.Length);
        var (low, high) = (Vector512<double>.Zero, Vector512<double>.Zero);
        for (var i = 0; i < x.Length; i += Vector512<float>.Count)
        {
            Add(At(x, i), At(y, i), ref low, ref high);
        }

        return Total(low + high);
    }

    /// <summary>Replaces what is not above 0 by 0; NaN stays.</summary>
    /// <returns>Σ x² of the result, in double precision.</returns>
    internal static double Rectify(Span<float> x)
    {
        Require(x.Length, x.Length);
        var (low, high) = (Vector512<double>.Zero, Vector512<double>.Zero);
        for (var i = 0; i < x.Length; i += Vector512<float>.Count)
        {
            var all = At(x, i);
            var kept = Vector512.ConditionalSelect(Vector512.LessThanOrEqual(all, Vector512<float>.Zero), Vector512<float>.Zero, all);
            Put(kept, x, i);
            Add(kept, kept, ref low, ref high);
        }

        return Total(low + high);
    }

    /// <summary>Replaces what belongs to an inactive unit by 0, the derivative of ReLU below and at 0.</summary>
    /// <param name="x">Derivatives by the units' outputs; receives those by their inputs.</param>
    /// <param name="outputs">The units' outputs.</param>
    /// <returns>Σ x² of the result, in double precision.</returns>
    internal static double Mask(Span<float> x, ReadOnlySpan<float> outputs)
    {
        Require(x.Length, outputs.Length);
        var (low, high) = (Vector512<double>.Zero, Vector512<double>.Zero);
        for (var i = 0; i < x.Length; i += Vector512<float>.Count)
        {
            var isOff = Vector512.LessThanOrEqual(At(outputs, i), Vector512<float>.Zero);
            var kept = Vector512.ConditionalSelect(isOff, Vector512<float>.Zero, At(x, i));
            Put(kept, x, i);
            Add(kept, kept, ref low, ref high);
        }

        return Total(low + high);
    }

    /// <summary>Σ x·y in float32, each lane's terms in one fused multiply-add each, and then the lanes.</summary>
    internal static float SingleDot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Require(x.Length, y.Length);
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < x.Length; i += Vector512<float>.Count)
        {
            sum = Vector512.FusedMultiplyAdd(At(x, i), At(y, i), sum);
        }

        var half = sum.GetLower() + sum.GetUpper();
        var quarter = half.GetLower() + half.GetUpper();
        return quarter[0] + quarter[2] + (quarter[1] + quarter[3]);
    }

    /// <summary>y = factor·x.</summary>
    internal static void Scale(float factor, ReadOnlySpan<float> x, Span<float> y)
    {
        Require(x.Length, y.Length);
        for (var i = 0; i < x.Length; i += Vector512<float>.Count)
        {
            Put(At(x, i) * factor, y, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector512<float> x, Vector512<float> y, ref Vector512<double> low, ref Vector512<double> high)
    {
        low = Vector512.FusedMultiplyAdd(Vector512.WidenLower(x), Vector512.WidenLower(y), low);
        high = Vector512.FusedMultiplyAdd(Vector512.WidenUpper(x), Vector512.WidenUpper(y), high);
    }

    /// <summary>The lanes in an order of our own: the framework's may change.</summary>
    private static double Total(Vector512<double> lanes)
    {
        var half = lanes.GetLower() + lanes.GetUpper();
        var quarter = half.GetLower() + half.GetUpper();
        return quarter[0] + quarter[1];
    }

    private static Vector512<float> At(ReadOnlySpan<float> x, int i) => Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(x), (nuint)i);

    private static void Put(Vector512<float> value, Span<float> x, int i) => value.StoreUnsafe(ref MemoryMarshal.GetReference(x), (nuint)i);

    private static void Require(int length, int other)
    {
        if (length != other || length % Vector512<float>.Count != 0)
        {
            throw new ArgumentException(
                $"Rows of {length} and {other} numbers; both are padded to one multiple of {Vector512<float>.Count}."
            );
        }
    }
}
