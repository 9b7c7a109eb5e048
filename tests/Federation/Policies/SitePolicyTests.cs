using Federated.Federation.Plans;
using Federated.Federation.Policies;
using Federated.Fixtures;

namespace Federated.Federation.Tests.Policies;

/// <summary>Each rule of a policy: what just keeps it is allowed, and what just does not is named with both values.</summary>
[TestClass]
public sealed class SitePolicyTests
{
    private static readonly DateTimeOffset Now = new(2030, 6, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly SiteName Lab = SiteName.Parse("lab");

    /// <summary>ε 2, δ 1e-5, shared noise, three of three sites, 400 patients, four parameters.</summary>
    private static readonly StudyPlan Plan = SamplePlan.For("alpha", "beta", "gamma").WithPrivacy();

    [TestMethod]
    [DataRow("purposes", true, DisplayName = "its purpose is listed")]
    [DataRow("purposes", false, DisplayName = "its purpose is another by one letter")]
    [DataRow("researchers", true, DisplayName = "its researcher is listed")]
    [DataRow("researchers", false, DisplayName = "its researcher is not")]
    [DataRow("models.kinds", true, DisplayName = "its kind of model is listed")]
    [DataRow("models.kinds", false, DisplayName = "its kind of model is not")]
    [DataRow("models.most_parameters", true, DisplayName = "exactly the most parameters")]
    [DataRow("models.most_parameters", false, DisplayName = "one parameter too many")]
    [DataRow("features", true, DisplayName = "all its features are listed")]
    [DataRow("features", false, DisplayName = "one feature is not")]
    [DataRow("privacy.units", true, DisplayName = "the unit that is asked for")]
    [DataRow("privacy.units", false, DisplayName = "another unit")]
    [DataRow("privacy.study.epsilon", true, DisplayName = "exactly the largest epsilon")]
    [DataRow("privacy.study.epsilon", false, DisplayName = "a hair over the largest epsilon")]
    [DataRow("privacy.study.delta", true, DisplayName = "exactly the largest delta")]
    [DataRow("privacy.study.delta", false, DisplayName = "a hair over the largest delta")]
    [DataRow("privacy.total.epsilon", true, DisplayName = "exactly the total")]
    [DataRow("privacy.total.epsilon", false, DisplayName = "a hair over the total")]
    [DataRow("privacy.noise", true, DisplayName = "a way to share noise that is listed")]
    [DataRow("privacy.noise", false, DisplayName = "one that is not")]
    [DataRow("privacy.noise_floor", true, DisplayName = "exactly the floor")]
    [DataRow("privacy.noise_floor", false, DisplayName = "a hair below the floor")]
    [DataRow("cohort.minimum_sites", true, DisplayName = "exactly the fewest sites")]
    [DataRow("cohort.minimum_sites", false, DisplayName = "one site too few")]
    [DataRow("cohort.expected_patients", true, DisplayName = "exactly the fewest patients")]
    [DataRow("cohort.expected_patients", false, DisplayName = "one patient too few")]
    [DataRow("expires", true, DisplayName = "on the last day")]
    [DataRow("expires", false, DisplayName = "on the day after")]
    public void A_rule_is_kept_to_its_boundary_and_not_beyond(string key, bool isKept)
    {
        const double total = 3.5;
        var plan = Plan.But(privacy => privacy with { NoiseFloor = 0.5 });

        var policy = Rule(key, plan, total, isKept);
        var (rules, faults) = (policy.Rules(plan, Lab, total, Now), policy.Faults(plan, Lab, total, Now));

        var rule = rules.Single(rule => rule.Key == key);
        Assert.AreEqual(isKept, rule.IsMet, rule.ToString());
        CollectionAssert.AreEqual(isKept ? [] : new[] { rule }, faults.ToArray(), "and no other rule says anything");
        StringAssert.StartsWith(rule.ToString(), $"{key}: ");
        Assert.Contains(rule.Allowed, rule.ToString());
        Assert.Contains(rule.Value!, rule.ToString());
    }

    [TestMethod]
    public void A_policy_that_asks_nothing_allows_every_plan_with_privacy_and_none_without()
    {
        var policy = new SitePolicy();

        Assert.AreEqual(ApprovalMode.Human, policy.Approval);
        Assert.IsEmpty(policy.Faults(Plan, Lab, null, Now));
        Assert.AreEqual(
            "privacy.without: the plan says privacy: none; the policy says refuse.",
            policy.Faults(SamplePlan.For("alpha", "beta"), Lab, null, Now).Single().ToString()
        );
    }

    [TestMethod]
    public void A_plan_without_privacy_is_allowed_by_word_alone_and_a_rule_on_patients_that_it_does_not_state_is_not_kept()
    {
        var plan = SamplePlan.For("alpha", "beta");
        var policy = new SitePolicy
        {
            WithoutPrivacy = true,
            Study = new PolicyLimit(1, 1e-6),
            Total = new PolicyLimit(1, 1e-6),
        };

        Assert.IsEmpty(policy.Faults(plan, Lab, null, Now));
        Assert.AreEqual(
            "cohort.expected_patients: the plan has a value that nobody can tell here; the policy allows at least 1.",
            (policy with { ExpectedPatients = 1 }).Faults(plan, Lab, null, Now).Single().ToString()
        );
    }

    [TestMethod]
    [DataRow(null, DisplayName = "no data set")]
    [DataRow(double.NaN, DisplayName = "an accountant that failed")]
    [DataRow(double.PositiveInfinity, DisplayName = "no bound")]
    public void A_total_that_nobody_can_tell_is_over_every_limit(double? total) =>
        Assert.HasCount(1, new SitePolicy { Total = new PolicyLimit(1000, 1e-5) }.Faults(Plan, Lab, total, Now));

    [TestMethod]
    public void All_faults_are_reported_at_once_each_with_what_is_too_much()
    {
        var policy = new SitePolicy
        {
            Researchers = ["someone-else"],
            Features = ["age"],
            Study = new PolicyLimit(1, 1e-6),
            MinimumSites = 5,
        };

        CollectionAssert.AreEqual(
            new[]
            {
                "researchers: the plan has lab; the policy allows someone-else.",
                "features: the plan has sex, thalach; the policy allows age.",
                "privacy.study.epsilon: the plan has 2; the policy allows at most 1.",
                "privacy.study.delta: the plan has 1e-05; the policy allows at most 1e-06.",
                "cohort.minimum_sites: the plan has 3; the policy allows at least 5.",
            },
            policy.Faults(Plan, Lab, null, Now).Select(rule => rule.ToString()).ToArray()
        );
    }

    [TestMethod]
    public void Local_noise_is_all_of_it_this_sites_own()
    {
        var plan = Plan.But(privacy => privacy with { Noise = "local", NoiseMultiplier = 5, NoiseFloor = 0 });

        Assert.IsEmpty(new SitePolicy { NoiseFloor = 5 }.Faults(plan, Lab, null, Now));
        Assert.HasCount(1, new SitePolicy { NoiseFloor = 5.0001 }.Faults(plan, Lab, null, Now));
    }

    /// <summary>A policy of this one rule, at the plan's own value or just beside it.</summary>
    private static SitePolicy Rule(string key, StudyPlan plan, double total, bool isKept)
    {
        var beside = isKept ? 0 : 1;
        var privacy = plan.Privacy!;
        return key switch
        {
            "purposes" => new SitePolicy { Purposes = [plan.Purpose + (isKept ? "" : "!")] },
            "researchers" => new SitePolicy { Researchers = [isKept ? "lab" : "lab-2"] },
            "models.kinds" => new SitePolicy { Kinds = [isKept ? "logistic" : "mlp"] },
            "models.most_parameters" => new SitePolicy { MostParameters = plan.Shape.ParameterCount - beside },
            "features" => new SitePolicy { Features = isKept ? ["age", "sex", "thalach"] : ["age", "sex"] },
            "privacy.units" => new SitePolicy { Units = [isKept ? "patient" : "site"] },
            "privacy.study.epsilon" => new SitePolicy
            {
                Study = new PolicyLimit(isKept ? privacy.Epsilon : Math.BitDecrement(privacy.Epsilon), privacy.Delta),
            },
            "privacy.study.delta" => new SitePolicy
            {
                Study = new PolicyLimit(privacy.Epsilon, isKept ? privacy.Delta : Math.BitDecrement(privacy.Delta)),
            },
            "privacy.total.epsilon" => new SitePolicy { Total = new PolicyLimit(isKept ? total : Math.BitDecrement(total), 1e-5) },
            "privacy.noise" => new SitePolicy { Noise = [isKept ? "shared" : "local"] },
            "privacy.noise_floor" => new SitePolicy { NoiseFloor = isKept ? privacy.NoiseFloor : Math.BitIncrement(privacy.NoiseFloor) },
            "cohort.minimum_sites" => new SitePolicy { MinimumSites = plan.Aggregation.MinimumSites + beside },
            "cohort.expected_patients" => new SitePolicy { ExpectedPatients = privacy.ExpectedPatients + beside },
            "expires" => new SitePolicy { Expires = DateOnly.FromDateTime(Now.UtcDateTime).AddDays(-beside) },
            _ => throw new ArgumentException(key, nameof(key)),
        };
    }
}
