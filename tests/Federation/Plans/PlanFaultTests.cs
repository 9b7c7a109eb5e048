using System.Text;
using Federated.Federation.Plans;

namespace Federated.Federation.Tests.Plans;

/// <summary>What a researcher reads about a plan that is wrong: every fault, each with its place and what to do.</summary>
[TestClass]
public sealed class PlanFaultTests
{
    [TestMethod]
    [DataRow(
        "format",
        "\"federated-plan/4\"",
        "format",
        "'federated-plan/4' is not one of federated-plan/3",
        DisplayName = "a later format"
    )]
    [DataRow(
        "format",
        "\"federated-plan/1\"",
        "format",
        "this plan was written for an earlier release ('federated-plan/1'), whose sums were not masked",
        DisplayName = "an earlier format"
    )]
    [DataRow(
        "format",
        "\"federated-plan/2\"",
        "format",
        "this plan was written for an earlier release ('federated-plan/2'), whose sums had no noise",
        DisplayName = "the format before this one"
    )]
    [DataRow("format", null, "format", "missing", DisplayName = "no format")]
    [DataRow("name", null, "name", "missing; it wants a text", DisplayName = "no name")]
    [DataRow("name", "[]", "name", "expected a text", DisplayName = "a list for a name")]
    [DataRow(
        "name",
        "\"two\\nlines\"",
        "name",
        "has control characters; write it on one line",
        DisplayName = "a name that begins a line of its own"
    )]
    [DataRow("purpose", "\"\\u001b[2J\"", "purpose", "has control characters", DisplayName = "a purpose that clears the screen")]
    [DataRow("purpose", null, "purpose", "missing", DisplayName = "no purpose")]
    [DataRow("sites", null, "sites", "this list is missing", DisplayName = "no sites")]
    [DataRow("sites", "\"alpha\"", "sites", "expected a list", DisplayName = "a text for the sites")]
    [DataRow("sites", "[]", "sites", "a study of 0 hides nobody's update", DisplayName = "an empty roster")]
    [DataRow("sites[1]", "\"beta\"", "sites[2]", "expected keys and values", DisplayName = "a bare name in the roster")]
    [DataRow("sites[1].name", "\"Beta\"", "sites[2].name", "'Beta' is not a site name", DisplayName = "a name in upper case")]
    [DataRow("sites[1].name", "\"alpha\"", "sites[2].name", "'alpha' stands twice or out of order", DisplayName = "a site twice")]
    [DataRow("sites[2].name", "\"b\"", "sites[3].name", "'b' stands twice or out of order", DisplayName = "sites out of order")]
    [DataRow("sites[0].name", null, "sites[1].name", "missing", DisplayName = "a site without a name")]
    [DataRow("sites[0].weight", "\"0\"", "sites[1].weight", "0 is no weight", DisplayName = "no weight")]
    [DataRow("sites[0].weight", "\"-1\"", "sites[1].weight", "-1 is no weight", DisplayName = "a negative weight")]
    [DataRow("sites[0].weight", "\"NaN\"", "sites[1].weight", "'NaN' is not a number", DisplayName = "an unknown weight")]
    [DataRow("sites[0].weight", "\"1e308\"", "sites[1].weight", "1E+308 is no weight", DisplayName = "weights whose sum is infinite")]
    [DataRow("sites[0].weight", "\"1e-300\"", "sites[1].weight", "1E-300 is no weight", DisplayName = "a share that rounds to nothing")]
    [DataRow("sites[0].weigth", "\"1\"", "sites[1].weigth", "did you mean 'weight'?", DisplayName = "a misspelt key of a site")]
    [DataRow("schema", "\"heart-desease-v1\"", "schema", "did you mean 'heart-disease-v1'?", DisplayName = "a misspelt schema")]
    [DataRow("features", "[]", "features", "names no feature", DisplayName = "no feature")]
    [DataRow(
        "features[0].variable",
        "\"agee\"",
        "features[1]",
        "unknown feature 'agee'; did you mean 'age'?",
        DisplayName = "a misspelt feature"
    )]
    [DataRow("features[1].variable", "\"age\"", "features[2]", "'age' is listed twice", DisplayName = "a feature twice")]
    [DataRow("features[2].missing", "\"1\"", "features[3]", "set it within 40 to 220 bpm", DisplayName = "a stand-in nobody can have")]
    [DataRow("features[2].missing", "\"many\"", "features[3].missing", "'many' is not a number", DisplayName = "a word for a stand-in")]
    [DataRow(
        "features[0].missing_indicator",
        "true",
        "features[1]",
        "nothing to stand in",
        DisplayName = "an indicator without a stand-in"
    )]
    [DataRow(
        "features[0].missing_indicator",
        "\"yes\"",
        "features[1].missing_indicator",
        "'yes' is not true or false",
        DisplayName = "yes for true"
    )]
    [DataRow("outcome", null, "outcome", "this section is missing", DisplayName = "no outcome")]
    [DataRow("outcome", "[]", "outcome", "expected keys and values below", DisplayName = "a list for the outcome")]
    [DataRow("outcome.variable", "\"nun\"", "outcome", "unknown outcome 'nun'; did you mean 'num'?", DisplayName = "a misspelt outcome")]
    [DataRow("outcome.variable", "\"age\"", "outcome", "also a feature", DisplayName = "a model that is given the answer")]
    [DataRow("outcome.positive_above", "\"Infinity\"", "outcome.positive_above", "is not a number", DisplayName = "no limit")]
    [DataRow("holdout.fraction", "\"0.95\"", "holdout.fraction", "outside 0 to 0.9", DisplayName = "nearly all held out")]
    [DataRow("holdout.fraction", "\"-0.1\"", "holdout.fraction", "outside 0 to 0.9", DisplayName = "less than none held out")]
    [DataRow("holdout.key", "\"short\"", "holdout.key", "at least 16 bytes", DisplayName = "a split key that no site would take")]
    [DataRow("model.kind", "\"mpl\"", "model.kind", "did you mean 'mlp'?", DisplayName = "a misspelt model")]
    [DataRow("model.kind", "\"mlp\"", "model.hidden", "an mlp has at least one", DisplayName = "an mlp without layers")]
    [DataRow(
        "model.hidden",
        "[4]",
        "model.hidden",
        "a logistic model has no hidden layers",
        DisplayName = "logistic regression with layers"
    )]
    [DataRow("model.hidden", "[0]", "model.hidden[1]", "from 1 to 16384", DisplayName = "an empty layer")]
    [DataRow("model.hidden", "[16385]", "model.hidden[1]", "from 1 to 16384", DisplayName = "a layer too wide")]
    [DataRow("model.hidden", "4", "model.hidden", "expected a list", DisplayName = "a number for the layers")]
    [DataRow("model.seed", "-1", "model.seed", "-1 is outside 0 to 2147483647", DisplayName = "a negative seed")]
    [DataRow("training.mode", "\"fedprox\"", "training.mode", "not one of fedavg, fedsgd", DisplayName = "an unknown mode")]
    [DataRow("training.rounds", "0", "training.rounds", "0 is outside 1 to 1000000", DisplayName = "no round")]
    [DataRow("training.rounds", "\"ten\"", "training.rounds", "'ten' is not a whole number", DisplayName = "a word for a number")]
    [DataRow("training.rounds", "1.5", "training.rounds", "'1.5' is not a whole number", DisplayName = "a round and a half")]
    [DataRow(
        "training.rounds",
        "99999999999",
        "training.rounds",
        "is not a whole number",
        DisplayName = "more rounds than an integer holds"
    )]
    [DataRow("training.local_epochs", "0", "training.local_epochs", "0 is outside 1 to 10000", DisplayName = "no epoch")]
    [DataRow("training.batch_size", "-1", "training.batch_size", "-1 is outside 0 to 1000000", DisplayName = "a negative batch")]
    [DataRow("training.learning_rate", "\"0\"", "training.learning_rate", "trains nothing", DisplayName = "no learning")]
    [DataRow("training.learning_rate", "\"NaN\"", "training.learning_rate", "'NaN' is not a number", DisplayName = "unknown learning")]
    [DataRow("training.weight_decay", "\"-1\"", "training.weight_decay", "outside 0 to 1e6", DisplayName = "weights that grow")]
    [DataRow("training.weight_decay", "\"1e39\"", "training.weight_decay", "outside 0 to 1e6", DisplayName = "beyond float32")]
    [DataRow("training.learning_rate", "\"1e39\"", "training.learning_rate", "to 1e6 at most", DisplayName = "a rate beyond float32")]
    [DataRow("training.seed", "null", "training.seed", "missing", DisplayName = "an empty seed")]
    [DataRow("training.epochs", "3", "training.epochs", "unknown key", DisplayName = "an unknown key")]
    [DataRow("server.learning_rate", "\"0\"", "server.learning_rate", "set it above 0", DisplayName = "a server that stands still")]
    [DataRow("server.momentum", "\"1\"", "server.momentum", "up to, not including, 1", DisplayName = "a memory that never fades")]
    [DataRow("server.momentum", "\"-0.1\"", "server.momentum", "up to, not including, 1", DisplayName = "a negative memory")]
    [DataRow("aggregation.scale_bits", "31", "aggregation.scale_bits", "31 is outside -16 to 30", DisplayName = "a grid too fine")]
    [DataRow("aggregation.scale_bits", "30", "aggregation.scale_bits", "beyond a 32-bit sum", DisplayName = "a sum that may overflow")]
    [DataRow("aggregation.bound", "\"0\"", "aggregation.bound", "0 lets nothing through", DisplayName = "no bound")]
    [DataRow(
        "aggregation.minimum_sites",
        "4",
        "aggregation.minimum_sites",
        "4 of 3 sites can never be there",
        DisplayName = "more sites than there are"
    )]
    [DataRow("aggregation.minimum_sites", "0", "aggregation.minimum_sites", "0 is outside 2 to 256", DisplayName = "a sum of nobody")]
    [DataRow("aggregation.minimum_sites", "2", "aggregation.minimum_sites", "2 of 3 sites are too few", DisplayName = "too few to hide in")]
    [DataRow("aggregation.minimum_sites", "null", "aggregation.minimum_sites", "missing", DisplayName = "an open minimum")]
    [DataRow("aggregation.colluders", null, "aggregation.colluders", "missing", DisplayName = "colluders left unsaid")]
    [DataRow("aggregation.colluders", "0", "aggregation.colluders", "0 is outside 1 to 254", DisplayName = "nobody colludes")]
    [DataRow("aggregation.colluders", "2", "aggregation.colluders", "leave no two others", DisplayName = "all others collude")]
    [DataRow("aggregation.suite", null, "aggregation.suite", "missing", DisplayName = "no suite")]
    [DataRow("aggregation.suite", "0", "aggregation.suite", "0 is outside 1 to 2", DisplayName = "no masks")]
    [DataRow("aggregation.suite", "3", "aggregation.suite", "3 is outside 1 to 2", DisplayName = "a suite this version cannot give")]
    [DataRow("aggregation.allow_pair", null, "aggregation.allow_pair", "missing", DisplayName = "pairs left unsaid")]
    [DataRow("aggregation.allow_pair", "true", "aggregation.allow_pair", "this one has 3", DisplayName = "a pair of three")]
    [DataRow("aggregation.allow_pair", "1", "aggregation.allow_pair", "'1' is not true or false", DisplayName = "one for true")]
    [DataRow("aggregation.attempts", "4", "aggregation.attempts", "4 is outside 1 to 3", DisplayName = "too many attempts")]
    [DataRow("aggregation.timeout_ms", "0", "aggregation.timeout_ms", "0 is outside 1 to", DisplayName = "no time")]
    [DataRow("evaluate_every", "-1", "evaluate_every", "-1 is outside 0 to 1000000", DisplayName = "a negative interval")]
    [DataRow("privacy", null, "privacy", "missing", DisplayName = "privacy left unsaid")]
    [DataRow("privacy", "\"dp\"", "privacy", "'dp' is not one of none", DisplayName = "privacy this version cannot give")]
    [DataRow("trainig", "{}", "trainig", "unknown key; did you mean 'training'?", DisplayName = "a misspelt section")]
    public void A_single_fault_is_reported_once_with_its_place(string place, string? json, string path, string words)
    {
        var faults = new PlanDocument().Set(place, json).Faults();

        Assert.HasCount(1, faults, string.Join("\n", faults));
        Assert.AreEqual(path, faults[0].Path);
        Assert.Contains(words, faults[0].Message);
        Assert.StartsWith($"{path}: ", faults[0].ToString());
    }

    [TestMethod]
    public void All_faults_are_reported_at_once()
    {
        var faults = new PlanDocument()
            .Set("training.rounds", "0")
            .Set("sites[1].weight", "\"-2\"")
            .Set("server.momentun", "\"0.9\"")
            .Faults();

        CollectionAssert.AreEquivalent(
            new[] { "training.rounds", "sites[2].weight", "server.momentun" },
            faults.Select(fault => fault.Path).ToArray()
        );
    }

    // Each key that has to change is named, once, whatever else is wrong.
    [TestMethod]
    public void All_faults_of_masking_are_reported_at_once()
    {
        var faults = new PlanDocument()
            .Set("aggregation.colluders", "2")
            .Set("aggregation.minimum_sites", "4")
            .Set("aggregation.allow_pair", "true")
            .Set("aggregation.suite", "7")
            .Faults();

        CollectionAssert.AreEquivalent(
            new[] { "aggregation.colluders", "aggregation.minimum_sites", "aggregation.allow_pair", "aggregation.suite" },
            faults.Select(fault => fault.Path).ToArray(),
            string.Join("\n", faults)
        );
    }

    [TestMethod]
    public void A_plan_of_an_earlier_release_has_no_fault_but_that()
    {
        var earlier = new PlanDocument()
            .Set("format", "\"federated-plan/1\"")
            .Set("aggregation.suite", null)
            .Set("aggregation.colluders", null)
            .Set("aggregation.allow_pair", null);

        Assert.AreEqual("format", earlier.Faults().Single().Path);
        Assert.Contains("its study has to be submitted anew", earlier.Faults().Single().Message);
    }

    [TestMethod]
    public void A_key_that_stands_twice_is_a_fault_even_with_the_same_value()
    {
        var text = Encoding.UTF8.GetString(new PlanDocument().ToBytes()).Replace("\"rounds\":2", "\"rounds\":2,\"rounds\":2");

        var fault = PlanDocument.FaultsOf(Encoding.UTF8.GetBytes(text)).Single();

        Assert.AreEqual(("training.rounds", "this key stands twice; keep one."), (fault.Path, fault.Message));
    }

    [TestMethod]
    [DataRow("[16384,4900]", 0, DisplayName = "eighty million parameters and more")]
    [DataRow("[16384,16384,16384,16384,16384,16384,16384,16384,16384,16384]", 0, DisplayName = "more than an integer counts")]
    [DataRow("[16384,4870]", 1, DisplayName = "just under the limit")]
    public void A_model_has_at_most_eighty_million_parameters(string hidden, int valid)
    {
        var document = new PlanDocument().Set("model.kind", "\"mlp\"").Set("model.hidden", hidden);

        if (valid == 1)
        {
            Assert.AreEqual("plan", PlanDocument.FaultsOf([.. document.ToBytes(), (byte)' ']).Single().Path, "only the space is wrong");
            return;
        }

        var fault = document.Faults().Single();
        Assert.AreEqual("model.hidden", fault.Path);
        Assert.Contains("80000000", fault.Message);
    }

    [TestMethod]
    [DataRow("name", StudyPlan.MaxNameLength)]
    [DataRow("purpose", StudyPlan.MaxPurposeLength)]
    public void A_text_for_people_has_a_length_that_a_screen_shows(string key, int most)
    {
        var longest = new PlanDocument().Set(key, $"\"{new string('x', most)}\"");
        var longer = new PlanDocument().Set(key, $"\"{new string('x', most + 1)}\"");

        Assert.AreEqual("plan", PlanDocument.FaultsOf([.. longest.ToBytes(), (byte)' ']).Single().Path, "only the space is wrong");
        Assert.AreEqual((key, $"it has {most + 1} characters; at most {most} are shown to the sites."), Fault(longer));
    }

    private static (string Path, string Message) Fault(PlanDocument document) =>
        (document.Faults().Single().Path, document.Faults().Single().Message);
}
