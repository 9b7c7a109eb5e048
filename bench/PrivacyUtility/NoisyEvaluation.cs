using Federated.Bench.FlambyHeart;
using Federated.Data;
using Federated.Learning.Training;
using Federated.Privacy;
using Federated.Privacy.Evaluation;
using Federated.Privacy.Quantization;

namespace Federated.Bench.PrivacyUtility;

/// <summary>
/// The evaluation as the product releases it: two histograms of scores, summed over the sites with shared noise. It charges the test patients, each of whom is
/// in no training sum, and who get the same ε and δ for it. (One row a patient here; with more, a patient must be counted once.)
/// </summary>
internal static class NoisyEvaluation
{
    /// <summary>Even bins; the threshold of accuracy is an edge.</summary>
    private const int Bins = 20;

    /// <summary>Bound of a site's counts, a constant of the plan.</summary>
    private const int SiteBound = 256;

    /// <summary>The release. One patient moves one count by one: nothing is rounded.</summary>
    internal static ReleaseShape Release(int sites, int honest) =>
        new(sites, honest, ScoreBins.Even(Bins).Dimension, 1, SiteBound, Rounding.None, Times: 1);

    /// <summary>Releases once.</summary>
    /// <param name="model">What is scored.</param>
    /// <param name="scale">Test rows of the sites.</param>
    /// <param name="scorer">Applies the model.</param>
    /// <param name="shape">See <see cref="Release"/>.</param>
    /// <param name="noise">Calibrated for it.</param>
    /// <param name="stream">Names the noise.</param>
    internal static ReleasedEvaluation Of(
        float[] model,
        FlambyScale scale,
        Scorer scorer,
        ReleaseShape shape,
        NoiseMultiplier noise,
        string stream
    )
    {
        var bins = ScoreBins.Even(Bins);
        using var sum = new NoisySum(shape, noise, NamedNoise.Of(stream));
        var counts = new long[bins.Dimension];
        foreach (var hospital in scale.Hospitals)
        {
            Tally(bins, scorer.Probabilities(model, hospital.Test), hospital.Test, counts);
            sum.Add([.. counts.Select(count => (double)count)]);
        }

        return new ReleasedEvaluation(bins, [.. sum.Sum.Select(lane => lane / sum.Grid.Scale)], sum.Deviation);
    }

    /// <summary>Accuracy at a threshold of one half.</summary>
    internal static double? AccuracyOf(ReleasedEvaluation evaluation) => evaluation.Accuracy((Bins / 2) - 1)?.Value;

    private static void Tally(ScoreBins bins, float[] risks, EncodedRows rows, long[] counts)
    {
        double[] scores = [.. risks.Select(risk => (double)risk)];
        bool[] isPositive = [.. rows.Labels.ToArray().Select(label => label > 0.5f)];
        bins.Tally(scores, isPositive, counts);
    }
}
