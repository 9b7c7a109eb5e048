using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Federated.Learning.Privatization;

/// <summary>Products of rows with a matrix in float32, where a row's result is the same whatever rows stand beside it.</summary>
/// <remarks>
/// Each result begins with its start value and takes its terms one by one, in the matrix's order, each in one fused multiply-add. So tiles of rows and outputs
/// change when something is computed and not what. Fused operations are correctly rounded with and without the processor's help.
/// </remarks>
internal static class RowProducts
{
    /// <summary>Rows of a tile: a chunk's rows are padded to a multiple.</summary>
    internal const int Rows = 8;

    /// <summary>Outputs of a panel: a matrix is stored as panels of so many columns, one after the other, each row by row.</summary>
    internal const int Outputs = 32;

    private const int Half = Outputs / 2;

    /// <summary>Widths as buffers store them.</summary>
    internal static int Padded(int width) => checked((width + Outputs - 1) / Outputs * Outputs);

    /// <summary>result[r, o] = start[o] + Σ_k rows[r, k]·matrix[k, o].</summary>
    /// <param name="count">Rows, a multiple of <see cref="Rows"/>.</param>
    /// <param name="terms">Columns of <paramref name="rows"/> that count.</param>
    /// <param name="rows">Row-major.</param>
    /// <param name="stride">Elements from one row to the next.</param>
    /// <param name="panels">The matrix, in panels of shape [terms, <see cref="Outputs"/>].</param>
    /// <param name="start">Shape [outputs], outputs a multiple of <see cref="Outputs"/>.</param>
    /// <param name="result">Receives shape [count, outputs], row-major.</param>
    internal static void Multiply(
        int count,
        int terms,
        ReadOnlySpan<float> rows,
        int stride,
        ReadOnlySpan<float> panels,
        ReadOnlySpan<float> start,
        Span<float> result
    ) => Multiply(count, terms, rows, stride, panels, start, result, Vector512.IsHardwareAccelerated);

    /// <summary>The same by one kind of tile or the other, which must not make a difference.</summary>
    internal static void Multiply(
        int count,
        int terms,
        ReadOnlySpan<float> rows,
        int stride,
        ReadOnlySpan<float> panels,
        ReadOnlySpan<float> start,
        Span<float> result,
        bool isWide
    )
    {
        var outputs = start.Length;
        ArgumentOutOfRangeException.ThrowIfNotEqual(count % Rows, 0);
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputs % Outputs, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(terms, stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, count * stride);
        ArgumentOutOfRangeException.ThrowIfLessThan(panels.Length, terms * outputs);
        ArgumentOutOfRangeException.ThrowIfLessThan(result.Length, count * outputs);
        for (var o = 0; o < outputs; o += Outputs)
        {
            ref var panel = ref Unsafe.Add(ref MemoryMarshal.GetReference(panels), o * terms);
            ref var first = ref Unsafe.Add(ref MemoryMarshal.GetReference(start), o);
            for (var r = 0; r < count; r += Rows)
            {
                ref var from = ref Unsafe.Add(ref MemoryMarshal.GetReference(rows), r * stride);
                ref var to = ref Unsafe.Add(ref MemoryMarshal.GetReference(result), (r * outputs) + o);
                if (isWide)
                {
                    Tile(terms, ref from, stride, ref panel, ref first, ref to, outputs);
                }
                else
                {
                    Quarters(terms, ref from, stride, ref panel, ref first, ref to, outputs);
                }
            }
        }
    }

    private static void Quarters(int terms, ref float rows, int stride, ref float panel, ref float start, ref float result, int outputs)
    {
        for (var o = 0; o < Outputs; o += Half)
        {
            for (var r = 0; r < Rows; r += NarrowTiles.Rows)
            {
                ref var to = ref Unsafe.Add(ref result, (r * outputs) + o);
                ref var part = ref Unsafe.Add(ref panel, o);
                NarrowTiles.Tile(
                    terms,
                    ref Unsafe.Add(ref rows, r * stride),
                    stride,
                    ref part,
                    ref Unsafe.Add(ref start, o),
                    ref to,
                    outputs
                );
            }
        }
    }

    /// <summary>Eight rows by 32 outputs, all sixteen sums in registers. The lengths were checked.</summary>
    private static void Tile(int terms, ref float rows, int stride, ref float panel, ref float start, ref float result, int outputs)
    {
        ref var r1 = ref Unsafe.Add(ref rows, stride);
        ref var r2 = ref Unsafe.Add(ref r1, stride);
        ref var r3 = ref Unsafe.Add(ref r2, stride);
        ref var r4 = ref Unsafe.Add(ref r3, stride);
        ref var r5 = ref Unsafe.Add(ref r4, stride);
        ref var r6 = ref Unsafe.Add(ref r5, stride);
        ref var r7 = ref Unsafe.Add(ref r6, stride);
        var (a0, b0) = (Vector512.LoadUnsafe(ref start), Vector512.LoadUnsafe(ref start, Half));
        var (a1, a2, a3, a4, a5, a6, a7) = (a0, a0, a0, a0, a0, a0, a0);
        var (b1, b2, b3, b4, b5, b6, b7) = (b0, b0, b0, b0, b0, b0, b0);
        for (nint k = 0; k < terms; k++)
        {
            var a = Vector512.LoadUnsafe(ref panel);
            var b = Vector512.LoadUnsafe(ref panel, Half);
            panel = ref Unsafe.Add(ref panel, Outputs);
            Take(Unsafe.Add(ref rows, k), a, b, ref a0, ref b0);
            Take(Unsafe.Add(ref r1, k), a, b, ref a1, ref b1);
            Take(Unsafe.Add(ref r2, k), a, b, ref a2, ref b2);
            Take(Unsafe.Add(ref r3, k), a, b, ref a3, ref b3);
            Take(Unsafe.Add(ref r4, k), a, b, ref a4, ref b4);
            Take(Unsafe.Add(ref r5, k), a, b, ref a5, ref b5);
            Take(Unsafe.Add(ref r6, k), a, b, ref a6, ref b6);
            Take(Unsafe.Add(ref r7, k), a, b, ref a7, ref b7);
        }

        Store(ref result, outputs, 0, a0, b0);
        Store(ref result, outputs, 1, a1, b1);
        Store(ref result, outputs, 2, a2, b2);
        Store(ref result, outputs, 3, a3, b3);
        Store(ref result, outputs, 4, a4, b4);
        Store(ref result, outputs, 5, a5, b5);
        Store(ref result, outputs, 6, a6, b6);
        Store(ref result, outputs, 7, a7, b7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(float x, Vector512<float> a, Vector512<float> b, ref Vector512<float> sumA, ref Vector512<float> sumB)
    {
        var all = Vector512.Create(x);
        sumA = Vector512.FusedMultiplyAdd(all, a, sumA);
        sumB = Vector512.FusedMultiplyAdd(all, b, sumB);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref float result, int outputs, int row, Vector512<float> a, Vector512<float> b)
    {
        a.StoreUnsafe(ref result, (nuint)(row * outputs));
        b.StoreUnsafe(ref result, (nuint)((row * outputs) + Half));
    }
}
