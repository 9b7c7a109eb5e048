using System.Collections.Immutable;

namespace Federated.Federation.Models;

/// <summary>One dense layer: <c>y = W x + b</c>, W of shape [Outputs, Inputs], b of shape [Outputs].</summary>
public sealed record DenseLayer(int Inputs, int Outputs)
{
    /// <summary>Weights and biases.</summary>
    public int ParameterCount => checked((Inputs * Outputs) + Outputs);
}

/// <summary>A named run of the flat parameter vector.</summary>
/// <param name="Name">As in the model's state dictionary: <c>layers.0.weight</c>.</param>
/// <param name="Shape">Row-major dimensions.</param>
/// <param name="Offset">Index of its first parameter in the flat vector.</param>
public sealed record ParameterBlock(string Name, ImmutableArray<int> Shape, int Offset)
{
    /// <summary>Number of parameters.</summary>
    public int Count => Shape.Aggregate(1, (product, n) => product * n);
}

/// <summary>
/// What a model looks like without torch: dense layers with ReLU between them and one logit at the end.
/// Fixes the order of the flat parameter vector that rounds exchange: layer by layer, weight (row-major) before bias.
/// </summary>
public sealed record ModelShape
{
    /// <summary>
    /// Most parameters of a model: a release of this size is 320 MB, and a snapshot with one vector of memory 960 MB, which one database field still holds.
    /// With more memory, fewer: <see cref="ModelState.MaxParametersWith"/>.
    /// </summary>
    public const int MaxParameters = 80_000_000;

    /// <param name="inputs">Width of the feature layout, at least 1.</param>
    /// <param name="hidden">Widths of the hidden layers; empty for logistic regression.</param>
    public ModelShape(int inputs, params ReadOnlySpan<int> hidden)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        var layers = ImmutableArray.CreateBuilder<DenseLayer>();
        var width = inputs;
        foreach (var next in hidden)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(next, 1, nameof(hidden));
            layers.Add(new DenseLayer(width, next));
            width = next;
        }

        layers.Add(new DenseLayer(width, 1));
        Layers = layers.ToImmutable();
        Blocks = BlocksOf(Layers);
    }

    /// <summary>First to last.</summary>
    public ImmutableArray<DenseLayer> Layers { get; }

    /// <summary>The flat vector's named parts, in order.</summary>
    public ImmutableArray<ParameterBlock> Blocks { get; }

    /// <summary>Width of the input.</summary>
    public int Inputs => Layers[0].Inputs;

    /// <summary>Length d of the flat parameter vector.</summary>
    public int ParameterCount => Blocks[^1].Offset + Blocks[^1].Count;

    /// <summary>Parameters that such a model would have, counted without making it: widths from outside may be beyond all memory.</summary>
    /// <param name="inputs">Width of the input.</param>
    /// <param name="hidden">Widths of the hidden layers.</param>
    public static long CountParameters(int inputs, ReadOnlySpan<int> hidden)
    {
        long count = 0;
        long width = inputs;
        foreach (var next in hidden)
        {
            count = checked(count + ((width + 1) * next));
            width = next;
        }

        return checked(count + width + 1);
    }

    private static ImmutableArray<ParameterBlock> BlocksOf(ImmutableArray<DenseLayer> layers)
    {
        var blocks = ImmutableArray.CreateBuilder<ParameterBlock>(2 * layers.Length);
        var offset = 0;
        for (var i = 0; i < layers.Length; i++)
        {
            var layer = layers[i];
            blocks.Add(new ParameterBlock($"layers.{i}.weight", [layer.Outputs, layer.Inputs], offset));
            blocks.Add(new ParameterBlock($"layers.{i}.bias", [layer.Outputs], checked(offset + (layer.Inputs * layer.Outputs))));
            offset = checked(offset + layer.ParameterCount);
        }

        return blocks.MoveToImmutable();
    }
}
