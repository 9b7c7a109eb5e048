using Federated.Data;
using Federated.Federation.Models;
using Federated.Learning.Metrics;
using Federated.Learning.Models;
using static TorchSharp.torch;

namespace Federated.Learning.Training;

/// <summary>Applies a model to rows of one's own.</summary>
public sealed class Scorer : IDisposable
{
    /// <summary>A file may have a million patients and a model 16384 hidden units: together they need not fit in memory.</summary>
    private const int RowsAtOnce = 4096;

    private readonly RiskNetwork _network;
    private readonly Device _device;

    /// <param name="shape">The study's model.</param>
    /// <param name="device">Where to compute.</param>
    public Scorer(ModelShape shape, Device device)
    {
        _network = new RiskNetwork(shape, device);
        _device = device;
    }

    /// <summary>Risks in [0, 1], shape [n].</summary>
    public float[] Probabilities(ReadOnlySpan<float> model, EncodedRows rows)
    {
        _network.Load(model);
        return Probabilities(rows.Inputs, rows.Count, rows.Width);
    }

    /// <summary>Risks in [0, 1] of patients without a known outcome, shape [n]; NaN where the model gives no number (its logit overflows).</summary>
    public float[] Probabilities(ReadOnlySpan<float> model, PredictionRows rows)
    {
        _network.Load(model);
        var width = rows.Layout.Width;
        var risks = new List<float>(rows.Count);
        for (var start = 0; start < rows.Count; start += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, rows.Count - start);
            risks.AddRange(Probabilities(rows.Inputs.Slice(start * width, count * width), count, width));
        }

        return [.. risks];
    }

    /// <summary>Scores a model, or null where there is no row, or where the model gives no number for one (its logit overflows).</summary>
    public BinaryMetrics? Score(ReadOnlySpan<float> model, EncodedRows rows)
    {
        var probabilities = Probabilities(model, rows);
        return probabilities.Length == 0 || probabilities.Any(float.IsNaN) ? null : BinaryMetrics.Of(probabilities, rows.Labels.Span);
    }

    private float[] Probabilities(ReadOnlyMemory<float> rows, int count, int width)
    {
        if (count == 0)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var inputs = tensor(rows.ToArray()).view(count, width).to(_device);
        return _network.Logits(inputs).sigmoid().cpu().data<float>().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
