using System.Text.Json;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;

namespace Federated.Privacy.Tests.Accountants;

/// <summary>The deciding accountant against reference values: never below the true ε by more than the reference's own error, at most 0.1 % above.</summary>
[TestClass]
public sealed class PldVectorTests
{
    [TestMethod]
    public void Poisson_sampled_Gaussian_steps_are_as_in_the_vectors() =>
        VectorFile.AllHold(VectorFile.Cases("poisson_subsampled_gaussian"), c => Fault(c, c.SampledSteps()));

    [TestMethod]
    public void Gaussian_steps_are_as_in_the_vectors() =>
        VectorFile.AllHold(
            VectorFile.Cases("gaussian_composition"),
            c => Fault(c, new GaussianEvent(new NoiseMultiplier(c.Number("sigma"))).Times(c.Whole("steps")))
        );

    [TestMethod]
    public void Different_steps_are_as_in_the_vectors() =>
        VectorFile.AllHold(
            VectorFile.Cases("heterogeneous_composition"),
            c => Fault(c, PrivacyEvent.Compose(c.GetProperty("events").EnumerateArray().Select(VectorFile.SampledSteps)))
        );

    [TestMethod]
    public void Exchanging_a_patient_is_as_in_the_vectors() =>
        VectorFile.AllHold(
            VectorFile.Cases("replace_one").Where(c => c.Text("kind") == "poisson_replace_one_pld"),
            c => Fault(c, c.SampledSteps(), NeighbouringRelation.ReplaceOne)
        );

    [TestMethod]
    public void Discrete_mechanisms_are_as_in_the_vectors() =>
        VectorFile.AllHold(VectorFile.Cases("discrete_mechanisms"), c => Fault(c, Discrete(c).Times(c.Whole("steps"))));

    [TestMethod]
    public void Published_studies_are_as_recomputed() =>
        VectorFile.AllHold(
            VectorFile.Cases("literature"),
            c => VectorFile.Within(c.Number("eps_exact") - 1e-6, (c.Number("eps_exact") * 1.001) + 1e-6, Bound(c, c.SampledSteps()))
        );

    /// <summary>Only the values: the times of that file are those of another machine.</summary>
    [TestMethod]
    public void What_was_timed_elsewhere_has_the_same_epsilon() =>
        VectorFile.AllHold(
            VectorFile.Cases("timings").Where(c => c.Text("accountant") == "pld"),
            c =>
                VectorFile.Near(
                    c.Number("eps"),
                    Bound(c, PrivacyEvent.Compose(c.GetProperty("events").EnumerateArray().Select(VectorFile.SampledSteps))),
                    1e-3
                )
        );

    /// <summary>The bound of concentrated privacy holds for the sum of discrete Gaussians, and so must this one, which knows more in one dimension.</summary>
    [TestMethod]
    public void A_sum_of_discrete_Gaussians_is_never_counted_below_its_exact_cost() =>
        VectorFile.AllHold(
            VectorFile.Cases("distributed_discrete_gaussian", "exact_1d"),
            c =>
            {
                var sum = new SumOfDiscreteGaussiansEvent(c.Whole("n"), c.Number("sigma2"), c.Number("sensitivity"), 1, SamplingRate.All);
                var most = Math.Max(c.Number("eps_bound"), c.Number("eps_exact") + (3 * c.Number("tau"))) * 1.001;
                return VectorFile.Within(c.Number("eps_exact") - 1e-9, most, Bound(c, sum));
            }
        );

    private static PrivacyEvent Discrete(JsonElement c) =>
        c.Text("mechanism") == "discrete_laplace"
            ? new DiscreteLaplaceEvent(c.Number("a"), c.Whole("sensitivity"))
            : new DiscreteGaussianEvent(c.Number("sigma2"), c.Number("sensitivity"), 1, new SamplingRate(c.Number("q")));

    private static double Bound(
        JsonElement c,
        PrivacyEvent released,
        NeighbouringRelation relation = NeighbouringRelation.AddOrRemoveOne
    ) => PldAccountant.Bound(released, c.Delta(), relation).Epsilon.Value;

    private static string? Fault(JsonElement c, PrivacyEvent released, NeighbouringRelation relation = NeighbouringRelation.AddOrRemoveOne)
    {
        var epsilon = Bound(c, released, relation);
        var uncertainty = c.Has("exact_uncertainty") ? c.Number("exact_uncertainty") : 1e-9 * c.Number("eps_exact");
        return VectorFile.Within(c.Number("accept_min"), c.Number("accept_max"), epsilon)
            ?? VectorFile.Within(c.Number("eps_exact") - uncertainty - 1e-12, double.MaxValue, epsilon, "unsafe value");
    }
}
