using System.Text;
using Federated.Federation.Plans;
using Federated.Fixtures;

namespace Federated.Federation.Tests.Plans;

/// <summary>The plan's section <c>privacy</c>: what may stand there, and what is said about anything else.</summary>
[TestClass]
public sealed class PrivacySectionTests
{
    [TestMethod]
    public void A_promise_survives_its_bytes_field_by_field()
    {
        StudyPlan[] plans =
        [
            Sample(),
            Sample().But(privacy => privacy with { Evaluation = null }),
            Sample().But(privacy => privacy with { Clipping = "per_layer", NoiseFloor = 0.25, SpareReleases = 0, Delta = 1e-300 }),
            Sample().InMode("fedavg").But(privacy => privacy with { Noise = "local", SamplingRate = 0.0625 }),
            Sample().InMode("fedavg").But(privacy => privacy with { Unit = "site", SamplingRate = 1, Evaluation = null }),
        ];
        foreach (var plan in plans)
        {
            var read = Decoded(plan);

            Assert.AreEqual(plan.Privacy, read.Privacy);
            CollectionAssert.AreEqual(plan.ToBytes(), read.ToBytes());
        }
    }

    [TestMethod]
    public void The_canonical_text_says_every_number() =>
        Assert.Contains(
            "\"privacy\":{\"clipping\":\"flat\",\"clipping_norm\":\"1\",\"delta\":\"1E-05\",\"epsilon\":\"2\","
                + "\"evaluation\":{\"bins\":20,\"bound\":\"128\",\"noise_multiplier\":\"5\",\"scale_bits\":12,\"spare_releases\":0},"
                + "\"expected_patients\":400,\"noise\":\"shared\",\"noise_floor\":\"0\",\"noise_multiplier\":\"5\",\"sampling_rate\":\"0.5\","
                + "\"spare_releases\":2,\"unit\":\"patient\"}",
            Encoding.UTF8.GetString(Sample().ToBytes())
        );

    [TestMethod]
    [DataRow("privacy.epsilon", "\"0\"", "privacy.epsilon", "0 promises nothing; set it above 0", DisplayName = "no epsilon")]
    [DataRow("privacy.epsilon", "\"-1\"", "privacy.epsilon", "-1 promises nothing", DisplayName = "less than none")]
    [DataRow("privacy.epsilon", "\"NaN\"", "privacy.epsilon", "'NaN' is not a number", DisplayName = "an unknown epsilon")]
    [DataRow("privacy.epsilon", "\"Infinity\"", "privacy.epsilon", "is not a number", DisplayName = "an epsilon without end")]
    [DataRow("privacy.epsilon", "\"two\"", "privacy.epsilon", "'two' is not a number", DisplayName = "a word for epsilon")]
    [DataRow("privacy.epsilon", null, "privacy.epsilon", "missing", DisplayName = "epsilon left unsaid")]
    [DataRow("privacy.delta", "\"0\"", "privacy.delta", "0 is outside 0 to 1; use less than one in", DisplayName = "delta 0")]
    [DataRow("privacy.delta", "\"1\"", "privacy.delta", "1 is outside 0 to 1", DisplayName = "delta 1")]
    [DataRow("privacy.delta", null, "privacy.delta", "missing", DisplayName = "delta left unsaid")]
    [DataRow("privacy.unit", "\"row\"", "privacy.unit", "'row' is not one of patient, site", DisplayName = "a promise to rows")]
    [DataRow("privacy.clipping", "\"flt\"", "privacy.clipping", "did you mean 'flat'?", DisplayName = "a misspelt clipping")]
    [DataRow("privacy.clipping_norm", "\"0\"", "privacy.clipping_norm", "0 lets nothing through", DisplayName = "nothing is let through")]
    [DataRow("privacy.clipping_norm", "\"1e7\"", "privacy.clipping_norm", "to 1e6 at most", DisplayName = "everything is let through")]
    [DataRow("privacy.sampling_rate", "\"1.01\"", "privacy.sampling_rate", "1.01 is outside 0 to 1", DisplayName = "a rate above 1")]
    [DataRow("privacy.sampling_rate", "\"0\"", "privacy.sampling_rate", "0 is outside 0 to 1", DisplayName = "nobody is ever drawn")]
    [DataRow("privacy.expected_patients", "0", "privacy.expected_patients", "0 is outside 1 to", DisplayName = "no patients")]
    [DataRow("privacy.expected_patients", null, "privacy.expected_patients", "missing", DisplayName = "patients left unsaid")]
    [DataRow("privacy.noise", "\"none\"", "privacy.noise", "'none' is not one of shared, local", DisplayName = "no noise in a promise")]
    [DataRow("privacy.noise_multiplier", "\"-1\"", "privacy.noise_multiplier", "-1 is no noise", DisplayName = "negative noise")]
    [DataRow("privacy.noise_multiplier", "\"0\"", "privacy.noise_multiplier", "0 is no noise", DisplayName = "no noise")]
    [DataRow(
        "privacy.noise_multiplier",
        "\"1e7\"",
        "privacy.noise_multiplier",
        "is no noise multiplier",
        DisplayName = "nothing but noise"
    )]
    [DataRow("privacy.noise_multiplier", null, "privacy.noise_multiplier", "missing", DisplayName = "noise left unsaid")]
    [DataRow("privacy.noise_floor", "\"-0.5\"", "privacy.noise_floor", "use 0 for no floor", DisplayName = "a floor below the ground")]
    [DataRow("privacy.spare_releases", "-1", "privacy.spare_releases", "-1 is outside 0 to", DisplayName = "fewer releases than rounds")]
    [DataRow("privacy.evaluation.bins", "21", "privacy.evaluation.bins", "no edge at 0.5", DisplayName = "odd bins")]
    [DataRow("privacy.evaluation.bins", "0", "privacy.evaluation.bins", "0 is outside 2 to 1000", DisplayName = "no bins")]
    [DataRow(
        "privacy.evaluation.noise_multiplier",
        "\"0\"",
        "privacy.evaluation.noise_multiplier",
        "0 is no noise",
        DisplayName = "counts without noise"
    )]
    [DataRow(
        "privacy.evaluation.noise_multiplier",
        "\"-2\"",
        "privacy.evaluation.noise_multiplier",
        "-2 is no noise",
        DisplayName = "counts with negative noise"
    )]
    [DataRow("privacy.evaluation.bound", "\"0\"", "privacy.evaluation.bound", "must be above 0", DisplayName = "nobody is counted")]
    [DataRow(
        "privacy.evaluation.bound",
        "\"1e6\"",
        "privacy.evaluation.bound",
        "beyond a 32-bit sum",
        DisplayName = "a sum that overflows"
    )]
    [DataRow("privacy.evaluation.scale_bits", "31", "privacy.evaluation.scale_bits", "31 is outside", DisplayName = "a grid too fine")]
    [DataRow(
        "privacy.evaluation.bin",
        "20",
        "privacy.evaluation.bin",
        "did you mean 'bins'?",
        DisplayName = "a misspelt key of the counts"
    )]
    [DataRow("privacy.evaluation", "\"yes\"", "privacy.evaluation", "expected keys and values", DisplayName = "a word for the evaluation")]
    [DataRow("holdout.fraction", "\"0\"", "privacy.evaluation", "no patient is held out", DisplayName = "an evaluation without holdout")]
    [DataRow("training.weight_decay", "\"0.01\"", "privacy.clipping", "weight_decay is not clipped", DisplayName = "weight decay")]
    [DataRow("training.mode", "\"fedavg\"", "privacy.noise", "write noise: local", DisplayName = "noise shared in fedavg per patient")]
    [DataRow(
        "privacy.epsilom",
        "\"2\"",
        "privacy.epsilom",
        "did you mean 'epsilon'?",
        DisplayName = "a misspelt promise beside the right one"
    )]
    [DataRow("privacy", "\"dp\"", "privacy", "'dp' is not one of none", DisplayName = "a word for a promise")]
    [DataRow("privacy", "\"None\"", "privacy", "did you mean 'none'?", DisplayName = "none in capitals")]
    [DataRow("privacy", "[]", "privacy", "expected a text", DisplayName = "a list of promises")]
    public void A_single_fault_is_reported_once_with_its_place(string place, string? json, string path, string words)
    {
        var faults = new PlanDocument(Sample()).Set(place, json).Faults();

        Assert.HasCount(1, faults, string.Join("\n", faults));
        Assert.AreEqual(path, faults[0].Path);
        Assert.Contains(words, faults[0].Message);
    }

    [TestMethod]
    public void Sites_that_are_hidden_whole_are_not_drawn()
    {
        var plan = Sample().InMode("fedavg").But(privacy => privacy with { Unit = "site", Evaluation = null });

        var fault = new PlanDocument(plan).Faults().Single();

        Assert.AreEqual("privacy.sampling_rate", fault.Path);
        Assert.Contains("with unit: site nobody samples", fault.Message);
    }

    [TestMethod]
    public void Sites_are_hidden_whole_in_federated_averaging_only()
    {
        var plan = Sample().But(privacy => privacy with { Unit = "site", SamplingRate = 1 });

        var fault = new PlanDocument(plan).Faults().Single();

        Assert.AreEqual("privacy.unit", fault.Path);
        Assert.Contains("hidden in fedavg only; write mode: fedavg, or unit: patient", fault.Message);
    }

    // Its counts hide a patient; a promise about the whole site would be broken by them.
    [TestMethod]
    public void Sites_that_are_hidden_whole_release_no_counts()
    {
        var plan = Sample().InMode("fedavg").But(privacy => privacy with { Unit = "site", SamplingRate = 1 });

        var fault = new PlanDocument(plan).Faults().Single();

        Assert.AreEqual("privacy.evaluation", fault.Path);
        Assert.Contains("hide one patient, not all that a site contributes", fault.Message);
    }

    [TestMethod]
    public void All_faults_of_a_promise_are_reported_at_once()
    {
        var faults = new PlanDocument(Sample())
            .Set("privacy.epsilon", "\"0\"")
            .Set("privacy.delta", "\"1\"")
            .Set("privacy.sampling_rate", "\"2\"")
            .Set("privacy.evaluation.bins", "3")
            .Faults();

        CollectionAssert.AreEquivalent(
            new[] { "privacy.epsilon", "privacy.delta", "privacy.sampling_rate", "privacy.evaluation.bins" },
            faults.Select(fault => fault.Path).ToArray()
        );
    }

    // What follows from a default that stands in for the misspelt number would be noise.
    [TestMethod]
    public void Misspelt_rounds_are_one_fault_wherever_the_mean_of_models_begins()
    {
        var faults = new PlanDocument(Sample())
            .Set("server.average_from", "2")
            .Set("training.rounds", null)
            .Set("training.ronds", "2")
            .Faults();

        Assert.AreEqual("training.ronds", faults.Single().Path);
    }

    private static StudyPlan Sample() => SamplePlan.For("alpha", "beta", "gamma").WithPrivacy();

    private static StudyPlan Decoded(StudyPlan plan)
    {
        var result = PlanCodec.Decode(plan.ToBytes());
        Assert.IsInstanceOfType<PlanResult.Valid>(result, result is PlanResult.Invalid invalid ? string.Join("\n", invalid.Faults) : null);
        return ((PlanResult.Valid)result).Plan;
    }
}
