using Federated.Federation.Plans;
using Federated.Fixtures;

namespace Federated.Federation.Tests.Plans;

/// <summary>How two plans differ, field by field.</summary>
[TestClass]
public sealed class PlanDifferenceTests
{
    private static readonly StudyPlan Plan = SamplePlan.For("alpha", "beta", "gamma").WithPrivacy();

    [TestMethod]
    public void A_plan_does_not_differ_from_itself() => Assert.IsEmpty(PlanDifference.Between(Plan, Plan));

    [TestMethod]
    public void Each_field_that_differs_is_named_with_both_values()
    {
        var next = Plan.But(privacy => privacy with { Epsilon = 4, Evaluation = null });
        next = next with
        {
            Sites = [.. next.Sites[..2], new PlanSite(next.Sites[2].Name, 3)],
            Features = [.. next.Features[1..], new("chol", 200)],
        };

        CollectionAssert.AreEqual(
            new[]
            {
                "features: [age, sex, thalach] > [sex, thalach, chol]",
                "features[age].missing_indicator: false > ",
                "features[age].variable: age > ",
                "features[chol].missing: > 200",
                "features[chol].missing_indicator: > false",
                "features[chol].variable: > chol",
                "privacy.epsilon: 2 > 4",
                "privacy.evaluation.bins: 20 > ",
                "privacy.evaluation.bound: 128 > ",
                "privacy.evaluation.noise_multiplier: 5 > ",
                "privacy.evaluation.scale_bits: 12 > ",
                "privacy.evaluation.spare_releases: 0 > ",
                "sites[gamma].weight: 1 > 3",
            },
            Texts(Plan, next)
        );
    }

    [TestMethod]
    public void Giving_up_privacy_shows() => CollectionAssert.Contains(Texts(Plan, Plan with { Privacy = null }), "privacy: > none");

    private static string[] Texts(StudyPlan old, StudyPlan next) =>
        [
            .. PlanDifference
                .Between(old, next)
                .Select(change => $"{change.Path}: {(change.Old is null ? "" : $"{change.Old} ")}> {change.New}"),
        ];
}
