using System.Numerics;

namespace Federated.Federation.Steps;

/// <summary>
/// The running mean of the models after several rounds: <c>mean = mean + (x − mean) / k</c> for the k-th, so that it never grows beyond what it averages. Once
/// for vectors and once for single elements, with the same bits.
/// </summary>
internal static class IterateMean
{
    /// <summary>Takes one model into the mean. All shapes are [d].</summary>
    /// <param name="before">The mean of k − 1 models; empty for the first.</param>
    /// <param name="parameters">The k-th model.</param>
    /// <param name="k">Its number, from 1.</param>
    /// <param name="mean">Gets the mean of k models.</param>
    internal static void Take(ReadOnlySpan<double> before, ReadOnlySpan<float> parameters, long k, Span<double> mean)
    {
        double count = k;
        var i = 0;
        for (; i <= mean.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(parameters[i..]), out var low, out var high);
            Of(before, low, count, i).CopyTo(mean[i..]);
            Of(before, high, count, i + Vector<double>.Count).CopyTo(mean[(i + Vector<double>.Count)..]);
        }

        for (; i < mean.Length; i++)
        {
            var last = before.IsEmpty ? 0.0 : before[i];
            mean[i] = last + ((parameters[i] - last) / count);
        }
    }

    private static Vector<double> Of(ReadOnlySpan<double> before, Vector<double> parameters, double count, int i)
    {
        var last = before.IsEmpty ? Vector<double>.Zero : new Vector<double>(before[i..]);
        return last + ((parameters - last) / new Vector<double>(count));
    }
}
