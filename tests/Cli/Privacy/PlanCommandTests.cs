using System.Text.Json;
using Federated.Cli.Privacy.Planning;
using Federated.Fixtures;
using Federated.Fixtures.Processes;
using Federated.Privacy;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;
using Federated.Privacy.Plans;

namespace Federated.Cli.Tests.Privacy;

/// <summary><c>fed privacy plan</c>, and <c>fed privacy explain</c> of a study's file.</summary>
[TestClass]
public sealed class PlanCommandTests
{
    private static string Example => Path.Combine(Checkout.Root, "docs", "study.yaml");

    private static string Text => File.ReadAllText(Example);

    [TestMethod]
    public void The_example_is_told_from_its_promise_to_what_a_larger_study_would_buy()
    {
        var output = Output(Text);

        foreach (
            var words in new[]
            {
                "promise      patient, epsilon 2, delta 1e-05\n",
                "epsilon      training    1.9998 for 35 releases: 32 rounds, and 3 spare for attempts that fail\n",
                "evaluation  1.9998 for 2 releases: one, and 1 spare\n",
                "each kind may take all of epsilon (parallel composition)\n",
                "against      the coordinator and up to 1 site together: epsilon 1.9998\n",
                "all others together against one site: epsilon 2.95",
                "update       1,089 numbers of training patients\n",
                "evaluation   40 numbers of test patients\n",
                "sensitivity 1 for one patient more or less",
                "assumed below: 230 held-out patients (from expected_patients), half of them positive, AUROC 0.8\n",
                "2 x sites    error of a step 0.00811",
                "2 x patients error of a step 0.009",
            }
        )
        {
            Assert.Contains(words, output);
        }
    }

    // Worked out here from the figures themselves: 4 sites, 3 of them needed, 1 colluder, 690 patients, every one in every step.
    [TestMethod]
    public void The_figures_for_programs_fit_each_other()
    {
        var json = Json(Text);
        var update = json.GetProperty("releases")[0];
        var evaluation = json.GetProperty("releases")[1];
        var noise = Number(json, "privacy", "noise_multiplier");

        Assert.AreEqual(Math.Max(Number(update, "epsilon"), Number(evaluation, "epsilon")), Number(json, "privacy", "epsilon"));
        Assert.IsTrue(Number(update, "epsilon") is > 1.99 and <= 2 && Number(evaluation, "epsilon") is > 1.99 and <= 2);
        Assert.IsGreaterThan(Number(update, "epsilon"), Number(update, "epsilon_rdp"));
        Assert.AreEqual(noise * Number(update, "sensitivity") / Math.Sqrt(2), Number(update, "site_deviation"), 1e-5);
        Assert.AreEqual(2 * Number(update, "site_deviation"), Number(update, "sum_deviation"), 1e-9);
        Assert.AreEqual(0.75, Number(update, "sensitivity"), 1e-3);
        Assert.AreEqual(Number(update, "sum_deviation") / 690, Number(json, "errors", "step"), 1e-9);

        // 6 of 8 sites needed: 5 honest shares of the noise and twice the patients; and twice the patients alone.
        var sites = Number(json, "twice_the_sites", "step") / Number(json, "errors", "step");
        var patients = Number(json, "twice_the_patients", "step") / Number(json, "errors", "step");
        Assert.AreEqual(Math.Sqrt(8.0 / 5) / Math.Sqrt(4.0 / 2) / 2, sites, 1e-3);
        Assert.AreEqual(0.5, patients, 1e-3);
        Assert.AreEqual(0.5, Number(json, "twice_the_patients", "auroc") / Number(json, "errors", "auroc"), 1e-3);
        var doubled = PldAccountant.Bound(new GaussianEvent(new NoiseMultiplier(2 * noise)).Times(35), new Delta(1e-5));
        Assert.AreEqual(doubled.Epsilon.Value, Number(json, "twice_the_patients", "epsilon_at_same_error"), 1e-3);
    }

    [TestMethod]
    public void A_study_that_promises_nothing_is_told_so_loudly()
    {
        var none = Promising("privacy: none");

        Assert.Contains("\nPRIVACY      NONE. No noise is added", Output(none));
        Assert.AreEqual("none", Json(none).GetProperty("privacy").GetString());
        Assert.StartsWith("NONE. No noise is added", Json(none).GetProperty("warning").GetString());
        var refused = Run(none, "explain");
        Assert.AreEqual(2, refused.ExitCode, refused.ToString());
        Assert.Contains("This study promises its patients nothing: its file says privacy: none.", refused.Errors);
    }

    [TestMethod]
    public void A_promise_that_the_noise_does_not_keep_is_refused_with_what_to_change()
    {
        var ended = Run(Text.Replace("  noise_floor: 0", "  noise_multiplier: 5"), "plan");

        Assert.AreEqual(2, ended.ExitCode, ended.ToString());
        Assert.Contains("privacy: Training costs epsilon", ended.Errors);
        Assert.Contains("more than the 2 that the plan promises; raise noise_multiplier.", ended.Errors);
        Assert.IsEmpty(ended.Output);
    }

    [TestMethod]
    public void Federated_averaging_is_told_by_its_local_steps_and_against_everybody()
    {
        var promise = "privacy: {unit: patient, epsilon: 8, delta: 1e-2, sampling_rate: 0.25, expected_patients: 690, noise: local}";

        var output = Output(Promising(promise).Replace("mode: fedsgd", "mode: fedavg").Replace("  bound: 384\n", ""));

        Assert.Contains("for 35 releases of 8 noised local steps each", output);
        Assert.Contains("nothing else is released\n", output);
        Assert.Contains("against      everybody, whoever works together: epsilon 7.99", output);
        Assert.Contains("numbers of training patients, in each local step\n", output);
        Assert.Contains("at each site, before anything leaves it\n", output);
        Assert.Contains("DELTA        0.01 is more than one in the 690 expected patients", output);
    }

    [TestMethod]
    public void A_promise_to_sites_is_told_as_one_which_more_patients_do_not_help()
    {
        var promise = "privacy: {unit: site, epsilon: 8, delta: 1e-5, clipping_norm: 0.5, expected_patients: 690}";

        var output = Output(Promising(promise).Replace("mode: fedsgd", "mode: fedavg").Replace("  bound: 384\n", ""));

        Assert.Contains("sensitivity 1 for one site's update exchanged for any other", output);
        Assert.Contains("errors       mean update: ", output);
        Assert.Contains("\n2 x patients no less error of a step", output);
    }

    [TestMethod]
    public void No_study_has_more_sites_than_a_study_may_have()
    {
        var plan = SamplePlan.For([.. Enumerable.Range(0, 130).Select(i => $"s{i:d3}")]).WithPrivacy();
        var accepted = (StudyReleasesResult.Accepted)StudyReleases.Of(plan);

        var lines = new PlanReport(new PlanFigures(accepted.Releases)).Lines().ToList();

        Assert.Contains(("2 x sites", "no such study: a study has at most 256 sites"), lines);
        Assert.Contains("or, for the same error of a step, epsilon ", lines.Single(line => line.Name == "2 x patients").Value);
    }

    [TestMethod]
    public void A_studys_file_is_explained_with_the_figures_of_its_plan()
    {
        var ended = Run(Text, "explain", "--language", "en", "--json");

        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        var json = JsonDocument.Parse(ended.Output).RootElement;
        Assert.AreEqual((2.0, 1e-5), (Number(json, "epsilon"), Number(json, "delta")));
        Assert.AreEqual((4, 1), (json.GetProperty("sites").GetInt32(), json.GetProperty("colluders").GetInt32()));
        Assert.AreEqual(Number(Json(Text), "privacy", "noise_multiplier"), Number(json, "noise_multiplier"));
        Assert.AreEqual(2.95, Number(json, "epsilon_floor"), 0.01);
    }

    [TestMethod]
    public void Figures_come_from_the_file_or_from_the_options_but_not_from_both_or_none()
    {
        using var scratch = new TestFolder();

        var both = Run(Text, "explain", "--epsilon", "1", "--sites", "4");
        var none = Started.FedToEnd(scratch, "privacy", "explain", "--delta", "1e-5");

        Assert.AreEqual((2, 2), (both.ExitCode, none.ExitCode));
        Assert.Contains("--epsilon stands in the study's file; leave it out, or the file.", both.Errors);
        Assert.Contains("--sites stands in the study's file", both.Errors);
        Assert.Contains("give --epsilon and --delta, or a study's file", none.Errors);
    }

    private static string Promising(string promise) => $"{Text[..Text.IndexOf("\nprivacy:", StringComparison.Ordinal)]}\n{promise}\n";

    private static string Output(string study)
    {
        var ended = Run(study, "plan");
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        return ended.Output;
    }

    private static JsonElement Json(string study)
    {
        var ended = Run(study, "plan", "--json");
        Assert.AreEqual(0, ended.ExitCode, ended.ToString());
        return JsonDocument.Parse(ended.Output).RootElement;
    }

    private static Ended Run(string study, string command, params string[] options)
    {
        using var scratch = new TestFolder();
        return Started.FedToEnd(scratch, ["privacy", command, scratch.Write("study.yaml", study), .. options]);
    }

    private static double Number(JsonElement json, params string[] path) =>
        path.Aggregate(json, (element, name) => element.GetProperty(name)).GetDouble();
}
