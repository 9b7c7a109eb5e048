using Federated.Data;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Learning.Models;
using static TorchSharp.torch;

namespace Federated.Learning.Training;

/// <summary>One site's work in a round: from the shared model and its own patients to an update that points downhill.</summary>
/// <remarks>
/// Deterministic for one thread and one machine: batches come from the plan's seed, the site's name and the round. Not thread-safe.
/// </remarks>
public sealed class SiteTrainer : IDisposable
{
    private readonly TrainingPlan _training;
    private readonly string _site;
    private readonly RiskNetwork _network;
    private readonly Tensor _inputs;
    private readonly Tensor _labels;
    private readonly long[] _order;

    /// <param name="shape">The study's model.</param>
    /// <param name="training">The plan's training.</param>
    /// <param name="site">Names the stream of shuffles.</param>
    /// <param name="rows">This site's training patients; at least one.</param>
    /// <param name="device">Where to compute.</param>
    public SiteTrainer(ModelShape shape, TrainingPlan training, SiteName site, EncodedRows rows, Device device)
    {
        if (rows.Count == 0)
        {
            throw new ArgumentException("There is no patient to train on.", nameof(rows));
        }

        _training = training;
        _site = site.Value;
        _network = new RiskNetwork(shape, device);
        _inputs = tensor(rows.Inputs.ToArray()).view(rows.Count, rows.Width).to(device).DetachFromDisposeScope();
        _labels = tensor(rows.Labels.ToArray()).to(device).DetachFromDisposeScope();
        _order = new long[rows.Count];
    }

    /// <summary>Trains one round.</summary>
    /// <param name="model">The shared model, shape [d].</param>
    /// <param name="round">The round; names the shuffle.</param>
    /// <param name="update">Receives shape [d]: for fedavg, local model − shared model; for fedsgd, the negative mean gradient.</param>
    /// <param name="cancellationToken">Looked at before every batch.</param>
    public void Update(ReadOnlySpan<float> model, RoundNumber round, Span<double> update, CancellationToken cancellationToken)
    {
        _network.Load(model);
        var random = new KeyedRandom($"federated/shuffle/{_training.Seed}/{_site}/{round}");
        if (_training.Mode == "fedavg")
        {
            for (var epoch = 0; epoch < _training.LocalEpochs; epoch++)
            {
                Epoch(random, cancellationToken);
            }

            Difference(_network.Save(), model, update);
        }
        else
        {
            Gradient(random);
            var gradient = _network.Gradient();
            for (var i = 0; i < update.Length; i++)
            {
                update[i] = -(double)gradient[i];
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _network.Dispose();
        _inputs.Dispose();
        _labels.Dispose();
    }

    private static void Difference(float[] after, ReadOnlySpan<float> before, Span<double> update)
    {
        for (var i = 0; i < update.Length; i++)
        {
            update[i] = (double)after[i] - before[i];
        }
    }

    private int BatchSize => _training.BatchSize == 0 ? _order.Length : Math.Min(_training.BatchSize, _order.Length);

    private void Epoch(KeyedRandom random, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        using var optimizer = optim.SGD(_network.Parameters, learningRate: _training.LearningRate);
        var (inputs, labels) = Shuffled(random);
        for (var start = 0; start < _order.Length; start += BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            var count = Math.Min(BatchSize, _order.Length - start);
            optimizer.zero_grad();
            Backward(inputs.narrow(0, start, count), labels.narrow(0, start, count));
            optimizer.step();
        }
    }

    private void Gradient(KeyedRandom random)
    {
        using var scope = NewDisposeScope();
        foreach (var parameter in _network.Parameters)
        {
            parameter.grad = null;
        }

        var (inputs, labels) = BatchSize < _order.Length ? Shuffled(random) : (_inputs, _labels);
        Backward(inputs.narrow(0, 0, BatchSize), labels.narrow(0, 0, BatchSize));
    }

    private (Tensor Inputs, Tensor Labels) Shuffled(KeyedRandom random)
    {
        for (var i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        random.Shuffle(_order.AsSpan());
        var order = tensor(_order).to(_inputs.device);
        return (_inputs.index_select(0, order), _labels.index_select(0, order));
    }

    /// <summary>Mean cross-entropy of a batch, plus the penalty on weights (biases carry none).</summary>
    private void Backward(Tensor inputs, Tensor labels)
    {
        nn.functional.binary_cross_entropy_with_logits(_network.Logits(inputs), labels).backward();
        if (_training.WeightDecay == 0)
        {
            return;
        }

        using var guard = no_grad();
        for (var i = 0; i < _network.Parameters.Count; i += 2)
        {
            var weight = _network.Parameters[i];
            weight.grad!.add_(weight, alpha: _training.WeightDecay);
        }
    }
}
