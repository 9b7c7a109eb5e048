using System.Diagnostics;
using Federated.Data;
using Federated.Federation.Models;
using Federated.Learning.Models;
using Federated.Learning.Privatization;
using static TorchSharp.torch;

namespace Federated.Bench.PrivateStep;

/// <summary>A training step that can be taken over and over.</summary>
internal interface ITimedStep
{
    /// <summary>One step, from the model to the next.</summary>
    void Take();
}

internal static class StepClock
{
    /// <returns>Nanoseconds a step.</returns>
    internal static double Time(this ITimedStep work, int steps)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < steps; i++)
        {
            work.Take();
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / steps;
    }
}

/// <summary>The step of <see cref="Learning.Training.SiteTrainer"/>: a batch of its tensors, forward, backward, SGD.</summary>
internal sealed class PlainStep : ITimedStep, IDisposable
{
    private readonly RiskNetwork _network;
    private readonly optim.Optimizer _optimizer;
    private readonly Tensor _inputs;
    private readonly Tensor _labels;

    internal PlainStep(ModelShape shape, EncodedRows rows)
    {
        _network = new RiskNetwork(shape, CPU);
        _network.Load(InitialModel.Of(shape, 7).Parameters.AsSpan());
        _optimizer = optim.SGD(_network.Parameters, learningRate: 0.05);
        _inputs = tensor(rows.Inputs.ToArray()).view(rows.Count, rows.Width);
        _labels = tensor(rows.Labels.ToArray());
    }

    public void Take()
    {
        using var scope = NewDisposeScope();
        _optimizer.zero_grad();
        var (inputs, labels) = (_inputs.narrow(0, 0, _inputs.shape[0]), _labels.narrow(0, 0, _labels.shape[0]));
        nn.functional.binary_cross_entropy_with_logits(_network.Logits(inputs), labels).backward();
        _optimizer.step();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _network.Dispose();
        _inputs.Dispose();
        _labels.Dispose();
    }
}

/// <summary>The clipped sum of a batch and a step of SGD with it; about half of the patients are clipped.</summary>
internal sealed class ClippedStep : ITimedStep
{
    private readonly PatientGradients _gradients;
    private readonly float[] _model;
    private readonly double[] _sum;
    private readonly int[] _batch;

    internal ClippedStep(ModelShape shape, EncodedRows rows, ClippingManner manner)
    {
        _gradients = new PatientGradients(shape, rows, new GradientClipping(0.5, manner));
        _model = [.. InitialModel.Of(shape, 7).Parameters];
        _sum = new double[shape.ParameterCount];
        _batch = [.. Enumerable.Range(0, _gradients.Patients)];
    }

    public void Take()
    {
        _gradients.Sum(_model, _batch, _sum);
        var rate = 0.05 / _batch.Length;
        for (var i = 0; i < _model.Length; i++)
        {
            _model[i] = (float)(_model[i] + (rate * _sum[i]));
        }
    }
}
