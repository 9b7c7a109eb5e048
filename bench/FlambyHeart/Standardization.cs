using Federated.Data;

namespace Federated.Bench.FlambyHeart;

/// <summary>Mean and deviation of training rows, input by input; the deviation with n − 1, as the published figures have it.</summary>
internal sealed class Standardization
{
    // FLamby's guard for an input that is constant at a hospital (Swiss cholesterol, 0 in every row).
    private const double Guard = 1e-9;

    private readonly double[] _mean;
    private readonly double[] _deviation;

    private Standardization(double[] mean, double[] deviation) => (_mean, _deviation) = (mean, deviation);

    /// <param name="rows">At least two.</param>
    internal static Standardization Of(EncodedRows rows)
    {
        var (mean, deviation) = (new double[rows.Width], new double[rows.Width]);
        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = 0; j < rows.Width; j++)
            {
                mean[j] += (double)rows.Row(i)[j] / rows.Count;
            }
        }

        for (var i = 0; i < rows.Count; i++)
        {
            for (var j = 0; j < rows.Width; j++)
            {
                deviation[j] += Math.Pow(rows.Row(i)[j] - mean[j], 2) / (rows.Count - 1);
            }
        }

        return new Standardization(mean, [.. deviation.Select(Math.Sqrt)]);
    }

    internal EncodedRows Apply(EncodedRows rows)
    {
        var inputs = rows.Inputs.ToArray();
        for (var i = 0; i < inputs.Length; i++)
        {
            var j = i % rows.Width;
            inputs[i] = (float)((inputs[i] - _mean[j]) / (_deviation[j] + Guard));
        }

        return rows.WithInputs(inputs);
    }
}
