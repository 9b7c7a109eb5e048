using Federated.Federation;
using Federated.Learning.Metrics;

namespace Federated.Learning.Tests.Metrics;

[TestClass]
public sealed class BinaryMetricsTests
{
    [TestMethod]
    public void All_four_agree_with_a_slow_count_over_all_pairs()
    {
        var random = new KeyedRandom("metrics");
        for (var trial = 0; trial < 200; trial++)
        {
            var n = 2 + random.NextInt32(60);
            var levels = 1 + random.NextInt32(trial % 2 == 0 ? 5 : 1_000_000); // few levels: many ties
            float[] probabilities = [.. Enumerable.Range(0, n).Select(_ => (float)random.NextInt32(levels + 1) / levels)];
            float[] labels = [.. Enumerable.Range(0, n).Select(_ => (float)random.NextInt32(2))];

            var metrics = BinaryMetrics.Of(probabilities, labels);

            Assert.AreEqual(n, metrics.Rows);
            Assert.AreEqual(SlowAuroc(probabilities, labels) ?? -1, metrics.Auroc ?? -1, 1e-12);
            Assert.AreEqual(probabilities.Zip(labels).Count(x => x.First >= 0.5f == (x.Second == 1)) / (double)n, metrics.Accuracy, 1e-12);
            Assert.AreEqual(probabilities.Zip(labels).Average(x => Math.Pow((double)x.First - x.Second, 2)), metrics.Brier, 1e-12);
            Assert.AreEqual(probabilities.Zip(labels).Average(x => SlowLoss(x.First, x.Second)), metrics.LogLoss, 1e-9);
        }
    }

    [TestMethod]
    [DataRow(
        new[] { 0.1f, 0.4f, 0.35f, 0.8f },
        new[] { 0f, 0f, 1f, 1f },
        0.75,
        DisplayName = "the example of scikit-learn's roc_auc_score"
    )]
    [DataRow(new[] { 0.1f, 0.2f, 0.8f, 0.9f }, new[] { 0f, 0f, 1f, 1f }, 1.0, DisplayName = "all positives above all negatives")]
    [DataRow(new[] { 0.9f, 0.8f, 0.2f, 0.1f }, new[] { 0f, 0f, 1f, 1f }, 0.0, DisplayName = "all below")]
    [DataRow(new[] { 0.5f, 0.5f, 0.5f, 0.5f }, new[] { 0f, 1f, 0f, 1f }, 0.5, DisplayName = "all tied")]
    [DataRow(new[] { 0.5f, 0.5f, 0.9f }, new[] { 0f, 1f, 1f }, 0.75, DisplayName = "one pair tied counts half")]
    public void Known_areas_come_out(float[] probabilities, float[] labels, double auroc) =>
        Assert.AreEqual(auroc, BinaryMetrics.Of(probabilities, labels).Auroc!.Value, 1e-15);

    [TestMethod]
    [DataRow(0f, DisplayName = "no positive")]
    [DataRow(1f, DisplayName = "no negative")]
    public void With_one_class_there_is_no_area(float label)
    {
        var metrics = BinaryMetrics.Of([0.25f, 0.75f], [label, label]);

        Assert.IsNull(metrics.Auroc);
        Assert.AreEqual(0.5, metrics.Accuracy);
        Assert.AreEqual((0.0625 + 0.5625) / 2, metrics.Brier);
        Assert.AreEqual(-(Math.Log(0.25) + Math.Log(0.75)) / 2, metrics.LogLoss, 1e-12);
    }

    [TestMethod]
    public void The_order_of_the_rows_does_not_matter()
    {
        var random = new KeyedRandom("metrics/order");
        var rows = Enumerable.Range(0, 100).Select(_ => (P: (float)random.NextInt32(10) / 10, Y: (float)random.NextInt32(2))).ToArray();
        var before = BinaryMetrics.Of([.. rows.Select(r => r.P)], [.. rows.Select(r => r.Y)]);

        random.Shuffle(rows.AsSpan());
        var after = BinaryMetrics.Of([.. rows.Select(r => r.P)], [.. rows.Select(r => r.Y)]);

        Assert.AreEqual(before.Auroc, after.Auroc);
        Assert.AreEqual(before.LogLoss, after.LogLoss, 1e-12);
    }

    [TestMethod]
    public void A_certain_prediction_that_is_wrong_costs_much_but_not_everything() =>
        Assert.AreEqual(-Math.Log(1e-12), BinaryMetrics.Of([0f, 1f], [1f, 0f]).LogLoss, 1e-4);

    [TestMethod]
    public void What_cannot_be_scored_is_the_callers_bug()
    {
        Assert.ThrowsExactly<ArgumentException>(() => BinaryMetrics.Of([], []));
        Assert.ThrowsExactly<ArgumentException>(() => BinaryMetrics.Of([0.5f], [1f, 0f]));
        Assert.ThrowsExactly<ArgumentException>(() => BinaryMetrics.Of([0.5f, float.NaN], [1f, 0f]));
    }

    private static double? SlowAuroc(float[] scores, float[] labels)
    {
        double wins = 0;
        double pairs = 0;
        for (var i = 0; i < scores.Length; i++)
        {
            for (var j = 0; j < scores.Length; j++)
            {
                if (labels[i] == 1 && labels[j] == 0)
                {
                    pairs++;
                    wins +=
                        scores[i] > scores[j] ? 1
                        : scores[i] == scores[j] ? 0.5
                        : 0;
                }
            }
        }

        return pairs == 0 ? null : wins / pairs;
    }

    private static double SlowLoss(double p, double label)
    {
        var right = label == 1 ? p : 1 - p;
        return -Math.Log(Math.Min(Math.Max(right, 1e-12), 1 - 1e-12));
    }
}
