using Federated.Privacy.Numerics;

namespace Federated.Privacy.Evaluation;

/// <summary>
/// What an evaluation would release of a model that is assumed, before there is one: so that whoever plans a study sees how large the error of each figure will be. Nobody's data is
/// in it.
/// </summary>
public static class AssumedScores
{
    /// <summary>Expected counts of a calibrated model, with the noise of a release.</summary>
    /// <param name="bins">The public bins.</param>
    /// <param name="patients">Held-out patients, above 0.</param>
    /// <param name="prevalence">Share of positives, above 0 and below 1.</param>
    /// <param name="auroc">Area under the ROC curve, above ½ and below 1.</param>
    /// <param name="sigma">Standard deviation of the noise of each count, in patients.</param>
    /// <remarks>
    /// Binormal model of equal variance (Hanley 1988, Medical Decision Making 8:197): a marker is N(±d/2, 1) with d = √2·Φ⁻¹(AUROC), and the score is the probability of being positive given
    /// the marker x, of log-odds d·x + logit(prevalence).
    /// </remarks>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public static ReleasedEvaluation Of(ScoreBins bins, double patients, double prevalence, double auroc, double sigma)
    {
        ArgumentNullException.ThrowIfNull(bins);
        Require.InRange(patients, 1e-9, 1e12, "The number of patients");
        Require.InRange(prevalence, 1e-6, 1 - 1e-6, "The prevalence");
        Require.InRange(auroc, 0.501, 0.999, "The area under the ROC curve");
        var distance = Math.Sqrt(2) * NormalDistribution.UpperQuantile(Math.Log(1 - auroc));
        var counts = new double[bins.Dimension];
        Fill(counts.AsSpan(0, bins.Count), patients * prevalence, distance / 2);
        Fill(counts.AsSpan(bins.Count), patients * (1 - prevalence), -distance / 2);
        return new ReleasedEvaluation(bins, counts, sigma);

        void Fill(Span<double> histogram, double total, double mean)
        {
            var above = 1.0;
            for (var k = 0; k < histogram.Length; k++)
            {
                var next = k < bins.Edges.Length ? NormalDistribution.UpperTail(MarkerAt(bins.Edges[k]) - mean) : 0;
                histogram[k] = total * (above - next);
                above = next;
            }
        }

        double MarkerAt(double score) =>
            score <= 0 ? -1000 // nobody is beyond
            : score >= 1 ? 1000
            : (Math.Log(score / (1 - score)) - Math.Log(prevalence / (1 - prevalence))) / distance;
    }
}
