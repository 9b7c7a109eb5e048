using Federated.Federation.Models;
using Federated.Federation.Steps;
using Federated.Privacy;

namespace Federated.Bench.PrivacyUtility;

/// <summary>
/// DP-SGD on one sum a step: every site adds its patients' clipped gradients and its share of noise, everybody takes the same step with the sum. One site
/// with one share is pooled DP-SGD.
/// </summary>
/// <param name="shape">The model.</param>
/// <param name="rule">Its training.</param>
/// <param name="key">Stable name.</param>
/// <param name="name">Name for people.</param>
/// <param name="sites">Who adds.</param>
/// <param name="honest">Shares of noise that count: survivors less those who may collude.</param>
internal sealed class SummedGradients(
    ModelShape shape,
    TrainingRule rule,
    string key,
    string name,
    IReadOnlyList<ExpectedHospital> sites,
    int honest
) : TrainingMethod(shape, rule)
{
    private readonly EverybodysGradients[] _gradients =
    [
        .. sites.Select(site => new EverybodysGradients(shape, site.Train, rule.Clipping)),
    ];

    internal override string Key => key;

    internal override string Name => name;

    internal override ReleaseShape Release => Gradients(sites.Count, honest, sites.Max(site => site.Patients));

    internal override float[] Train(NoiseMultiplier noise, string stream)
    {
        using var sum = new NoisySum(Release, noise, NamedNoise.Of(stream));
        var patients = sites.Sum(site => site.Patients);
        var optimizer = Rule.Optimizer(sum.Deviation, patients);
        var model = Start();
        for (var step = 0; step < Rule.Steps; step++)
        {
            sum.Clear();
            foreach (var gradients in _gradients)
            {
                sum.Add(gradients.SumAt(model.Parameters.AsSpan()));
            }

            model = Finite(ServerStep.Next(model, sum.Sum, patients, sum.Grid, optimizer));
        }

        return [.. optimizer.ResultOf(model)];
    }
}
