using Federated.Federation.Models;
using Federated.Privacy;
using Federated.Privacy.Quantization;

namespace Federated.Bench.PrivacyUtility;

/// <summary>One way to train privately.</summary>
internal abstract class TrainingMethod(Hospitals hospitals)
{
    /// <summary>Stable name, for programs.</summary>
    internal abstract string Key { get; }

    /// <summary>Name for people.</summary>
    internal abstract string Name { get; }

    /// <summary>All that a training patient's data goes into.</summary>
    internal abstract ReleaseShape Release { get; }

    protected Hospitals Hospitals { get; } = hospitals;

    /// <summary>Trains once.</summary>
    /// <param name="noise">z.</param>
    /// <param name="stream">Names the noise.</param>
    /// <returns>The model that is given out, shape [d].</returns>
    internal abstract float[] Train(NoiseMultiplier noise, string stream);

    /// <summary>The shape of gradient releases of these sites.</summary>
    /// <param name="sites">Sites in a sum.</param>
    /// <param name="honest">Shares of noise that count.</param>
    /// <param name="most">Most patients that are expected at one of them: their sum is not bounded further.</param>
    protected ReleaseShape Gradients(int sites, int honest, int most) =>
        new(
            sites,
            honest,
            Hospitals.Shape.ParameterCount,
            TrainingRule.ClippingNorm,
            most * TrainingRule.ClippingNorm,
            Rounding.OfTheSum,
            TrainingRule.Steps
        );

    /// <summary>A started model.</summary>
    protected ModelState Start() => InitialModel.Of(Hospitals.Shape, seed: 0);

    /// <summary>The state, if it is one.</summary>
    /// <exception cref="NotFiniteNumberException">A parameter has left all bounds.</exception>
    protected static ModelState Finite(ModelState? state) => state ?? throw new NotFiniteNumberException("The model is not finite any more.");
}
