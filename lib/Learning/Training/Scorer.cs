using Federated.Data;
using Federated.Federation.Models;
using Federated.Learning.Metrics;
using Federated.Learning.Models;
using static TorchSharp.torch;

namespace Federated.Learning.Training;

/// <summary>Applies a model to rows of one's own.</summary>
public sealed class Scorer : IDisposable
{
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
        if (rows.Count == 0)
        {
            return [];
        }

        _network.Load(model);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var inputs = tensor(rows.Inputs.ToArray()).view(rows.Count, rows.Width).to(_device);
        return _network.Logits(inputs).sigmoid().cpu().data<float>().ToArray();
    }

    /// <summary>Scores a model, or null where there is no row, or where the model gives no number for one (its logit overflows).</summary>
    public BinaryMetrics? Score(ReadOnlySpan<float> model, EncodedRows rows)
    {
        var probabilities = Probabilities(model, rows);
        return probabilities.Length == 0 || probabilities.Any(float.IsNaN) ? null : BinaryMetrics.Of(probabilities, rows.Labels.Span);
    }

    /// <inheritdoc/>
    public void Dispose() => _network.Dispose();
}
