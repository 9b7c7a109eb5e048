using System.Globalization;
using System.Text.Json;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Federation.Policies;
using Federated.Fixtures;
using Federated.Node.Commands;
using Federated.Node.Commands.Review;
using Federated.Node.Plans;
using Federated.Node.Policy;
using Federated.Node.Tests.Policy;
using Federated.Node.Tests.Studies;

namespace Federated.Node.Tests.Commands;

/// <summary>What <c>fed-node plans show</c> says to the person who decides on a plan, in both languages and for programs.</summary>
[TestClass]
public sealed class PlanReviewTests
{
    private const string Policy = "approval: two-humans\napproval_expires_after: 90d\nprivacy: { study: { epsilon: 1.5, delta: 1e-5 } }";

    [TestMethod]
    public void Minimum_colluders_and_suite_are_said_in_words()
    {
        var plan = SamplePlan.For("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta");
        plan = plan with { Aggregation = plan.Aggregation with { MinimumSites = 5 } };

        var lines = English(plan);

        var masking = Array.FindIndex(lines, line => line.StartsWith("masking", StringComparison.Ordinal));
        CollectionAssert.AreEqual(
            new[]
            {
                "masking      masked sums; at least 5 of 7 sites in a sum",
                "             hides a site's update from the coordinator and up to 2 other sites together",
                "             suite 1: X25519 and Ed25519",
            },
            lines[masking..(masking + 3)]
        );
        Assert.Contains("sites        7, of which at least 5 in each round; weight in brackets", lines);
        Assert.IsFalse(lines.Any(line => line.StartsWith("PAIR", StringComparison.Ordinal)));
        Assert.Contains("masquage        sommes masquées ; 5 des 7 sites au moins dans une somme", French(plan));
    }

    [TestMethod]
    public void That_a_pair_hides_nothing_from_each_other_cannot_be_overlooked()
    {
        var plan = SamplePlan.For("alpha", "beta");
        plan = plan with { Aggregation = plan.Aggregation with { Suite = 2 } };

        var lines = English(plan);

        Assert.Contains(
            "PAIR         TWO SITES ONLY: each computes the other's update from the sum and its own. Masks hide it from the coordinator alone.",
            lines
        );
        Assert.Contains("             hides a site's update from the coordinator, not from the other site", lines);
        Assert.Contains("             suite 2: P-256, for FIPS sites", lines);
        Assert.IsNotEmpty(French(plan).Where(line => line.StartsWith("masquage        DEUX SITES SEULEMENT", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(2, true)]
    [DataRow(4, false)]
    public void Programs_read_the_same_as_numbers(int sites, bool isPair)
    {
        var plan = SamplePlan.For([.. Enumerable.Range(1, sites).Select(i => $"site-{i}")]);

        var json = JsonDocument.Parse(ReviewJson.Of(Review(plan))).RootElement;

        Assert.AreEqual(sites, json.GetProperty("minimum_sites").GetInt32());
        Assert.AreEqual(1, json.GetProperty("colluders").GetInt32());
        Assert.AreEqual(1, json.GetProperty("suite").GetInt32());
        Assert.AreEqual(isPair, json.GetProperty("allow_pair").GetBoolean());
    }

    /// <summary>The figures are computed here from the plan's own terms; the ledger is new, so that the data set loses what the study does.</summary>
    [TestMethod]
    public void Both_languages_and_programs_say_what_leaves_how_noisy_it_is_and_what_it_costs_of_which_budget()
    {
        var plan = PrivatePlans.ThreeOfFour(epsilon: 2, spares: 1);
        using var site = new SiteWithPlans(Policy, PrivateSite.DataSet);
        PrivateSite.Register(site.Files, epsilon: 8);
        var review = site.Review(site.Keep(plan));
        var (cost, noise) = (plan.Releases().TrainingBound().Epsilon.Value, plan.Privacy!.NoiseMultiplier);

        var english = string.Join('\n', new EnglishReview(review).Lines());
        var french = string.Join('\n', new FrenchReview(review).Lines());
        var json = JsonDocument.Parse(ReviewJson.Of(review)).RootElement;

        var file = Path.Combine(site.Files.State, "ledger", "cardiology.jsonl");
        Assert.Contains($"data set cardiology, ledger {file}", english);
        Assert.Contains("in each of 2 rounds: 4 numbers (16 bytes)", english);
        Assert.Contains($"noise multiplier {Text(noise)}: epsilon {Text(cost)}", english);
        Assert.Contains("may cost epsilon 8 at delta 1e-05", english);
        Assert.Contains("spent so far 0, which leaves 8", english);
        Assert.Contains($"with all of this study {Text(cost)} at most, which leaves {Text(8 - cost)}", english);
        Assert.Contains("NO   privacy.study.epsilon      2 (at most 1.5)", english);
        Assert.Contains("yes  privacy.study.delta        1e-05 (at most 1e-05)", english);
        Assert.Contains("an approval holds for 90 days at most", english);
        Assert.Contains("4, of which at least 3 in each round", english);

        Assert.Contains($"jeu de données cardiology, registre {file}", french);
        Assert.Contains("à chacun des 2 tours : 4 nombres (16 octets)", french);
        Assert.Contains($"vaut {Comma(noise)} fois ce qu’un seul peut changer : epsilon {Comma(cost)}", french);
        Assert.Contains("budget de confidentialité de toutes les études ensemble : epsilon 8", french);
        Assert.Contains("dépensé jusqu’ici : 0 ; il reste 8", french);
        Assert.Contains($"avec toute cette étude : {Comma(cost)} au plus ; il restera {Comma(8 - cost)}", french);
        Assert.Contains("NON  privacy.study.epsilon      2 (1.5 au plus)", french);
        Assert.Contains("oui  privacy.study.delta", french);
        Assert.Contains("une approbation vaut 90 jours au plus", french);
        Assert.Contains("état            interdit par la politique", french);
        Assert.Contains($"une chance sur 100{(char)0x202f}000", french);

        Assert.AreEqual(cost, json.GetProperty("promise").GetProperty("training_epsilon").GetDouble());
        Assert.AreEqual(cost, json.GetProperty("budget").GetProperty("spent_after").GetDouble());
        Assert.AreEqual(8 - cost, json.GetProperty("budget").GetProperty("remains_after").GetDouble());
        Assert.AreEqual("not allowed by policy", json.GetProperty("standing").GetString());
        Assert.AreEqual(site.Seen.Policy.Required.Hash.ToString(), json.GetProperty("policy").GetProperty("hash").GetString());
        var rule = json.GetProperty("policy").GetProperty("rules").EnumerateArray().First();
        Assert.AreEqual(("privacy.study.epsilon", false), (rule.GetProperty("key").GetString(), rule.GetProperty("met").GetBoolean()));
    }

    [TestMethod]
    public void A_study_over_the_cap_is_said_to_be_over_it()
    {
        using var site = new SiteWithPlans("approval: human", PrivateSite.DataSet);
        PrivateSite.Register(site.Files, epsilon: 0.5);
        var review = site.Review(site.Keep(PrivatePlans.ThreeOfFour(epsilon: 2)));

        Assert.Contains("THAT IS OVER THE CAP", string.Join('\n', new EnglishReview(review).Lines()));
        Assert.Contains("CELA DÉPASSE LE BUDGET", string.Join('\n', new FrenchReview(review).Lines()));
    }

    [TestMethod]
    public void What_is_new_is_told_against_the_last_version_that_people_here_approved()
    {
        using var site = new SiteWithPlans("approval: human");
        var first = PrivatePlans.ThreeOfFour(epsilon: 1);
        var second = PrivatePlans.ThreeOfFour(epsilon: 2);
        var third = PrivatePlans.ThreeOfFour(epsilon: 4);
        site.Approve(site.Keep(first).Hash, "anna");
        site.Approve(site.Keep(second).Hash, "ben");
        site.Approve(site.Keep(second with { Name = "another study" }).Hash, "anna");
        var stored = site.Keep(third);

        var review = site.Review(stored);
        var (english, french) = (new EnglishReview(review).Lines().ToArray(), new FrenchReview(review).Lines().ToArray());

        Assert.AreEqual(second.Hash(), review.Earlier?.Plan.Hash);
        Assert.Contains(
            $"changes      against plan {second.Hash().Abbreviated}, approved by ben on",
            english.Single(line => line.StartsWith("changes", StringComparison.Ordinal))
        );
        Assert.Contains("             privacy.epsilon: 2 → 4", english);
        Assert.Contains("                privacy.epsilon : 2 → 4", french);
        Assert.Contains(
            $"             privacy.noise_multiplier: {Text(second.Privacy!.NoiseMultiplier)} → {Text(third.Privacy!.NoiseMultiplier)}",
            english
        );
        Assert.IsEmpty(
            english.Where(line => line.Contains("features")).Where(line => line.Contains('→')),
            "what is the same is not listed"
        );
        var fields = JsonDocument.Parse(ReviewJson.Of(review)).RootElement.GetProperty("changes").GetProperty("fields");
        Assert.IsTrue(
            fields.EnumerateArray().Any(field => field.ToString() == """{"field":"privacy.epsilon","old":"2","new":"4"}"""),
            fields.ToString()
        );
    }

    [TestMethod]
    public void A_study_that_nobody_saw_before_says_so() =>
        Assert.Contains("changes      no study of this name by 'lab' was approved here before", English(SamplePlan.For("alpha", "beta")));

    private static string Text(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private static string Comma(double value) => Text(value).Replace('.', ',');

    private static string[] English(StudyPlan plan) => [.. new EnglishReview(Review(plan)).Lines()];

    private static string[] French(StudyPlan plan) => [.. new FrenchReview(Review(plan)).Lines()];

    private static PlanReview Review(StudyPlan plan) =>
        new()
        {
            Stored = new StoredPlan(plan.Hash(), plan, SiteName.Parse("lab")),
            Standing = PlanStanding.Awaiting,
            Columns = new SiteColumns(new Dictionary<string, string>(), null),
            PolicyName = "policy.yaml",
            Policy = new PolicyState(new SitePolicy(), null),
        };
}
