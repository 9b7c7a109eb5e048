using Federated.Data;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Learning.Models;
using static TorchSharp.torch;

namespace Federated.Bench.FlambyHeart;

/// <summary>
/// Trains one copy of the model on one set of rows as FLamby does: batches of four from a fresh shuffle, the last one shorter, the next shuffle when
/// rows run out, even in the middle of a round.
/// </summary>
internal sealed class FlambyTrainer : IDisposable
{
    internal const int BatchSize = 4;

    private readonly RiskNetwork _network;
    private readonly KeyedRandom _random;
    private readonly Tensor _inputs;
    private readonly Tensor _labels;
    private readonly long[] _order;
    private int _next;

    /// <param name="shape">The model.</param>
    /// <param name="rows">What it is trained on.</param>
    /// <param name="stream">Names the shuffles.</param>
    internal FlambyTrainer(ModelShape shape, EncodedRows rows, string stream)
    {
        _network = new RiskNetwork(shape, CPU);
        _random = new KeyedRandom(stream);
        _inputs = tensor(rows.Inputs.ToArray()).view(rows.Count, rows.Width);
        _labels = tensor(rows.Labels.ToArray());
        _order = new long[rows.Count];
        _next = rows.Count;
    }

    /// <summary>Updates in one pass over the rows.</summary>
    internal int UpdatesPerEpoch => (_order.Length + BatchSize - 1) / BatchSize;

    /// <summary>Local and pooled training: Adam with PyTorch's defaults.</summary>
    internal float[] TrainAdam(float[] start, double learningRate, int epochs)
    {
        _network.Load(start);
        using var optimizer = optim.Adam(_network.Parameters, learningRate, beta1: 0.9, beta2: 0.999, eps: 1e-8);
        Update(optimizer, epochs * UpdatesPerEpoch);
        return _network.Save();
    }

    /// <summary>One hospital's part of a FedAvg round: plain SGD.</summary>
    internal float[] TrainSgd(float[] start, double learningRate, int updates)
    {
        _network.Load(start);
        using var optimizer = optim.SGD(_network.Parameters, learningRate);
        Update(optimizer, updates);
        return _network.Save();
    }

    public void Dispose()
    {
        _network.Dispose();
        _inputs.Dispose();
        _labels.Dispose();
    }

    private void Update(optim.Optimizer optimizer, int updates)
    {
        for (var i = 0; i < updates; i++)
        {
            using var step = NewDisposeScope();
            if (_next >= _order.Length)
            {
                Shuffle();
            }

            var count = Math.Min(BatchSize, _order.Length - _next);
            var batch = tensor(_order.AsSpan(_next, count).ToArray());
            _next += count;
            optimizer.zero_grad();
            var logits = _network.Logits(_inputs.index_select(0, batch));
            nn.functional.binary_cross_entropy_with_logits(logits, _labels.index_select(0, batch)).backward();
            optimizer.step();
        }
    }

    private void Shuffle()
    {
        for (var i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        _random.Shuffle(_order.AsSpan());
        _next = 0;
    }
}
