using Federated.Data;
using Federated.Federation.Models;
using Federated.Learning.Privatization;

namespace Federated.Bench.PrivacyUtility;

/// <summary>The clipped gradients of all patients of a site.</summary>
internal sealed class EverybodysGradients
{
    private readonly PatientGradients _gradients;
    private readonly int[] _everybody;
    private readonly double[] _sum;

    internal EverybodysGradients(ModelShape shape, EncodedRows rows, GradientClipping clipping)
    {
        _gradients = new PatientGradients(shape, rows, clipping);
        _everybody = [.. Enumerable.Range(0, _gradients.Patients)];
        _sum = new double[_gradients.Dimension];
    }

    /// <summary>Their sum, pointing downhill. Overwritten by the next call.</summary>
    internal ReadOnlySpan<double> SumAt(ReadOnlySpan<float> model)
    {
        _gradients.Sum(model, _everybody, _sum);
        return _sum;
    }
}
