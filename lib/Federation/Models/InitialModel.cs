using System.Runtime.InteropServices;
using Federated.Federation.Plans;

namespace Federated.Federation.Models;

/// <summary>The model before the first round, which every party computes from the plan's seed.</summary>
/// <remarks>
/// Logistic regression starts at zero. Hidden networks need broken symmetry: each weight and bias is uniform in ±1/√(fan-in), the usual
/// start of a dense layer (He et al. 2015 with a = √5), drawn in parameter order. √ is correctly rounded by IEEE 754, so that all
/// processors agree.
/// </remarks>
public static class InitialModel
{
    /// <summary>Round 0 of a study.</summary>
    public static ModelState Of(StudyPlan plan) => Of(plan.Shape, plan.Model.Seed);

    /// <summary>Round 0 of a shape and seed.</summary>
    public static ModelState Of(ModelShape shape, int seed)
    {
        var parameters = new float[shape.ParameterCount];
        if (shape.Layers.Length > 1)
        {
            var random = new KeyedRandom($"federated/initial-model/{seed}");
            var rest = parameters.AsSpan();
            foreach (var layer in shape.Layers)
            {
                var bound = 1.0 / Math.Sqrt(layer.Inputs);
                foreach (ref var parameter in rest[..layer.ParameterCount])
                {
                    parameter = (float)(((2 * random.NextDouble()) - 1) * bound);
                }

                rest = rest[layer.ParameterCount..];
            }
        }

        return new ModelState(new RoundNumber(0), ImmutableCollectionsMarshal.AsImmutableArray(parameters), []);
    }
}
