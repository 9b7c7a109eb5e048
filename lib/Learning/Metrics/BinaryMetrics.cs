namespace Federated.Learning.Metrics;

/// <summary>How well probabilities fit labels.</summary>
/// <param name="Rows">Rows scored.</param>
/// <param name="Auroc">Area under the ROC curve, or null where one class is missing: it is undefined there, not 0.5.</param>
/// <param name="Accuracy">Share right at a threshold of 0.5 (a probability of exactly 0.5 counts as positive).</param>
/// <param name="Brier">Mean squared error of the probabilities.</param>
/// <param name="LogLoss">Mean negative log-likelihood in nats; probabilities are kept 1e-12 away from 0 and 1.</param>
public sealed record BinaryMetrics(int Rows, double? Auroc, double Accuracy, double Brier, double LogLoss)
{
    private const double Edge = 1e-12;

    /// <summary>Scores probabilities.</summary>
    /// <param name="probabilities">In [0, 1], shape [n], n at least 1.</param>
    /// <param name="labels">0 or 1, shape [n].</param>
    /// <exception cref="ArgumentException">Nothing to score, lengths that differ, or a probability that is not a number: it has no rank.</exception>
    public static BinaryMetrics Of(ReadOnlySpan<float> probabilities, ReadOnlySpan<float> labels)
    {
        if (probabilities.Length != labels.Length || labels.IsEmpty)
        {
            throw new ArgumentException(
                $"{probabilities.Length} probabilities and {labels.Length} labels cannot be scored.",
                nameof(labels)
            );
        }

        if (probabilities.ContainsAnyExceptInRange(0f, 1f))
        {
            throw new ArgumentException("A probability lies outside 0 to 1 or is not a number.", nameof(probabilities));
        }

        double right = 0;
        double squares = 0;
        double loss = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            double p = probabilities[i];
            var positive = labels[i] > 0.5f;
            right += p >= 0.5 == positive ? 1 : 0;
            squares += (p - labels[i]) * (p - labels[i]);
            loss -= Math.Log(Math.Clamp(positive ? p : 1 - p, Edge, 1 - Edge));
        }

        var n = labels.Length;
        return new BinaryMetrics(n, AreaUnderRoc(probabilities, labels), right / n, squares / n, loss / n);
    }

    /// <summary>The probability that a random positive row scores above a random negative one, ties counting half (Hanley and McNeil 1982).</summary>
    private static double? AreaUnderRoc(ReadOnlySpan<float> scores, ReadOnlySpan<float> labels)
    {
        var sorted = scores.ToArray();
        var order = new int[sorted.Length];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(sorted, order);
        double positives = 0;
        double rankSum = 0;
        for (var start = 0; start < sorted.Length; )
        {
            var end = start;
            var tied = 0;
            while (end < sorted.Length && sorted[end] == sorted[start])
            {
                tied += labels[order[end]] > 0.5f ? 1 : 0;
                end++;
            }

            rankSum += tied * (start + 1 + end) / 2.0; // the mean of ranks start+1 … end
            positives += tied;
            start = end;
        }

        var negatives = sorted.Length - positives;
        return positives == 0 || negatives == 0 ? null : (rankSum - (positives * (positives + 1) / 2)) / (positives * negatives);
    }
}
