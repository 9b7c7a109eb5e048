using Federated.Federation.Models;
using Federated.Federation.Steps;
using Federated.Learning.Privatization;
using Federated.Privacy;

namespace Federated.Bench.PrivacyUtility;

/// <summary>
/// DP-SGD on one sum a step: every site adds its patients' clipped gradients and its share of noise, everybody takes the same step with the sum. One site
/// with one share is pooled DP-SGD.
/// </summary>
/// <param name="hospitals">What is trained on.</param>
/// <param name="key">Stable name.</param>
/// <param name="name">Name for people.</param>
/// <param name="sites">Who adds.</param>
/// <param name="honest">Shares of noise that count: survivors less those who may collude.</param>
internal sealed class SummedGradients(Hospitals hospitals, string key, string name, IReadOnlyList<ExpectedHospital> sites, int honest)
    : TrainingMethod(hospitals)
{
    private readonly PrivateGradients[] _gradients = [.. sites.Select(site => new PrivateGradients(hospitals.Shape, site.Train))];

    internal override string Key => key;

    internal override string Name => name;

    internal override ReleaseShape Release => Gradients(sites.Count, honest, sites.Max(site => site.Patients));

    internal override float[] Train(NoiseMultiplier? noise, string stream)
    {
        using var sum = new NoisySum(Release, noise, stream);
        var patients = sites.Sum(site => site.Patients);
        var optimizer = TrainingRule.For(sum.Deviation / TrainingRule.ClippingNorm, patients).Optimizer;
        var model = Start();
        for (var step = 0; step < TrainingRule.Steps; step++)
        {
            sum.Clear();
            foreach (var gradients in _gradients)
            {
                sum.Add(gradients.SumAt(model.Parameters.AsSpan()));
            }

            model = PrivateGradients.Finite(ServerStep.Next(model, sum.Sum, patients, sum.Grid, optimizer));
        }

        return [.. optimizer.ResultOf(model)];
    }
}

/// <summary>The clipped gradients of all patients of a site.</summary>
internal sealed class PrivateGradients
{
    private readonly PatientGradients _gradients;
    private readonly int[] _everybody;
    private readonly double[] _sum;

    internal PrivateGradients(ModelShape shape, Federated.Data.EncodedRows rows)
    {
        _gradients = new PatientGradients(shape, rows, new GradientClipping(TrainingRule.ClippingNorm, ClippingManner.Flat));
        _everybody = [.. Enumerable.Range(0, _gradients.Patients)];
        _sum = new double[_gradients.Dimension];
    }

    /// <summary>Their sum, pointing downhill. Overwritten by the next call.</summary>
    internal ReadOnlySpan<double> SumAt(ReadOnlySpan<float> model)
    {
        _gradients.Sum(model, _everybody, _sum);
        return _sum;
    }

    /// <summary>The state, if it is one.</summary>
    /// <exception cref="NotFiniteNumberException">A parameter has left all bounds.</exception>
    internal static ModelState Finite(ModelState? state) => state ?? throw new NotFiniteNumberException("The model is not finite any more.");
}
