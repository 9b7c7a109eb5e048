using System.Collections.Immutable;
using System.Text;
using Federated.Cli.Studies;
using Federated.Federation.Documents;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Hosting;

namespace Federated.Cli.Tests.Studies;

/// <summary>What a researcher reads about a file that is no study: every fault at once, each with line, key and what was meant.</summary>
[TestClass]
public sealed class StudyFileTests
{
    /// <summary>As short as a study can be: what has a usual value is left out.</summary>
    private const string Shortest = """
        format: federated-plan/3
        name: short
        purpose: Shows what may be left out.
        sites: [sud, nord]
        schema: heart-disease-v1
        features: [age, sex]
        outcome: { variable: num, positive_above: 0 }
        holdout: { key: a key of sixteen bytes, fraction: 0.25 }
        model: { kind: logistic }
        training: { mode: fedavg, rounds: 5 }
        aggregation: { minimum_sites: 2, allow_pair: true }
        privacy: none
        """;

    [TestMethod]
    public void What_may_be_left_out_gets_its_usual_value()
    {
        var plan = Plan(Shortest);

        CollectionAssert.AreEqual(new[] { "nord", "sud" }, plan.Sites.Select(site => site.Name.Value).ToArray(), "in the plan's own order");
        Assert.IsTrue(plan.Sites.All(site => site.Weight == 1));
        CollectionAssert.AreEqual(new[] { "age", "sex" }, plan.Features.Select(feature => feature.Variable).ToArray());
        Assert.AreEqual(DefaultStudy.Training("fedavg", 5, 1), plan.Training);
        Assert.AreEqual(DefaultStudy.Server("fedavg"), plan.Server);
        Assert.AreEqual(DefaultStudy.Aggregation(2) with { AllowPair = true }, plan.Aggregation);
        Assert.AreEqual((1, 10), (plan.Model.Seed, plan.EvaluateEvery));
    }

    [TestMethod]
    public void The_order_of_the_sites_does_not_matter()
    {
        CollectionAssert.AreEqual(Plan(Shortest).ToBytes(), Plan(Shortest.Replace("[sud, nord]", "[nord, sud]")).ToBytes());
    }

    [TestMethod]
    public void A_folded_purpose_is_one_line()
    {
        var plan = Plan(Shortest.Replace("purpose: Shows what may be left out.", "purpose: >\n  Shows what\n  may be left out.\n"));

        Assert.AreEqual("Shows what may be left out.", plan.Purpose);
    }

    [TestMethod]
    public void Three_typos_are_three_faults_at_once()
    {
        var faults = Faults(
            Shortest.Replace("holdout:", "holdot:").Replace("features: [age, sex]", "features: [aeg, sex]").Replace("rounds: 5", "ronds: 5")
        );

        CollectionAssert.AreEqual(
            new[]
            {
                "line 6, features[1]: unknown feature 'aeg'; did you mean 'age'?",
                "line 8, holdot: unknown key; did you mean 'holdout'?",
                "line 10, training.ronds: unknown key; did you mean 'rounds'?",
            },
            faults.Select(fault => fault.ToString()).ToArray()
        );
    }

    [TestMethod]
    [DataRow("privacy: none", "", "line 1, privacy: this key is missing; it wants a text.", DisplayName = "privacy left unsaid")]
    [DataRow("privacy: none", "privacy:", "line 12, privacy: its value is missing; it wants a text.", DisplayName = "privacy left open")]
    [DataRow(
        "minimum_sites: 2",
        "attempts: 2",
        "line 11, aggregation.minimum_sites: this key is missing; it wants a whole number.",
        DisplayName = "no minimum of sites"
    )]
    [DataRow(
        "minimum_sites: 2",
        "minimum_sites: 3",
        "line 11, aggregation.minimum_sites: 3 of 2 sites can never be there; set it to 2 at most.",
        DisplayName = "more sites than there are"
    )]
    [DataRow(
        "minimum_sites: 2",
        "minimum_sites: 2, bound: 1e300",
        "line 11, aggregation.scale_bits: 2 sites of up to 1E+300 at scale 2^-16 reach 3.052e+295, beyond a 32-bit sum; lower the scale or the bound.",
        DisplayName = "a bound that no grid holds"
    )]
    [DataRow("rounds: 5", "rounds: -5", "line 10, training.rounds: -5 is outside 1 to 1000000.", DisplayName = "negative rounds")]
    [DataRow("rounds: 5", "rounds: five", "line 10, training.rounds: 'five' is not a whole number.", DisplayName = "a word for a number")]
    [DataRow("[sud, nord]", "[sud, sud]", "line 4, sites[2].name: 'sud' stands twice; list each site once.", DisplayName = "a site twice")]
    [DataRow(
        "[sud, nord]",
        "[sud, { name: nord, weight: 2 }]",
        "line 4, sites[1].weight: this key is missing; it wants a number.",
        DisplayName = "a weight for one site only"
    )]
    [DataRow(
        "[sud, nord]",
        "[{ name: sud, weight: 1 }, { name: nord, weight: 0 }]",
        "line 4, sites[2].weight: 0 is no weight; use 1E-06 to 1000000000 (equal weights, or last year's public patient counts).",
        DisplayName = "a site of no weight"
    )]
    [DataRow(
        "[sud, nord]",
        "sud",
        "line 4, sites: expected a list.\n  hint: write sites: [sud]",
        DisplayName = "a roster without brackets"
    )]
    [DataRow("name: short", "name: short\nname: long", "line 3, name: this key stands twice; keep one.", DisplayName = "a key twice")]
    [DataRow(
        "federated-plan/3",
        "federated-plan/4",
        "line 1, format: 'federated-plan/4' is not one of federated-plan/3; did you mean 'federated-plan/3'?",
        DisplayName = "a later version"
    )]
    [DataRow(
        "federated-plan/3",
        "federated-plan/1",
        "line 1, format: this plan was written for an earlier release ('federated-plan/1'), whose sums were not masked; write federated-plan/3, and see docs/study.yaml for what is new under aggregation, server and privacy.",
        DisplayName = "the first version"
    )]
    [DataRow(
        "federated-plan/3",
        "federated-plan/2",
        "line 1, format: this plan was written for an earlier release ('federated-plan/2'), whose sums had no noise and whose server had one optimizer; write federated-plan/3, and see docs/study.yaml for what is new under server and privacy.",
        DisplayName = "an earlier version"
    )]
    [DataRow(
        ", allow_pair: true }",
        " }",
        "line 11, aggregation.allow_pair: with two sites each computes the other's update from the sum; write allow_pair: true if that is accepted.",
        DisplayName = "a pair that nobody accepted"
    )]
    [DataRow(
        "[sud, nord]",
        "[sud, nord, est]",
        "line 11, aggregation.allow_pair: it is for studies of two sites, and this one has 3; leave it out.\n"
            + "line 11, aggregation.minimum_sites: 2 of 3 sites are too few to hide an update from the coordinator and one other site together; set it to 3 or more (3 is usual).",
        DisplayName = "a pair that grew"
    )]
    [DataRow(
        "[sud, nord]",
        "[sud]",
        "line 4, sites: a study of 1 hides nobody's update: one site has nobody to hide among; list 2 to 256 sites.",
        DisplayName = "a site alone"
    )]
    public void Each_fault_has_its_line_and_its_key(string right, string wrong, string expected)
    {
        Assert.Contains(right, Shortest);

        var faults = Faults(Shortest.Replace(right, wrong));

        Assert.AreEqual(expected, string.Join('\n', faults));
    }

    [TestMethod]
    [DataRow("", "the file is empty")]
    [DataRow("# nothing but a comment\n", "the file is empty")]
    [DataRow("- format: federated-plan/3\n", "line 1, document: expected keys and values.")]
    [DataRow(
        "training:\n\trounds: 5\n",
        "line 2: not YAML: While scanning a mapping, found invalid tab as indentation.\n  hint: YAML is indented with spaces, never with tabs"
    )]
    [DataRow("name: x\nsites: [\nschema: y\n", "line 2: not YAML from here on\n  hint: look for a bracket or a quote that is not closed")]
    [DataRow("name: [\n", "line 2: not YAML: While parsing a node, did not find expected node content.")]
    [DataRow("a: &x [1]\nb: *x\n", "line 2: a YAML alias stands for something written elsewhere; write it out here")]
    public void What_is_no_document_of_keys_is_one_fault(string text, string expected)
    {
        Assert.AreEqual(expected, Faults(text).Single().ToString());
    }

    [TestMethod]
    public void A_file_that_is_not_UTF_8_is_named_so()
    {
        using var scratch = new TestFolder();
        var file = scratch["study.yaml"];
        File.WriteAllBytes(file, Encoding.Latin1.GetBytes(Shortest.Replace("name: short", "name: née")));

        var result = StudyFile.Read(file);

        Assert.Contains("bytes that are not UTF-8", ((PlanResult.Invalid)result).Faults.Single().Message);
    }

    [TestMethod]
    public void A_file_with_a_byte_order_mark_is_read()
    {
        using var scratch = new TestFolder();
        File.WriteAllText(scratch["study.yaml"], Shortest, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.IsInstanceOfType<PlanResult.Valid>(StudyFile.Read(scratch["study.yaml"]));
    }

    [TestMethod]
    public void A_file_too_large_for_any_study_is_refused_unread()
    {
        using var scratch = new TestFolder();
        var file = scratch.Write("study.yaml", new string('#', StudyPlan.MaxBytes + 1));

        var refused = Assert.ThrowsExactly<OperatorException>(() => StudyFile.Read(file));

        Assert.AreEqual($"{file} has more than {StudyPlan.MaxBytes} bytes, the most that are read.", refused.Message);
    }

    [TestMethod]
    public void Of_very_many_faults_the_first_are_shown_and_the_others_counted()
    {
        using var scratch = new TestFolder();
        var unknown = string.Concat(Enumerable.Range(0, 40_000).Select(i => $"unknown-{i}: 1\n"));
        var file = scratch.Write("study.yaml", Shortest + "\n" + unknown);

        var refused = Assert.ThrowsExactly<OperatorException>(() => StudyFile.ReadValid(file));

        Assert.HasCount(52, refused.Message.Split('\n'));
        Assert.EndsWith("and 39950 more", refused.Message);
    }

    [TestMethod]
    public void A_plan_that_would_be_too_large_for_the_sites_is_refused_here()
    {
        using var scratch = new TestFolder();
        var file = scratch.Write("study.yaml", Shortest.Replace("a key of sixteen bytes", new string('\\', 600_000))); // two bytes each in JSON

        var fault = ((PlanResult.Invalid)StudyFile.Read(file)).Faults.Single();

        Assert.MatchesRegex("^the plan would have [0-9]{7} bytes; the sites read at most 1048576[.]$", fault.Message);
    }

    private static StudyPlan Plan(string text)
    {
        using var scratch = new TestFolder();
        return StudyFile.ReadValid(scratch.Write("study.yaml", text));
    }

    private static ImmutableArray<DocumentFault> Faults(string text)
    {
        using var scratch = new TestFolder();
        return StudyFile.Read(scratch.Write("study.yaml", text)) is PlanResult.Invalid invalid
            ? invalid.Faults
            : throw new AssertFailedException("This file is a study.");
    }
}
