using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Federated.Learning.Privatization;

/// <summary>
/// The tiles of <see cref="RowProducts"/> and <see cref="WeightedProduct"/> for processors without 512-bit vectors, in quarters, whose eight sums fit sixteen registers. The same operations
/// in the same order for every result: not a bit differs.
/// </summary>
internal static class NarrowTiles
{
    /// <summary>Rows, or outputs, of a quarter.</summary>
    internal const int Rows = 4;

    /// <summary>Four rows by 16 outputs of a panel of 32.</summary>
    internal static void Tile(int terms, ref float rows, int stride, ref float panel, ref float start, ref float result, int outputs)
    {
        var half = Vector256<float>.Count;
        ref var r1 = ref Unsafe.Add(ref rows, stride);
        ref var r2 = ref Unsafe.Add(ref r1, stride);
        ref var r3 = ref Unsafe.Add(ref r2, stride);
        var (a0, b0) = (Vector256.LoadUnsafe(ref start), Vector256.LoadUnsafe(ref start, (nuint)half));
        var (a1, a2, a3) = (a0, a0, a0);
        var (b1, b2, b3) = (b0, b0, b0);
        for (nint k = 0; k < terms; k++)
        {
            var a = Vector256.LoadUnsafe(ref panel);
            var b = Vector256.LoadUnsafe(ref panel, (nuint)half);
            panel = ref Unsafe.Add(ref panel, RowProducts.Outputs);
            Take(Vector256.Create(Unsafe.Add(ref rows, k)), a, b, ref a0, ref b0);
            Take(Vector256.Create(Unsafe.Add(ref r1, k)), a, b, ref a1, ref b1);
            Take(Vector256.Create(Unsafe.Add(ref r2, k)), a, b, ref a2, ref b2);
            Take(Vector256.Create(Unsafe.Add(ref r3, k)), a, b, ref a3, ref b3);
        }

        Store(ref result, a0, b0);
        Store(ref Unsafe.Add(ref result, outputs), a1, b1);
        Store(ref Unsafe.Add(ref result, 2 * outputs), a2, b2);
        Store(ref Unsafe.Add(ref result, 3 * outputs), a3, b3);
    }

    /// <summary>Four outputs by 8 inputs of a tile of 8 by 16.</summary>
    internal static void Tile(int rows, ref double deltas, ref double panel, ref double tile)
    {
        var half = Vector256<double>.Count;
        Vector256<double> a0 = default,
            b0 = default,
            a1 = default,
            b1 = default,
            a2 = default,
            b2 = default,
            a3 = default,
            b3 = default;
        for (var r = 0; r < rows; r++)
        {
            var a = Vector256.LoadUnsafe(ref panel);
            var b = Vector256.LoadUnsafe(ref panel, (nuint)half);
            Take(Vector256.Create(deltas), a, b, ref a0, ref b0);
            Take(Vector256.Create(Unsafe.Add(ref deltas, 1)), a, b, ref a1, ref b1);
            Take(Vector256.Create(Unsafe.Add(ref deltas, 2)), a, b, ref a2, ref b2);
            Take(Vector256.Create(Unsafe.Add(ref deltas, 3)), a, b, ref a3, ref b3);
            panel = ref Unsafe.Add(ref panel, WeightedProduct.Inputs);
            deltas = ref Unsafe.Add(ref deltas, WeightedProduct.Outputs);
        }

        Store(ref tile, a0, b0);
        Store(ref Unsafe.Add(ref tile, WeightedProduct.Inputs), a1, b1);
        Store(ref Unsafe.Add(ref tile, 2 * WeightedProduct.Inputs), a2, b2);
        Store(ref Unsafe.Add(ref tile, 3 * WeightedProduct.Inputs), a3, b3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(
        Vector256<float> all,
        Vector256<float> a,
        Vector256<float> b,
        ref Vector256<float> sumA,
        ref Vector256<float> sumB
    )
    {
        sumA = Vector256.FusedMultiplyAdd(all, a, sumA);
        sumB = Vector256.FusedMultiplyAdd(all, b, sumB);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(
        Vector256<double> all,
        Vector256<double> a,
        Vector256<double> b,
        ref Vector256<double> sumA,
        ref Vector256<double> sumB
    )
    {
        sumA = Vector256.FusedMultiplyAdd(all, a, sumA);
        sumB = Vector256.FusedMultiplyAdd(all, b, sumB);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T>(ref T result, Vector256<T> a, Vector256<T> b)
        where T : unmanaged
    {
        a.StoreUnsafe(ref result);
        b.StoreUnsafe(ref result, (nuint)Vector256<T>.Count);
    }
}
