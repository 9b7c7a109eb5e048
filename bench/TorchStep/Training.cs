using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Federated.Bench.TorchStep;

/// <summary>One model with its batch and optimizer: the step that bench/native/step.cpp takes, as product code would write it.</summary>
internal sealed class Training : IWork
{
    private readonly Sequential _model = Sequential();
    private readonly SGD _optimizer;
    private readonly Tensor _input;
    private readonly Tensor _target;

    public Training(string widths, int batch)
    {
        manual_seed(0);
        int[] sizes = [.. widths.Split('-').Select(width => int.Parse(width, CultureInfo.InvariantCulture))];
        for (var i = 0; i + 1 < sizes.Length; i++)
        {
            if (i > 0)
            {
                _model.append(ReLU());
            }

            _model.append(Linear(sizes[i], sizes[i + 1]));
        }

        using var scope = NewDisposeScope();
        _input = randn(batch, sizes[0]).DetachFromDisposeScope();
        _target = rand(batch, 1).gt(0.5).to(float32).DetachFromDisposeScope();
        _optimizer = optim.SGD(_model.parameters(), learningRate: 0.05);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _model.Dispose();
        _input.Dispose();
        _target.Dispose();
    }

    public void Step()
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        var loss = functional.binary_cross_entropy_with_logits(_model.call(_input), _target);
        loss.backward();
        _optimizer.step();
    }
}
