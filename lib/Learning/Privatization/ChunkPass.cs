using Federated.Federation.Models;

namespace Federated.Learning.Privatization;

/// <summary>
/// Forward and backward pass of some rows through a model, kept layer by layer: inputs a and derivatives δ of each row's own loss, in float32, and their squared norms.
/// Each row's numbers are a function of that row and the model alone. Not thread-safe.
/// </summary>
internal sealed class ChunkPass
{
    private readonly PackedLayer[] _layers;
    private readonly AlignedBuffer<float>[] _inputs;
    private readonly AlignedBuffer<float>[] _deltas;
    private readonly double[] _inputSquares;
    private readonly double[] _deltaSquares;
    private readonly float[] _labels;
    private readonly AlignedBuffer<float> _zeros;

    /// <param name="shape">The model.</param>
    /// <param name="rows">Most rows at once, a multiple of <see cref="RowProducts.Rows"/>.</param>
    internal ChunkPass(ModelShape shape, int rows)
    {
        Rows = rows;
        _layers = [.. shape.Layers.Select((layer, l) => new PackedLayer(layer, shape.Blocks[2 * l].Offset))];
        _inputs = [.. _layers.Select(layer => new AlignedBuffer<float>(checked(rows * layer.PaddedInputs)))];
        // The last layer has one output and is never padded.
        _deltas = [.. _layers.Select((layer, l) => new AlignedBuffer<float>(checked(rows * DeltaStride(l))))];
        _inputSquares = new double[rows * _layers.Length];
        _deltaSquares = new double[rows * _layers.Length];
        _labels = new float[rows];
        _zeros = new AlignedBuffer<float>(_layers.Max(layer => layer.PaddedInputs));
    }

    /// <summary>Most rows at once.</summary>
    internal int Rows { get; }

    internal int Layers => _layers.Length;

    internal DenseLayer LayerAt(int layer) => _layers[layer].Layer;

    internal int InputStride(int layer) => _layers[layer].PaddedInputs;

    internal int DeltaStride(int layer) => layer == Last ? 1 : _layers[layer].PaddedOutputs;

    private int Last => _layers.Length - 1;

    /// <summary>What went into a layer, row-major.</summary>
    internal ReadOnlySpan<float> Inputs(int layer) => _inputs[layer].Span;

    /// <summary>Derivatives of each row's loss by what a layer gave before its ReLU, row-major.</summary>
    internal ReadOnlySpan<float> Deltas(int layer) => _deltas[layer].Span;

    /// <summary>One row's input of a layer, padded with zeros.</summary>
    internal ReadOnlySpan<float> Input(int layer, int row) => _inputs[layer].From(row * InputStride(layer), InputStride(layer));

    /// <summary>One row's derivatives at a layer, padded with zeros; a single one at the last layer.</summary>
    internal ReadOnlySpan<float> Delta(int layer, int row) => _deltas[layer].From(row * DeltaStride(layer), DeltaStride(layer));

    /// <summary>‖δ‖²·(‖a‖² + 1): the squared norm of one row's gradient by one layer's weights and biases.</summary>
    internal double SquaredNorm(int layer, int row)
    {
        var at = (layer * Rows) + row;
        return _deltaSquares[at] * (_inputSquares[at] + 1);
    }

    /// <summary>Takes over a flat parameter vector.</summary>
    internal void Load(ReadOnlySpan<float> model)
    {
        for (var l = 0; l < _layers.Length; l++)
        {
            _layers[l].Load(model, forward: l < Last, backward: l > 0 || l == Last);
        }
    }

    /// <summary>Puts a row in its place.</summary>
    internal void Put(int row, ReadOnlySpan<float> inputs, float label)
    {
        inputs.CopyTo(_inputs[0].From(row * InputStride(0), InputStride(0)));
        _labels[row] = label;
    }

    /// <summary>Both passes over the first <paramref name="count"/> rows.</summary>
    internal void Run(int count)
    {
        var padded = (count + RowProducts.Rows - 1) / RowProducts.Rows * RowProducts.Rows;
        _inputs[0].From(count * InputStride(0), (padded - count) * InputStride(0)).Clear();
        for (var r = 0; r < count; r++)
        {
            _inputSquares[r] = RowArithmetic.Dot(Input(0, r), Input(0, r));
        }

        for (var l = 0; l < Last; l++)
        {
            Forward(l, count, padded);
        }

        Loss(count);
        for (var l = Last; l > 0; l--)
        {
            Backward(l, count, padded);
        }
    }

    /// <summary>Makes a row nothing at all: a weight of zero would not, since zero times infinity is no number.</summary>
    internal void Erase(int row)
    {
        for (var l = 0; l < _layers.Length; l++)
        {
            _inputs[l].From(row * InputStride(l), InputStride(l)).Clear();
            _deltas[l].From(row * DeltaStride(l), DeltaStride(l)).Clear();
        }
    }

    private void Forward(int l, int count, int padded)
    {
        var layer = _layers[l];
        var to = _inputs[l + 1].Span;
        RowProducts.Multiply(padded, layer.Layer.Inputs, Inputs(l), InputStride(l), layer.Forward, layer.Bias, to);
        for (var r = 0; r < count; r++)
        {
            _inputSquares[((l + 1) * Rows) + r] = RowArithmetic.Rectify(to.Slice(r * layer.PaddedOutputs, layer.PaddedOutputs));
        }
    }

    /// <summary>The logit z and the derivative of the cross-entropy by it, σ(z) − y.</summary>
    private void Loss(int count)
    {
        var layer = _layers[Last];
        var deltas = _deltas[Last].Span;
        for (var r = 0; r < count; r++)
        {
            double logit = RowArithmetic.SingleDot(Input(Last, r), layer.Row) + layer.Bias[0];
            var delta = (float)((1 / (1 + Math.Exp(-logit))) - _labels[r]);
            deltas[r] = delta;
            _deltaSquares[(Last * Rows) + r] = (double)delta * delta;
        }
    }

    /// <summary>Derivatives at the layer before: Wᵀδ where its unit is active.</summary>
    private void Backward(int l, int count, int padded)
    {
        var layer = _layers[l];
        var to = _deltas[l - 1].Span;
        var width = layer.PaddedInputs;
        if (l == Last)
        {
            for (var r = 0; r < count; r++)
            {
                RowArithmetic.Scale(_deltas[l].Span[r], layer.Row, to.Slice(r * width, width));
            }
        }
        else
        {
            RowProducts.Multiply(padded, layer.Layer.Outputs, Deltas(l), DeltaStride(l), layer.Backward, _zeros.From(0, width), to);
        }

        for (var r = 0; r < count; r++)
        {
            _deltaSquares[((l - 1) * Rows) + r] = RowArithmetic.Mask(to.Slice(r * width, width), Input(l, r));
        }
    }
}
