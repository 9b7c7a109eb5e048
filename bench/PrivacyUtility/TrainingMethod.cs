using Federated.Data;
using Federated.Federation.Models;
using Federated.Privacy;
using Federated.Privacy.Quantization;

namespace Federated.Bench.PrivacyUtility;

/// <summary>One hospital as a plan knows it: its rows, and the patients that are expected among them, a constant of the plan.</summary>
internal sealed record ExpectedHospital(EncodedRows Train, int Patients);

/// <summary>One way to train privately.</summary>
internal abstract class TrainingMethod(ModelShape shape, TrainingRule rule)
{
    /// <summary>Stable name, for programs.</summary>
    internal abstract string Key { get; }

    /// <summary>Name for people.</summary>
    internal abstract string Name { get; }

    /// <summary>All that a training patient's data goes into.</summary>
    internal abstract ReleaseShape Release { get; }

    protected ModelShape Shape => shape;

    protected TrainingRule Rule => rule;

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
        new(sites, honest, shape.ParameterCount, rule.ClippingNorm, most * rule.ClippingNorm, Rounding.OfTheSum, rule.Steps);

    /// <summary>The model before the first step.</summary>
    protected ModelState Start() => InitialModel.Of(shape, seed: 0);

    /// <summary>The state, if it is one.</summary>
    /// <exception cref="NotFiniteNumberException">A parameter has left all bounds.</exception>
    protected static ModelState Finite(ModelState? state) =>
        state ?? throw new NotFiniteNumberException("The model is not finite any more.");
}
