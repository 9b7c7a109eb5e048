using Federated.Bench.FlambyHeart;
using Federated.Bench.Reporting;
using Federated.Learning.Metrics;
using Federated.Privacy.Evaluation;

namespace Federated.Bench.PrivacyUtility;

/// <summary>One method's figures at one guarantee, over all seeds.</summary>
internal sealed class UtilityFigures(string key, string name)
{
    private readonly List<double> _auroc = [];
    private readonly List<double> _accuracy = [];
    private readonly List<double> _hospitalAuroc = [];
    private readonly List<double> _hospitalAccuracy = [];
    private readonly List<double> _releasedAuroc = [];
    private readonly List<double> _releasedAccuracy = [];

    internal string Key => key;

    internal string Name => name;

    /// <summary>On all test rows, scored exactly.</summary>
    internal Sample Auroc => new(_auroc);

    /// <inheritdoc cref="Auroc"/>
    internal Sample Accuracy => new(_accuracy);

    /// <summary>Mean of the hospitals' own, scored exactly.</summary>
    internal Sample HospitalAuroc => new(_hospitalAuroc);

    /// <inheritdoc cref="HospitalAuroc"/>
    internal Sample HospitalAccuracy => new(_hospitalAccuracy);

    /// <summary>As the noisy histograms of the same model give it; null if noise hid all patients at every seed. Fewer values than seeds where it did at some.</summary>
    internal Sample? ReleasedAuroc => _releasedAuroc.Count > 0 ? new(_releasedAuroc) : null;

    /// <inheritdoc cref="ReleasedAuroc"/>
    internal Sample? ReleasedAccuracy => _releasedAccuracy.Count > 0 ? new(_releasedAccuracy) : null;

    internal void Add(FlambyScores scores, float[] labels)
    {
        var all = BinaryMetrics.Of(scores.Risks, labels);
        _auroc.Add(all.Auroc!.Value); // both classes are tested
        _accuracy.Add(all.Accuracy);
        _hospitalAuroc.Add(scores.MeanAuroc);
        _hospitalAccuracy.Add(scores.MeanAccuracy);
    }

    internal void Add(ReleasedEvaluation released)
    {
        if (released.Auroc() is { } auroc)
        {
            _releasedAuroc.Add(auroc.Value);
        }

        if (NoisyEvaluation.AccuracyOf(released) is { } accuracy)
        {
            _releasedAccuracy.Add(accuracy);
        }
    }
}
