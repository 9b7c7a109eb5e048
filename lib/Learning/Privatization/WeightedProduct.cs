using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Federated.Federation.Models;

namespace Federated.Learning.Privatization;

/// <summary>One product per layer that yields the clipped sum: Σ_r weight_r·δ_r⊗(a_r, 1), in double precision, row after row. Not thread-safe.</summary>
/// <remarks>
/// Every coordinate begins at zero and takes the rows' terms in their order, each in one fused multiply-add. What docs/clipping.md proves about rounding
/// rests on that order: a patient's rows stand together.
/// </remarks>
internal sealed class WeightedProduct
{
    /// <summary>Outputs of a tile.</summary>
    internal const int Outputs = 8;

    /// <summary>Inputs of a tile.</summary>
    internal const int Inputs = 16;

    private const int Half = Inputs / 2;

    private readonly AlignedBuffer<double> _deltas;
    private readonly AlignedBuffer<double> _panel;
    private readonly AlignedBuffer<double> _tile = new(Outputs * Inputs);
    private readonly bool _isWide;

    /// <param name="rows">Most rows at once.</param>
    /// <param name="shape">The model.</param>
    internal WeightedProduct(int rows, ModelShape shape)
        : this(rows, shape, Vector512.IsHardwareAccelerated) { }

    /// <summary>The same by one kind of tile or the other, which must not make a difference.</summary>
    internal WeightedProduct(int rows, ModelShape shape, bool isWide)
    {
        _isWide = isWide;
        var widest = shape.Layers.Max(layer => (layer.Outputs + Outputs - 1) / Outputs * Outputs);
        _deltas = new AlignedBuffer<double>(checked(rows * widest));
        _panel = new AlignedBuffer<double>(checked(rows * Inputs));
    }

    /// <summary>Overwrites one layer's part of the sum.</summary>
    /// <param name="layer">Its widths.</param>
    /// <param name="rows">How many.</param>
    /// <param name="inputs">What went into the layer, row-major, <paramref name="inputStride"/> apart.</param>
    /// <param name="inputStride">At least the layer's inputs, rounded up to 16.</param>
    /// <param name="deltas">Derivatives of each row's loss by what came out, row-major, <paramref name="deltaStride"/> apart.</param>
    /// <param name="deltaStride">At least the layer's outputs, rounded up to 8; 1 for a layer of one output.</param>
    /// <param name="weights">One a row.</param>
    /// <param name="sum">Receives the layer's weights, row-major, and then its biases.</param>
    internal void Sum(
        DenseLayer layer,
        int rows,
        ReadOnlySpan<float> inputs,
        int inputStride,
        ReadOnlySpan<float> deltas,
        int deltaStride,
        ReadOnlySpan<double> weights,
        Span<double> sum
    )
    {
        var biases = sum.Slice(layer.Inputs * layer.Outputs, layer.Outputs);
        if (layer.Outputs == 1)
        {
            WeighOne(rows, deltas, deltaStride, weights, biases);
        }
        else
        {
            Weigh(layer.Outputs, rows, deltas, deltaStride, weights, biases);
        }

        for (var i = 0; i < layer.Inputs; i += Inputs)
        {
            Widen(rows, inputs[i..], inputStride);
            if (layer.Outputs == 1)
            {
                Row(rows);
                _tile.From(0, Math.Min(Inputs, layer.Inputs - i)).CopyTo(sum[i..]);
                continue;
            }

            for (var o = 0; o < layer.Outputs; o += Outputs)
            {
                ref var delta = ref MemoryMarshal.GetReference(_deltas.From(o * rows, rows * Outputs));
                ref var panel = ref MemoryMarshal.GetReference(_panel.From(0, rows * Inputs));
                ref var tile = ref MemoryMarshal.GetReference(_tile.Span);
                if (_isWide)
                {
                    Tile(rows, ref delta, ref panel, ref tile);
                }
                else
                {
                    Quarters(rows, ref delta, ref panel, ref tile);
                }

                Keep(layer, o, i, sum);
            }
        }
    }

    /// <summary>Weighted derivatives, in tiles of shape [rows, 8], and their sums over the rows.</summary>
    private void Weigh(int outputs, int rows, ReadOnlySpan<float> deltas, int stride, ReadOnlySpan<double> weights, Span<double> biases)
    {
        for (var o = 0; o < outputs; o += Outputs)
        {
            var tile = _deltas.From(o * rows, rows * Outputs);
            var total = Vector512<double>.Zero;
            for (var r = 0; r < rows; r++)
            {
                var eight = Vector256.Create(deltas.Slice((r * stride) + o, Outputs));
                var weighted = Widened(eight) * weights[r];
                total += weighted;
                weighted.CopyTo(tile[(r * Outputs)..]);
            }

            for (var j = 0; j < Math.Min(Outputs, outputs - o); j++)
            {
                biases[o + j] = total[j];
            }
        }
    }

    private void WeighOne(int rows, ReadOnlySpan<float> deltas, int stride, ReadOnlySpan<double> weights, Span<double> biases)
    {
        var total = 0.0;
        for (var r = 0; r < rows; r++)
        {
            var weighted = deltas[r * stride] * weights[r];
            _deltas.Span[r] = weighted;
            total += weighted;
        }

        biases[0] = total;
    }

    /// <summary>Sixteen inputs of each row in double precision, together.</summary>
    private void Widen(int rows, ReadOnlySpan<float> inputs, int stride)
    {
        var panel = _panel.From(0, rows * Inputs);
        for (var r = 0; r < rows; r++)
        {
            var all = Vector512.Create(inputs.Slice(r * stride, Inputs));
            Vector512.WidenLower(all).CopyTo(panel[(r * Inputs)..]);
            Vector512.WidenUpper(all).CopyTo(panel[((r * Inputs) + Half)..]);
        }
    }

    /// <summary>The one output's sixteen inputs.</summary>
    private void Row(int rows)
    {
        ref var panel = ref MemoryMarshal.GetReference(_panel.From(0, rows * Inputs));
        var deltas = _deltas.From(0, rows);
        var (a, b) = (Vector512<double>.Zero, Vector512<double>.Zero);
        foreach (var delta in deltas)
        {
            Take(delta, Vector512.LoadUnsafe(ref panel), Vector512.LoadUnsafe(ref panel, Half), ref a, ref b);
            panel = ref Unsafe.Add(ref panel, Inputs);
        }

        a.CopyTo(_tile.Span);
        b.CopyTo(_tile.Span[Half..]);
    }

    /// <summary>Copies a tile to where it belongs, without what stands over.</summary>
    private void Keep(DenseLayer layer, int output, int input, Span<double> sum)
    {
        var width = Math.Min(Inputs, layer.Inputs - input);
        var height = Math.Min(Outputs, layer.Outputs - output);
        for (var j = 0; j < height; j++)
        {
            _tile.From(j * Inputs, width).CopyTo(sum[(((output + j) * layer.Inputs) + input)..]);
        }
    }

    private static void Quarters(int rows, ref double deltas, ref double panel, ref double tile)
    {
        for (var i = 0; i < Inputs; i += Half)
        {
            for (var o = 0; o < Outputs; o += NarrowTiles.Rows)
            {
                ref var part = ref Unsafe.Add(ref tile, (o * Inputs) + i);
                NarrowTiles.Tile(rows, ref Unsafe.Add(ref deltas, o), ref Unsafe.Add(ref panel, i), ref part);
            }
        }
    }

    /// <summary>Eight outputs by 16 inputs, all sixteen sums in registers. The lengths were checked.</summary>
    private static void Tile(int rows, ref double deltas, ref double panel, ref double tile)
    {
        Vector512<double> a0 = default,
            b0 = default,
            a1 = default,
            b1 = default,
            a2 = default,
            b2 = default,
            a3 = default,
            b3 = default;
        Vector512<double> a4 = default,
            b4 = default,
            a5 = default,
            b5 = default,
            a6 = default,
            b6 = default,
            a7 = default,
            b7 = default;
        for (var r = 0; r < rows; r++)
        {
            var a = Vector512.LoadUnsafe(ref panel);
            var b = Vector512.LoadUnsafe(ref panel, Half);
            Take(deltas, a, b, ref a0, ref b0);
            Take(Unsafe.Add(ref deltas, 1), a, b, ref a1, ref b1);
            Take(Unsafe.Add(ref deltas, 2), a, b, ref a2, ref b2);
            Take(Unsafe.Add(ref deltas, 3), a, b, ref a3, ref b3);
            Take(Unsafe.Add(ref deltas, 4), a, b, ref a4, ref b4);
            Take(Unsafe.Add(ref deltas, 5), a, b, ref a5, ref b5);
            Take(Unsafe.Add(ref deltas, 6), a, b, ref a6, ref b6);
            Take(Unsafe.Add(ref deltas, 7), a, b, ref a7, ref b7);
            panel = ref Unsafe.Add(ref panel, Inputs);
            deltas = ref Unsafe.Add(ref deltas, Outputs);
        }

        Store(ref tile, 0, a0, b0);
        Store(ref tile, 1, a1, b1);
        Store(ref tile, 2, a2, b2);
        Store(ref tile, 3, a3, b3);
        Store(ref tile, 4, a4, b4);
        Store(ref tile, 5, a5, b5);
        Store(ref tile, 6, a6, b6);
        Store(ref tile, 7, a7, b7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take(double x, Vector512<double> a, Vector512<double> b, ref Vector512<double> sumA, ref Vector512<double> sumB)
    {
        var all = Vector512.Create(x);
        sumA = Vector512.FusedMultiplyAdd(all, a, sumA);
        sumB = Vector512.FusedMultiplyAdd(all, b, sumB);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref double tile, int output, Vector512<double> a, Vector512<double> b)
    {
        a.StoreUnsafe(ref tile, (nuint)(output * Inputs));
        b.StoreUnsafe(ref tile, (nuint)((output * Inputs) + Half));
    }

    private static Vector512<double> Widened(Vector256<float> x) => Vector512.WidenLower(x.ToVector512Unsafe());
}
