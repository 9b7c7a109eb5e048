using Federated.Federation.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Federated.Learning.Models;

/// <summary>The network of a <see cref="ModelShape"/>: dense layers, ReLU between them, one logit.</summary>
public sealed class RiskNetwork : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> _layers;
    private readonly Parameter[] _parameters;
    private readonly ModelShape _shape;

    /// <param name="shape">Layers and parameter order.</param>
    /// <param name="device">Where it computes.</param>
    public RiskNetwork(ModelShape shape, Device device)
    {
        _shape = shape;
        var modules = new List<nn.Module<Tensor, Tensor>>();
        foreach (var layer in shape.Layers)
        {
            if (modules.Count > 0)
            {
                modules.Add(nn.ReLU());
            }

            modules.Add(nn.Linear(layer.Inputs, layer.Outputs));
        }

        _layers = nn.Sequential(modules).to(device);
        _parameters = [.. _layers.parameters()];
    }

    /// <summary>Trainable tensors, weight before bias, layer by layer: the order of <see cref="ModelShape.Blocks"/>.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>Logits, shape [n], of inputs [n, width].</summary>
    public Tensor Logits(Tensor inputs) => _layers.call(inputs).view(-1);

    /// <summary>Takes over a flat parameter vector.</summary>
    /// <param name="flat">Shape [d].</param>
    public void Load(ReadOnlySpan<float> flat)
    {
        if (flat.Length != _shape.ParameterCount)
        {
            throw new ArgumentException($"{flat.Length} parameters do not fill a network of {_shape.ParameterCount}.", nameof(flat));
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var source = tensor(flat.ToArray());
        foreach (var (parameter, block) in _parameters.Zip(_shape.Blocks))
        {
            parameter.copy_(source.narrow(0, block.Offset, block.Count).view(parameter.shape));
        }
    }

    /// <summary>The flat parameter vector, in a new array of shape [d].</summary>
    public float[] Save() => Flatten(_parameters);

    /// <summary>The gradients after a backward pass, flat, shape [d].</summary>
    public float[] Gradient() =>
        Flatten(_parameters.Select(parameter => parameter.grad ?? throw new InvalidOperationException("No backward pass has been run.")));

    /// <inheritdoc/>
    public void Dispose() => _layers.Dispose();

    private static float[] Flatten(IEnumerable<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        return cat([.. tensors.Select(t => t.detach().reshape(-1))]).cpu().data<float>().ToArray();
    }
}
