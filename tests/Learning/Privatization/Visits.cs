using Federated.Data;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Fixtures;

namespace Federated.Learning.Tests.Privatization;

/// <summary>Invented rows, several of one patient where a test wants them.</summary>
internal static class Visits
{
    /// <summary>Rows of the sample plan's width; row i is of patient i modulo <paramref name="patients"/>, with inputs of its own in ±<paramref name="reach"/>.</summary>
    public static EncodedRows Of(int patients, int rows, float reach = 1)
    {
        var random = new KeyedRandom($"visits/{patients}/{rows}");
        var chosen = Patients
            .Encoded(SamplePlan.For("alpha", "beta"), "alpha", patients)
            .Select([.. Enumerable.Range(0, rows).Select(i => i % patients)]);
        return chosen.WithInputs([
            .. Enumerable.Range(0, chosen.Inputs.Length).Select(_ => reach * (float)((2 * random.NextDouble()) - 1)),
        ]);
    }

    /// <summary>A model of these hidden widths, all parameters in ±<paramref name="reach"/>.</summary>
    public static float[] Model(ModelShape shape, double reach = 0.5)
    {
        var random = new KeyedRandom("a model");
        return [.. Enumerable.Range(0, shape.ParameterCount).Select(_ => (float)(reach * ((2 * random.NextDouble()) - 1)))];
    }

    /// <summary>The same rows with one input changed.</summary>
    public static EncodedRows With(this EncodedRows rows, int row, int input, float value)
    {
        var inputs = rows.Inputs.ToArray();
        inputs[(row * rows.Width) + input] = value;
        return rows.WithInputs(inputs);
    }

    public static double Norm(IEnumerable<double> vector) => Math.Sqrt(vector.Sum(x => x * x));

    /// <summary>‖x − y‖ relative to ‖y‖.</summary>
    public static double Distance(double[] x, double[] y) => Norm(x.Zip(y, (a, b) => a - b)) / Norm(y);
}
