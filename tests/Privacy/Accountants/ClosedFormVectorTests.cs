using Federated.Privacy.Accountants;
using Federated.Privacy.Events;

namespace Federated.Privacy.Tests.Accountants;

/// <summary>Closed forms against reference values of 40 to 60 digits.</summary>
[TestClass]
public sealed class ClosedFormVectorTests
{
    /// <summary>
    /// 1 + e^−6: the reference looked for the best order above this one only. In five cases of ρ = 10 the best lies below, and its δ is up to 0.03 % too large.
    /// </summary>
    private const double EndOfTheReferencesSearch = 1.0024787521766663;

    [TestMethod]
    public void The_analytic_Gaussian_is_as_in_the_vectors() =>
        VectorFile.AllHold(
            VectorFile.Cases("analytic_gaussian"),
            c =>
            {
                var epsilon = new Epsilon(c.Number("eps"));
                return c.Text("kind") == "delta_of_eps"
                    ? VectorFile.Near(c.Number("log_delta"), AnalyticGaussian.LogDelta(1 / c.Number("sigma"), epsilon), 0, "ln δ", 1e-9)
                    : VectorFile.Near(c.Number("sigma"), AnalyticGaussian.Sigma(epsilon, c.Delta()), 1e-9, "σ");
            }
        );

    [TestMethod]
    public void Composed_Gaussians_are_analytic_too() =>
        VectorFile.AllHold(
            VectorFile.Cases("gaussian_composition"),
            c => VectorFile.Near(c.Number("eps_exact"), AnalyticGaussian.Epsilon(c.Number("mu"), c.Delta()).Value, 1e-9)
        );

    [TestMethod]
    public void Concentrated_privacy_converts_as_in_the_vectors() =>
        VectorFile.AllHold(
            VectorFile.Cases("zcdp_conversion"),
            c =>
            {
                if (c.Text("kind") == "delta_of_eps")
                {
                    var (logDelta, order) = ZcdpAccountant.LogDeltaOf(c.Number("rho"), new Epsilon(c.Number("eps")));
                    if (c.Number("order") == EndOfTheReferencesSearch)
                    {
                        return VectorFile.Within(double.MinValue, c.Number("log_delta_tight"), logDelta, "ln δ")
                            ?? VectorFile.Within(1, EndOfTheReferencesSearch, order, "order")
                            ?? VectorFile.Near(LogDeltaByScan(c.Number("rho"), c.Number("eps")), logDelta, 0, "ln δ", 1e-8);
                    }

                    return VectorFile.Near(c.Number("log_delta_tight"), logDelta, 0, "ln δ", 1e-8)
                        ?? (logDelta < 0 ? VectorFile.Near(c.Number("order"), order, 1e-3, "order") : null);
                }

                var (epsilon, best) = ZcdpAccountant.EpsilonOf(c.Number("rho"), c.Delta());
                var exact = AnalyticGaussian.Epsilon(Math.Sqrt(2 * c.Number("rho")), c.Delta()).Value;
                return VectorFile.Near(c.Number("eps_tight"), epsilon.Value, 1e-8)
                    ?? (epsilon.Value > 0 ? VectorFile.Near(c.Number("order"), best, 1e-3, "order") : null)
                    ?? VectorFile.Near(c.Number("eps_gaussian_exact"), exact, 1e-9, "exact ε of that noise");
            }
        );

    [TestMethod]
    public void Discrete_Gaussians_have_the_concentrated_privacy_of_the_vectors() =>
        VectorFile.AllHold(
            VectorFile.Cases("discrete_mechanisms").Where(c => c.Has("rho_zcdp")),
            c =>
            {
                var one = new DiscreteGaussianEvent(c.Number("sigma2"), c.Number("sensitivity"), 1, SamplingRate.All);
                var released = one.Times(c.Whole("steps"));
                return VectorFile.Near(c.Number("rho_zcdp"), ZcdpAccountant.Rho(released), 1e-12, "ρ")
                    ?? VectorFile.Near(c.Number("eps_zcdp"), ZcdpAccountant.Bound(released, c.Delta()).Value, 1e-8);
            }
        );

    [TestMethod]
    public void Pure_privacy_of_discrete_Laplace_noise_bounds_every_order() =>
        VectorFile.AllHold(
            VectorFile.Cases("discrete_mechanisms").Where(c => c.Has("eps_pure")),
            c =>
            {
                var released = new DiscreteLaplaceEvent(c.Number("a"), c.Whole("sensitivity")).Times(c.Whole("steps"));
                var divergences = RdpAccountant.Default.Divergences(released);
                return VectorFile.Within(0, c.Number("eps_pure") * (1 + 1e-12), divergences.Max(), "divergence")
                    ?? VectorFile.Within(
                        c.Number("eps_exact"),
                        double.MaxValue,
                        RdpAccountant.Default.Bound(released, c.Delta()).Epsilon.Value
                    );
            }
        );

    [TestMethod]
    public void Sums_of_discrete_Gaussians_are_as_in_the_vectors() =>
        VectorFile.AllHold(
            VectorFile.Cases("distributed_discrete_gaussian"),
            c =>
            {
                var (n, sigma2, dim) = (c.Whole("n"), c.Number("sigma2"), c.Whole("dim"));
                var (l2, l1) = (c.Number("l2_sensitivity"), c.Number("l1_sensitivity"));
                var (root, linear1, linear) = SumOfDiscreteGaussians.Terms(n, sigma2, l2, l1, dim);
                var sum = new SumOfDiscreteGaussiansEvent(n, sigma2, l2, dim, SamplingRate.All);
                return VectorFile.Near(c.Number("tau"), SumOfDiscreteGaussians.Tau(n, sigma2), 1e-9, "τ", 1e-300)
                    ?? VectorFile.Near(c.Number("eps_term_sqrt"), root, 1e-9, "root")
                    ?? VectorFile.Near(c.Number("eps_term_l1"), linear1, 1e-9, "with L1")
                    ?? VectorFile.Near(c.Number("eps_term_linear"), linear, 1e-9, "linear")
                    ?? VectorFile.Near(l1, sum.L1Sensitivity, 1e-12, "L1 sensitivity")
                    ?? VectorFile.Near(c.Number("rho"), ZcdpAccountant.Rho(sum), 1e-9, "ρ")
                    ?? VectorFile.Near(c.Number("eps_dp_delta_1e5"), ZcdpAccountant.Bound(sum, new Delta(1e-5)).Value, 1e-8)
                    ?? VectorFile.Near(c.Number("eps_dp_delta_1e6"), ZcdpAccountant.Bound(sum, new Delta(1e-6)).Value, 1e-8);
            }
        );

    [TestMethod]
    public void One_dimensional_sums_have_the_bound_of_the_vectors_above_their_exact_cost() =>
        VectorFile.AllHold(
            VectorFile.Cases("distributed_discrete_gaussian", "exact_1d"),
            c =>
            {
                var sum = new SumOfDiscreteGaussiansEvent(c.Whole("n"), c.Number("sigma2"), c.Number("sensitivity"), 1, SamplingRate.All);
                var epsilon = ZcdpAccountant.Bound(sum, c.Delta()).Value;
                return VectorFile.Near(c.Number("eps_bound"), epsilon, 1e-8)
                    ?? VectorFile.Within(c.Number("eps_exact"), double.MaxValue, epsilon)
                    ?? VectorFile.Within(0, c.Number("tau"), c.Number("max_abs_log_ratio"), "ratio, against our τ")
                    ?? VectorFile.Near(c.Number("tau"), SumOfDiscreteGaussians.Tau(c.Whole("n"), c.Number("sigma2")), 1e-9, "τ");
            }
        );

    [TestMethod]
    public void Rounded_norms_are_as_in_the_vectors() =>
        VectorFile.AllHold(
            VectorFile.Cases("distributed_discrete_gaussian", "rounding_cases"),
            c =>
            {
                var (worst, conditional) = SumOfDiscreteGaussians.RoundedNorm(
                    c.Number("clip_norm"),
                    c.Number("granularity"),
                    c.Whole("dim"),
                    c.Number("beta")
                );
                return VectorFile.Near(c.Number("worst_case_l2"), worst, 1e-9)
                    ?? (conditional is { } l2 ? VectorFile.Near(c.Number("conditional_l2"), l2, 1e-9) : null)
                    ?? VectorFile.Near(c.Number("l2_after_rounding"), Math.Min(worst, conditional ?? worst), 1e-9);
            }
        );

    /// <summary>The formula of the file, at a million orders.</summary>
    private static double LogDeltaByScan(double rho, double epsilon)
    {
        var least = 0.0;
        for (var i = 0; i < 1_000_000; i++)
        {
            var b = Math.Exp(-16 + (i * 12e-6));
            least = Math.Min(least, (b * (((1 + b) * rho) - epsilon)) - Math.Log(b) + ((1 + b) * Math.Log(b / (1 + b))));
        }

        return least;
    }
}
