using System.Text;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Fixtures;
using Federated.V1;

namespace Federated.Node.Tests.Studies;

/// <summary>Which studies a node takes part in.</summary>
[TestClass]
public sealed class OfferTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_plan_that_names_this_site_is_accepted_with_the_hash_of_the_initial_model()
    {
        await using var bench = await StudyAtNode.StartAsync(SamplePlan.For("alpha", "beta"), Stop);

        var answer = await bench.OfferAsync();

        Assert.IsTrue(answer.Accepted, answer.Code.ToString());
        Assert.AreEqual(0u, answer.Round);
        Assert.AreEqual(InitialModel.Of(bench.Plan).Hash, new Digest(answer.ModelHash.Span));
        Assert.Contains("privacy: none", await bench.Node.Log.WaitForAsync("of lab accepted (approval: automatic", Stop));
        Assert.AreEqual(answer, await bench.OfferAsync(), "an offer that is repeated is answered the same");
    }

    [TestMethod]
    public async Task A_plan_whose_bytes_are_not_those_that_were_offered_is_declined()
    {
        await using var bench = await StudyAtNode.StartAsync(SamplePlan.For("alpha", "zeta"), Stop);
        bench.Coordinator.Plans[bench.Plan.Hash()] = (bench.Plan with { Name = "another study" }).ToBytes();

        var answer = await bench.OfferAsync();

        Assert.AreEqual((false, DeclineCode.PlanHash), (answer.Accepted, answer.Code));
    }

    [TestMethod]
    public async Task A_plan_that_is_wrong_is_declined_with_its_faults()
    {
        await using var bench = await StudyAtNode.StartAsync(SamplePlan.For("alpha", "zeta"), Stop);
        var wrong = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bench.Plan.ToBytes()).Replace("\"rounds\":2", "\"rounds\":0"));
        bench.Coordinator.Plans[Digest.Of(wrong)] = wrong;

        var answer = await bench.OfferAsync(Digest.Of(wrong));

        Assert.AreEqual((false, DeclineCode.PlanInvalid), (answer.Accepted, answer.Code));
        await bench.Node.Log.WaitForAsync("training.rounds: 0 is outside 1 to 1000000.", Stop);
    }

    [TestMethod]
    [DataRow(
        "\"allow_pair\":true",
        "\"allow_pair\":false",
        "each computes the other's update from the sum",
        DisplayName = "a pair that does not say so"
    )]
    [DataRow("\"minimum_sites\":2", "\"minimum_sites\":1", "aggregation.minimum_sites", DisplayName = "a sum of one site")]
    public async Task A_plan_that_hides_nobody_is_declined_whatever_the_coordinator_took(string right, string wrong, string words)
    {
        await using var bench = await StudyAtNode.StartAsync(SamplePlan.For("alpha", "zeta"), Stop);
        var text = Encoding.UTF8.GetString(bench.Plan.ToBytes());
        Assert.Contains(right, text);
        var doctored = Encoding.UTF8.GetBytes(text.Replace(right, wrong));
        bench.Coordinator.Plans[Digest.Of(doctored)] = doctored;

        var answer = await bench.OfferAsync(Digest.Of(doctored));

        Assert.AreEqual((false, DeclineCode.PlanInvalid), (answer.Accepted, answer.Code));
        await bench.Node.Log.WaitForAsync(words, Stop);
    }

    [TestMethod]
    public async Task A_plan_that_is_no_Unicode_is_declined_and_the_node_lives_on()
    {
        await using var bench = await StudyAtNode.StartAsync(SamplePlan.For("alpha", "zeta"), Stop);
        var hostile = "{\"name\":\"\\ud800\"}"u8.ToArray();
        bench.Coordinator.Plans[Digest.Of(hostile)] = hostile;

        Assert.IsFalse((await bench.OfferAsync(Digest.Of(hostile))).Accepted);
        Assert.IsTrue((await bench.OfferAsync()).Accepted);
    }

    [TestMethod]
    public async Task A_plan_for_others_is_declined()
    {
        await using var bench = await StudyAtNode.StartAsync(SamplePlan.For("beta", "gamma"), Stop);

        var answer = await bench.OfferAsync();

        Assert.AreEqual((false, DeclineCode.NotOnRoster), (answer.Accepted, answer.Code));
        await bench.Node.Log.WaitForAsync("alpha is not on the plan's roster.", Stop);
    }

    [TestMethod]
    public async Task A_plan_that_asks_for_what_the_site_does_not_record_is_declined()
    {
        await using var bench = await StudyAtNode.StartAsync(
            SamplePlan.For("alpha", "zeta") with
            {
                Features = [new("age"), new("chol")],
            },
            Stop
        );

        var answer = await bench.OfferAsync();

        Assert.AreEqual(
            (false, DeclineCode.Data),
            (answer.Accepted, answer.Code),
            "what is wrong with the data stays in the node's own log"
        );
        await bench.Node.Log.WaitForAsync("chol", Stop);
    }

    [TestMethod]
    public async Task A_study_that_ended_here_is_not_begun_again()
    {
        await using var bench = await StudyAtNode.StartAsync(SamplePlan.For("alpha", "beta"), Stop);
        await bench.OfferAsync();
        await bench.EndAsync(completed: false);

        var again = await bench.OfferAsync();
        await bench.InviteAsync(1, 1);

        Assert.AreEqual((false, DeclineCode.StudyOver), (again.Accepted, again.Code));
        Assert.AreEqual(DeclineCode.StudyOver, (await bench.RefusalAsync()).Code);
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }
}
