using Federated.Federation.Aggregation;
using Federated.Hosting;
using Federated.Privacy;
using Federated.Privacy.Plans;

namespace Federated.Cli.Privacy.Explanation;

/// <summary>Figures of a study's privacy, and what follows from them for one patient's presence in it.</summary>
/// <param name="Epsilon">Against the coordinator and the sites that may collude; bounded.</param>
/// <param name="Delta">With what probability the bound may fail.</param>
internal sealed record PrivacyFigures(Epsilon Epsilon, Delta Delta)
{
    /// <summary>Belief from which on the promise alone is called weak.</summary>
    private const double NearlyCertain = 0.99;

    /// <summary>z on each sum; null if it is not known.</summary>
    internal NoiseMultiplier? Noise { get; init; }

    /// <summary>ε if the coordinator and all other sites collude; null if it is not known.</summary>
    internal Epsilon? Floor { get; init; }

    /// <summary>n and c; null if they are not known.</summary>
    internal (int Sites, int Colluders)? Consortium { get; init; }

    /// <summary>True if the bound lets an attacker come close to certainty.</summary>
    internal bool IsWeak => MostBelief(0.5, Epsilon) >= NearlyCertain;

    /// <summary>The most that an attacker can hold a patient's presence likely afterwards: p·e^ε/(1 − p + p·e^ε).</summary>
    /// <param name="before">p, how likely it was held before; between 0 and 1.</param>
    /// <param name="epsilon">ε.</param>
    /// <remarks>
    /// Bayes' rule with a likelihood ratio of at most e^ε. With δ it holds but for probability δ: what (ε, δ) lets be seen of one patient is no more than randomized response that tells the
    /// truth outright with probability δ (Kairouz, Oh, Viswanath 2015, arXiv:1311.0776, section 3).
    /// </remarks>
    internal static double MostBelief(double before, Epsilon epsilon) => before / (before + ((1 - before) * Math.Exp(-epsilon.Value)));

    /// <summary>The least, by the same rule.</summary>
    internal static double LeastBelief(double before, Epsilon epsilon) => 1 - MostBelief(1 - before, epsilon);

    /// <summary>The figures of a study that keeps its promise.</summary>
    internal static PrivacyFigures Of(StudyReleases releases)
    {
        var (plan, promised) = (releases.Plan, new Epsilon(releases.Privacy.Epsilon));
        var floor = releases.FloorBound().Epsilon;
        return new PrivacyFigures(promised, releases.Delta)
        {
            Noise = new NoiseMultiplier(releases.Privacy.NoiseMultiplier),
            Floor =
                !floor.IsBounded ? null
                : floor < promised ? promised // what a site's own noise does beyond the promise is not promised
                : floor,
            Consortium = (plan.Sites.Length, plan.Aggregation.Colluders),
        };
    }

    /// <exception cref="OperatorException">The figures contradict each other.</exception>
    internal void RequireSensible()
    {
        if (
            Consortium is var (sites, colluders)
            && Thresholds.Fault(sites, colluders, Thresholds.LeastMinimum(sites, colluders), allowPair: sites == 2) is { } fault
        )
        {
            throw new OperatorException($"These sites have no study together: {fault}");
        }

        if (Floor is { } floor && floor < Epsilon)
        {
            throw new OperatorException(
                $"An epsilon floor of {floor} is below epsilon {Epsilon}, but more colluders cannot see less.",
                "exchange the two if they were mixed up"
            );
        }
    }
}
