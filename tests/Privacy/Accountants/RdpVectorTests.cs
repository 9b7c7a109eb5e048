using System.Text.Json;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;

namespace Federated.Privacy.Tests.Accountants;

/// <summary>The cross-checking accountant against reference values at the reference's orders.</summary>
[TestClass]
public sealed class RdpVectorTests
{
    [TestMethod]
    public void One_sampled_step_has_the_divergence_of_the_vectors_at_every_order()
    {
        var orders = VectorFile.Numbers("rdp_orders", "orders");
        VectorFile.AllHold(
            VectorFile.Cases("rdp_orders"),
            c =>
                orders
                    .Zip(c.Numbers("rdp_exact"))
                    .Select(pair =>
                        VectorFile.Near(
                            pair.Second,
                            RenyiDivergence.SampledGaussian(pair.First, c.Number("sigma"), c.Number("q")),
                            1e-6,
                            $"order {pair.First}"
                        )
                    )
                    .FirstOrDefault(fault => fault is not null)
        );
    }

    [TestMethod]
    public void Sampled_steps_are_as_in_the_vectors()
    {
        var accountant = new RdpAccountant(VectorFile.Numbers("poisson_subsampled_gaussian", "rdp_orders"));
        VectorFile.AllHold(VectorFile.Cases("poisson_subsampled_gaussian"), c => Fault(accountant, c, c.SampledSteps()));
    }

    [TestMethod]
    public void Different_steps_are_as_in_the_vectors()
    {
        var accountant = new RdpAccountant(VectorFile.Numbers("heterogeneous_composition", "rdp_orders"));
        VectorFile.AllHold(
            VectorFile.Cases("heterogeneous_composition"),
            c => Fault(accountant, c, PrivacyEvent.Compose(c.GetProperty("events").EnumerateArray().Select(VectorFile.SampledSteps)))
        );
    }

    [TestMethod]
    public void Gaussian_steps_are_as_in_the_vectors()
    {
        var accountant = new RdpAccountant(VectorFile.Numbers("gaussian_composition", "rdp_orders"));
        VectorFile.AllHold(
            VectorFile.Cases("gaussian_composition"),
            c =>
            {
                var released = new GaussianEvent(new NoiseMultiplier(c.Number("sigma"))).Times(c.Whole("steps"));
                var bound = accountant.Bound(released, c.Delta());
                return VectorFile.Near(c.Number("eps_rdp"), bound.Epsilon.Value, 1e-9)
                    ?? VectorFile.Near(c.Number("rdp_order"), bound.Order, 0, "order")
                    ?? VectorFile.Within(c.Number("rdp_accept_min"), c.Number("rdp_accept_max"), bound.Epsilon.Value);
            }
        );
    }

    [TestMethod]
    public void Batches_of_fixed_size_are_as_in_the_vectors()
    {
        var accountant = new RdpAccountant(VectorFile.Numbers("replace_one", "rdp_orders"));
        VectorFile.AllHold(
            VectorFile.Cases("replace_one").Where(c => c.Text("kind") == "without_replacement_rdp"),
            c =>
            {
                // The file measures sigma against the replace-one sensitivity, which is twice the clipping norm.
                var step = new FixedBatchGaussianEvent(
                    new NoiseMultiplier(2 * c.Number("sigma")),
                    c.Whole("dataset_size"),
                    c.Whole("sample_size")
                );
                var epsilon = accountant.Bound(step.Times(c.Whole("steps")), c.Delta(), NeighbouringRelation.ReplaceOne).Epsilon.Value;
                // Ours also knows that sampling never costs: at half of all patients that is the lower bound at some orders.
                return VectorFile.Near(c.Number("eps_rdp"), epsilon, c.Number("q") < 0.5 ? 1e-6 : 0.1)
                    ?? VectorFile.Within(0, c.Number("eps_rdp") * (1 + 1e-6), epsilon)
                    ?? VectorFile.Within(c.Number("accept_min"), c.Number("accept_max"), epsilon);
            }
        );
    }

    /// <summary>The conversion that older papers used (Mironov 2017, proposition 3), on our divergences, gives what they printed.</summary>
    [TestMethod]
    public void Published_values_come_out_with_the_conversion_of_their_time() =>
        VectorFile.AllHold(
            VectorFile.Cases("literature"),
            c =>
            {
                var accountant = new RdpAccountant([.. c.Numbers("rdp_classic_orders")]);
                var classic = accountant
                    .Divergences(c.SampledSteps())
                    .Zip(accountant.Orders)
                    .Min(pair => pair.First - (Math.Log(c.Number("delta")) / (pair.Second - 1)));
                return VectorFile.Near(c.Number("published_eps"), classic, 0, "published ε", c.Number("published_tolerance"))
                    ?? VectorFile.Near(c.Number("eps_rdp_classic"), classic, 1e-6);
            }
        );

    [TestMethod]
    [DataRow(0.01, 100, 1.0, 1.51)]
    [DataRow(0.01, 100, 0.8, 2.77)]
    [DataRow(0.02, 200, 2.0, 0.73)]
    [DataRow(0.05, 100, 1.5, 2.16)]
    [DataRow(0.10, 100, 3.0, 1.73)]
    public void The_designs_table_of_section_3_5_comes_out_with_its_orders(double rate, int steps, double noise, double epsilon)
    {
        var released = new SampledGaussianEvent(new NoiseMultiplier(noise), new SamplingRate(rate)).Times(steps);

        Assert.AreEqual(epsilon, RdpAccountant.Default.Bound(released, new Delta(1e-6)).Epsilon.Value, 0.01);
    }

    private static string? Fault(RdpAccountant accountant, JsonElement c, PrivacyEvent released)
    {
        var bound = accountant.Bound(released, c.Delta());
        return VectorFile.Near(c.Number("eps_rdp_exact"), bound.Epsilon.Value, 1e-6)
            ?? VectorFile.Within(c.Number("rdp_accept_min"), c.Number("rdp_accept_max"), bound.Epsilon.Value);
    }
}
