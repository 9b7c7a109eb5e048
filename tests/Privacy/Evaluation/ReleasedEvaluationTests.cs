using System.Collections.Immutable;
using Federated.Federation;
using Federated.Privacy.Evaluation;
using Federated.Privacy.Sampling;
using Federated.Privacy.Tests.Sampling;

namespace Federated.Privacy.Tests.Evaluation;

[TestClass]
public sealed class ReleasedEvaluationTests
{
    private const int Bins = 20;

    [TestMethod]
    public void Without_noise_the_area_is_that_of_the_binned_scores()
    {
        var (scores, positive) = Patients(400, 600);
        var bins = ScoreBins.Even(Bins);

        var area = Exact(bins, scores, positive).Auroc()!.Value;

        var byPairs = 0.0;
        for (var i = 0; i < scores.Length; i++)
        {
            for (var j = 0; j < scores.Length; j++)
            {
                if (positive[i] && !positive[j])
                {
                    byPairs += 0.5 + (0.5 * Math.Sign(bins.BinOf(scores[i]) - bins.BinOf(scores[j])));
                }
            }
        }

        Assert.AreEqual(byPairs / positive.Count(p => p) / positive.Count(p => !p), area.Value, 1e-12);
        Assert.AreEqual(0, area.Deviation);
    }

    [TestMethod]
    public void Without_noise_accuracy_and_calibration_are_counts()
    {
        var (scores, positive) = Patients(400, 600);
        var bins = ScoreBins.Even(Bins);
        var evaluation = Exact(bins, scores, positive);

        var right = scores.Zip(positive).Count(p => p.First >= 0.5 == p.Second);
        Assert.AreEqual(right / 1000.0, evaluation.Accuracy(bins.Edges.IndexOf(0.5))!.Value.Value, 1e-12);
        var inBin = scores.Zip(positive).Where(p => bins.BinOf(p.First) == 7).ToList();
        Assert.AreEqual(inBin.Count(p => p.Second) / (double)inBin.Count, evaluation.Calibration()[7]!.Value.Value, 1e-12);
    }

    /// <summary>The noise that is really added scatters the figures by what they say of themselves, and centres them on the truth.</summary>
    [TestMethod]
    public void Errors_are_as_predicted()
    {
        var (scores, positive) = Patients(500, 4500);
        var bins = ScoreBins.Even(Bins);
        var exact = Exact(bins, scores, positive);
        using var sampler = new DiscreteGaussianSampler(5, StatedWords.Seeded(9));
        var (areas, accuracies, shares) = (new List<NoisyFigure>(), new List<NoisyFigure>(), new List<NoisyFigure>());

        for (var turn = 0; turn < 2000; turn++)
        {
            var counts = new long[bins.Dimension];
            bins.Tally(scores, positive, counts);
            sampler.AddTo(counts);
            var released = new ReleasedEvaluation(bins, [.. counts.Select(count => (double)count)], 5);
            areas.Add(released.Auroc()!.Value);
            accuracies.Add(released.Accuracy(9)!.Value);
            shares.Add(released.Calibration()[9]!.Value);
        }

        AssertPredicted(areas, exact.Auroc()!.Value.Value);
        AssertPredicted(accuracies, exact.Accuracy(9)!.Value.Value);
        AssertPredicted(shares, exact.Calibration()[9]!.Value.Value);
        Assert.AreEqual(0.018, areas.Average(figure => figure.Deviation), 0.004, "what the design simulated for 500 and 4500 patients");
    }

    [TestMethod]
    public void Where_noise_leaves_nobody_there_is_no_figure()
    {
        var bins = ScoreBins.Even(4);
        var evaluation = new ReleasedEvaluation(bins, [1, -2, 3, 0, 40, 50, 60, 70], 5);

        Assert.IsNull(evaluation.Auroc());
        Assert.IsNotNull(evaluation.Accuracy(1));
        Assert.IsTrue(evaluation.Calibration()[0] is { Value: > 0 and < 1 });
        Assert.IsNull(new ReleasedEvaluation(bins, new double[8], 0).Accuracy(0));
        Assert.IsNull(new ReleasedEvaluation(bins, new double[8], 0).Calibration()[0]);
    }

    [TestMethod]
    [DataRow(double.NegativeInfinity, 0)]
    [DataRow(0.2499, 0)]
    [DataRow(0.25, 1, DisplayName = "an edge belongs above")]
    [DataRow(1.0, 3)]
    [DataRow(double.NaN, -1)]
    public void Every_score_has_one_bin(double score, int bin) => Assert.AreEqual(bin, ScoreBins.Even(4).BinOf(score));

    [TestMethod]
    public void One_patient_moves_one_count_by_one()
    {
        var bins = ScoreBins.Even(5);
        var (before, after) = (new long[10], new long[10]);

        bins.Tally([0.1, 0.9, double.NaN], [true, false, true], before);
        bins.Tally([0.1, 0.9, double.NaN, 0.5], [true, false, true, true], after);

        Assert.AreEqual(2, before.Sum());
        Assert.AreEqual(1, before.Zip(after).Sum(pair => (pair.First - pair.Second) * (pair.First - pair.Second)));
    }

    [TestMethod]
    public void Edges_that_make_no_bins_are_refused()
    {
        Assert.Contains("each above the one before", ScoreBins.Fault([0.1, 0.3, 0.3])!);
        Assert.Contains("Edge 1", ScoreBins.Fault([0.1, double.NaN])!);
        Assert.Contains("0 edges", ScoreBins.Fault([])!);
        Assert.Contains("0 edges", ScoreBins.Fault(default(ImmutableArray<double>))!);
        Assert.ThrowsExactly<ArgumentException>(() => ScoreBins.Even(1));
    }

    private static void AssertPredicted(List<NoisyFigure> figures, double truth)
    {
        var mean = figures.Average(figure => figure.Value);
        var deviation = Math.Sqrt(figures.Average(figure => (figure.Value - mean) * (figure.Value - mean)));
        var predicted = figures.Average(figure => figure.Deviation);

        Assert.AreEqual(1, deviation / predicted, 0.1, $"observed {deviation}, predicted {predicted}");
        Assert.AreEqual(truth, mean, predicted / 3); // of second order in the noise, and of 2000 turns
    }

    private static ReleasedEvaluation Exact(ScoreBins bins, double[] scores, bool[] positive)
    {
        var counts = new long[bins.Dimension];
        bins.Tally(scores, positive, counts);
        return new ReleasedEvaluation(bins, [.. counts.Select(count => (double)count)], 0);
    }

    private static (double[] Scores, bool[] Positive) Patients(int positives, int negatives)
    {
        var random = new KeyedRandom($"evaluation/{positives}/{negatives}");
        double Score(double shift) => Math.Clamp(((random.NextDouble() + random.NextDouble() + random.NextDouble()) / 3) + shift, 0, 1);
        var scores = Enumerable.Range(0, positives + negatives).Select(i => Score(i < positives ? 0.12 : -0.08)).ToArray();
        return (scores, [.. Enumerable.Range(0, positives + negatives).Select(i => i < positives)]);
    }
}
