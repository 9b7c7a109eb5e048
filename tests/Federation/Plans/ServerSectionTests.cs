using Federated.Federation.Documents;
using Federated.Federation.Plans;
using Federated.Federation.Steps;

namespace Federated.Federation.Tests.Plans;

/// <summary>What a plan may say of the server's step.</summary>
[TestClass]
public sealed class ServerSectionTests
{
    private const string Adam =
        """{"optimizer":"adam","learning_rate":"0.05","beta1":"0.9","beta2":"0.999","epsilon":"1E-08","average_from":0}""";

    [TestMethod]
    [DataRow("""{"optimizer":"sgd","learning_rate":"0.5","momentum":"0","average_from":2}""")]
    [DataRow(Adam)]
    public void Every_key_survives_the_plans_bytes(string json)
    {
        var plan = Plan(new PlanDocument().Set("server", json));

        Assert.IsTrue(
            plan.Server
                is ServerOptimizer.Sgd { LearningRate: 0.5, Momentum: 0, AverageFrom: 2 }
                    or ServerOptimizer.Adam { LearningRate: 0.05, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, AverageFrom: 0 },
            $"{plan.Server}"
        );
        Assert.AreEqual(plan.Server, ((PlanResult.Valid)PlanCodec.Decode(plan.ToBytes())).Plan.Server);
    }

    [TestMethod]
    [DataRow("server.optimizer", null, "server.optimizer", "missing", DisplayName = "an optimizer left unsaid")]
    [DataRow("server.optimizer", "\"rmsprop\"", "server.optimizer", "'rmsprop' is not one of sgd, adam", DisplayName = "another one")]
    [DataRow("server.learning_rate", null, "server.learning_rate", "missing", DisplayName = "no rate")]
    [DataRow("server.beta1", "\"1\"", "server.beta1", "up to, not including, 1", DisplayName = "a mean that never moves")]
    [DataRow("server.beta2", "\"-0.5\"", "server.beta2", "up to, not including, 1", DisplayName = "a negative decay")]
    [DataRow("server.epsilon", "\"0\"", "server.epsilon", "keeps no division from 0", DisplayName = "no epsilon")]
    [DataRow("server.epsilon", null, "server.epsilon", "missing", DisplayName = "an epsilon left unsaid")]
    [DataRow("server.momentum", "\"0.5\"", "server.momentum", "adam has no momentum", DisplayName = "a key of the other optimizer")]
    [DataRow("server.average_from", null, "server.average_from", "missing", DisplayName = "a mean left unsaid")]
    [DataRow("server.average_from", "3", "server.average_from", "the study ends after round 2", DisplayName = "a mean of nothing")]
    [DataRow("server.average_from", "-1", "server.average_from", "-1 is outside 0 to", DisplayName = "a round before the first")]
    [DataRow("server.beta3", "1", "server.beta3", "unknown key", DisplayName = "an unknown key")]
    public void A_single_fault_is_reported_once_with_its_place(string place, string? json, string path, string words)
    {
        var faults = Faults(new PlanDocument().Set("server", Adam).Set(place, json));

        Assert.HasCount(1, faults, string.Join("\n", faults));
        Assert.AreEqual(path, faults[0].Path);
        Assert.Contains(words, faults[0].Message);
    }

    [TestMethod]
    public void A_mean_is_not_blamed_for_rounds_that_cannot_be_read()
    {
        var faults = Faults(new PlanDocument().Set("server.average_from", "2").Set("training.rounds", "\"many\""));

        Assert.AreEqual("training.rounds", faults.Single().Path);
    }

    [TestMethod]
    public void A_draft_says_only_what_has_no_usual_value()
    {
        Assert.AreEqual(new ServerOptimizer.Sgd(1, 0.5), Draft("{}"));
        Assert.AreEqual(new ServerOptimizer.Sgd(1, 0.5) { AverageFrom = 1 }, Draft("""{"average_from":1}"""));
        Assert.AreEqual(ServerOptimizer.Adam.Usual(0.05), Draft("""{"optimizer":"adam","learning_rate":"0.05"}"""));

        var faults = (
            (PlanResult.Invalid)PlanCodec.ReadDraft(Document(new PlanDocument().Set("server", """{"optimizer":"adam"}""")))
        ).Faults;
        Assert.AreEqual("server.learning_rate", faults.Single().Path);
    }

    [TestMethod]
    public void A_model_whose_memory_no_snapshot_holds_is_refused()
    {
        const string large = "[16384,2500]"; // forty-one million parameters
        var plain = new PlanDocument().Set("model.kind", "\"mlp\"").Set("model.hidden", large);
        var three = new PlanDocument()
            .Set("model.kind", "\"mlp\"")
            .Set("model.hidden", large)
            .Set("server", Adam)
            .Set("server.average_from", "1");

        Assert.AreEqual("mlp", Plan(plain).Model.Kind);
        Assert.Contains("more than 34285714 parameters, the most with this optimizer", Faults(three).Single().Message);
    }

    private static ServerOptimizer Draft(string json)
    {
        var result = PlanCodec.ReadDraft(Document(new PlanDocument().Set("server", json)));
        Assert.IsInstanceOfType<PlanResult.Valid>(result, result is PlanResult.Invalid invalid ? string.Join("\n", invalid.Faults) : "");
        return ((PlanResult.Valid)result).Plan.Server;
    }

    private static StudyPlan Plan(PlanDocument document)
    {
        var result = PlanCodec.Read(Document(document));
        Assert.IsInstanceOfType<PlanResult.Valid>(result, result is PlanResult.Invalid invalid ? string.Join("\n", invalid.Faults) : "");
        return ((PlanResult.Valid)result).Plan;
    }

    private static IReadOnlyList<DocumentFault> Faults(PlanDocument document) => PlanDocument.FaultsOf(document.ToBytes());

    private static DocumentNode Document(PlanDocument document) => CanonicalJson.Parse(document.ToBytes(), out _)!;
}
