using System.Globalization;
using Federated.Federation.Plans;
using Federated.Federation.Steps;

namespace Federated.Bench.Tuning;

/// <summary>One point of the grid.</summary>
internal sealed record TuningSettings(double LearningRate, int BatchSize, int LocalEpochs, double Momentum, double WeightDecay)
{
    /// <summary>What <see cref="DefaultStudy"/> says today.</summary>
    internal static TuningSettings Default
    {
        get
        {
            var training = DefaultStudy.Training("fedavg", DefaultStudy.Rounds, 0);
            return new(
                training.LearningRate,
                training.BatchSize,
                training.LocalEpochs,
                DefaultStudy.Server("fedavg").Momentum,
                training.WeightDecay
            );
        }
    }

    internal static IReadOnlyList<TuningSettings> Grid { get; } =
    [
        .. from rate in new[] { 0.03, 0.1, 0.3, 1.0 }
        from batch in new[] { 16, 32, 64 }
        from epochs in new[] { 1, 2 }
        from momentum in new[] { 0.5, 0.9 }
        from decay in new[] { 0.001, 0.01 }
        select new TuningSettings(rate, batch, epochs, momentum, decay),
    ];

    internal StudyPlan Apply(StudyPlan plan) =>
        plan with
        {
            Training = plan.Training with
            {
                LearningRate = LearningRate,
                BatchSize = BatchSize,
                LocalEpochs = LocalEpochs,
                WeightDecay = WeightDecay,
            },
            Server = new ServerOptimizer.Sgd(plan.Server.LearningRate, Momentum),
        };

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"lr {LearningRate}, batch {BatchSize}, epochs {LocalEpochs}, momentum {Momentum}, decay {WeightDecay}"
        );
}
