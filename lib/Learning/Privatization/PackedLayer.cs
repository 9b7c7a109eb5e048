using Federated.Federation.Models;

namespace Federated.Learning.Privatization;

/// <summary>One layer's parameters as the kernels read them, padded with zeros. Not thread-safe while it is loaded.</summary>
internal sealed class PackedLayer
{
    private const int Block = RowProducts.Outputs;

    private readonly AlignedBuffer<float> _forward;
    private readonly AlignedBuffer<float> _backward;
    private readonly AlignedBuffer<float> _bias;
    private readonly int _offset;

    /// <param name="layer">Its widths.</param>
    /// <param name="offset">Of its weights in the flat parameter vector; its biases follow them.</param>
    internal PackedLayer(DenseLayer layer, int offset)
    {
        (Layer, _offset) = (layer, offset);
        (PaddedInputs, PaddedOutputs) = (RowProducts.Padded(layer.Inputs), RowProducts.Padded(layer.Outputs));
        _forward = new AlignedBuffer<float>(checked(layer.Inputs * PaddedOutputs));
        _backward = new AlignedBuffer<float>(checked(layer.Outputs * PaddedInputs));
        _bias = new AlignedBuffer<float>(PaddedOutputs);
    }

    internal DenseLayer Layer { get; }

    /// <summary>Elements from one row of this layer's inputs to the next.</summary>
    internal int PaddedInputs { get; }

    /// <summary>Elements from one row of this layer's outputs to the next.</summary>
    internal int PaddedOutputs { get; }

    /// <summary>Wᵀ in panels of shape [inputs, 32].</summary>
    internal ReadOnlySpan<float> Forward => _forward.Span;

    /// <summary>W in panels of shape [outputs, 32].</summary>
    internal ReadOnlySpan<float> Backward => _backward.Span;

    /// <summary>The weights of a layer of one output, shape [<see cref="PaddedInputs"/>]: its panels, one after the other, are that row.</summary>
    internal ReadOnlySpan<float> Row =>
        Layer.Outputs == 1 ? _backward.Span : throw new InvalidOperationException("There is more than one row.");

    /// <summary>Shape [<see cref="PaddedOutputs"/>].</summary>
    internal ReadOnlySpan<float> Bias => _bias.Span;

    /// <summary>Copies what the kernels will read.</summary>
    /// <param name="model">The flat parameter vector.</param>
    /// <param name="forward">Whether outputs are computed by panels.</param>
    /// <param name="backward">Whether derivatives by the inputs, or the one row of weights, are needed.</param>
    internal void Load(ReadOnlySpan<float> model, bool forward, bool backward)
    {
        var weights = model.Slice(_offset, Layer.Inputs * Layer.Outputs);
        model.Slice(_offset + weights.Length, Layer.Outputs).CopyTo(_bias.Span);
        if (forward)
        {
            Transpose(weights);
        }

        if (backward)
        {
            Copy(weights);
        }
    }

    private void Copy(ReadOnlySpan<float> weights)
    {
        for (var i = 0; i < Layer.Inputs; i += Block)
        {
            var width = Math.Min(Block, Layer.Inputs - i);
            var panel = _backward.From(i * Layer.Outputs, Layer.Outputs * Block);
            for (var o = 0; o < Layer.Outputs; o++)
            {
                weights.Slice((o * Layer.Inputs) + i, width).CopyTo(panel[(o * Block)..]);
            }
        }
    }

    private void Transpose(ReadOnlySpan<float> weights)
    {
        for (var o = 0; o < Layer.Outputs; o++)
        {
            // One row of weights is one column of its panel.
            var panel = _forward.From(o / Block * Block * Layer.Inputs, Layer.Inputs * Block)[(o % Block)..];
            var row = weights.Slice(o * Layer.Inputs, Layer.Inputs);
            for (var i = 0; i < row.Length; i++)
            {
                panel[i * Block] = row[i];
            }
        }
    }
}
