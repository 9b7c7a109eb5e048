namespace Federated.Data.Tests;

/// <summary>A slow, obvious logistic regression: full-batch gradient descent, weight 0 is the intercept.</summary>
internal static class LogisticFit
{
    private const int Steps = 400;
    private const double Rate = 2;

    public static double[] Train(IReadOnlyList<EncodedRows> parts)
    {
        var weights = new double[parts[0].Width + 1];
        for (var step = 0; step < Steps; step++)
        {
            var gradient = new double[weights.Length];
            foreach (var part in parts)
            {
                for (var i = 0; i < part.Count; i++)
                {
                    var error = (1 / (1 + Math.Exp(-Score(weights, part.Row(i))))) - part.Labels.Span[i];
                    gradient[0] += error;
                    for (var j = 1; j < weights.Length; j++)
                    {
                        gradient[j] += error * part.Row(i)[j - 1];
                    }
                }
            }

            var count = parts.Sum(p => p.Count);
            for (var j = 0; j < weights.Length; j++)
            {
                weights[j] -= Rate * gradient[j] / count;
            }
        }

        return weights;
    }

    /// <summary>Share of pairs of one positive and one negative that are in the right order; ties count half.</summary>
    public static double Auroc(double[] weights, IReadOnlyList<EncodedRows> parts)
    {
        var scored = parts
            .SelectMany(p => Enumerable.Range(0, p.Count).Select(i => (Score: Score(weights, p.Row(i)), Label: p.Labels.Span[i])))
            .ToArray();
        var (positive, negative) = (scored.Where(s => s.Label == 1).ToArray(), scored.Where(s => s.Label == 0).ToArray());
        var right = positive.Sum(p =>
            negative.Sum(n =>
                p.Score > n.Score ? 1.0
                : p.Score == n.Score ? 0.5
                : 0
            )
        );
        return right / positive.Length / negative.Length;
    }

    private static double Score(double[] weights, ReadOnlySpan<float> inputs)
    {
        var score = weights[0];
        for (var j = 0; j < inputs.Length; j++)
        {
            score += weights[j + 1] * inputs[j];
        }

        return score;
    }
}
