using System.Collections.Immutable;
using Federated.Data;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Learning.Models;

namespace Federated.Bench.GpuTraining;

/// <summary>One local epoch to be timed.</summary>
/// <param name="Hidden">Widths of the hidden layers; empty for logistic regression.</param>
/// <param name="Batch">Patients per step; more than there are means all at once.</param>
/// <param name="Rows">Training patients, at least 1.</param>
internal sealed record TrainingCase(ImmutableArray<int> Hidden, int Batch, int Rows)
{
    private static readonly ImmutableArray<ImmutableArray<int>> Networks =
    [
        [],
        [64, 32],
        [256, 256],
    ];
    private static readonly ImmutableArray<int> Batches = [64, 256, 4096];

    /// <summary>Every network with every batch, for one number of patients.</summary>
    internal static IEnumerable<TrainingCase> All(int rows) =>
        from hidden in Networks
        from batch in Batches
        select new TrainingCase(hidden, batch, rows);

    /// <summary>Steps of one epoch.</summary>
    internal int Steps => (Rows + Batch - 1) / Batch;

    /// <summary>Such as <c>13-64-32-1</c>.</summary>
    internal string Widths(int inputs) => string.Join('-', [inputs, .. Hidden, 1]);

    internal ModelShape ShapeFor(EncodedRows rows) => new(rows.Width, Hidden.AsSpan());

    /// <summary>Whether a node whose device is <c>auto</c> takes a GPU for this.</summary>
    internal bool IsWorthAGpu(EncodedRows rows) => Devices.IsWorthAGpu(ShapeFor(rows), Batch, Rows);

    /// <summary>The default study's training, with one epoch and this batch.</summary>
    internal TrainingPlan Training =>
        DefaultStudy.Training("fedavg", rounds: 1, DefaultStudy.Seed) with
        {
            LocalEpochs = 1,
            BatchSize = Batch,
        };
}
