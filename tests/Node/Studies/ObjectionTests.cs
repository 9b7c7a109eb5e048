using System.Text;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Learning.Training;
using Federated.V1;
using TorchSharp;

namespace Federated.Node.Tests.Studies;

/// <summary>A patient who objects is in no attempt that begins afterwards, without a restart; a list that cannot be read stops all work.</summary>
[TestClass]
public sealed class ObjectionTests
{
    private const string List = "objections.txt";

    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task An_objection_takes_effect_with_the_next_attempt_and_may_be_taken_back()
    {
        await using var bench = await JoinedAsync();
        var train = Train(bench.Plan);
        var everybody = await SumOfAsync(bench, attempt: 1);

        bench.Files.Write(List, $"ALPHA-{train.RowIds[0]} # by letter\nno-patient-of-ours\n");
        var without = await SumOfAsync(bench, attempt: 2);
        await bench.Node.Log.WaitForAsync("keys that are no patient's of", Stop);
        bench.Files.Write(List, "# nobody\n");
        var again = await SumOfAsync(bench, attempt: 3);

        CollectionAssert.AreEqual(Expected(bench.Plan, train), everybody);
        CollectionAssert.AreEqual(Expected(bench.Plan, train.Select([.. Enumerable.Range(1, train.Count - 1)])), without);
        CollectionAssert.AreEqual(everybody, again);
        CollectionAssert.AreNotEqual(everybody, without);
    }

    [TestMethod]
    public async Task While_the_list_cannot_be_read_every_attempt_is_refused()
    {
        await using var bench = await JoinedAsync();
        File.Delete(bench.Files.Folder[List]);

        await bench.InviteAsync(1, 1);
        var missing = await bench.RefusalAsync();
        bench.Files.Write(List, "\"open\n");
        await bench.InviteAsync(1, 2);
        var broken = await bench.RefusalAsync();
        bench.Files.Write(List, "");
        var sum = await SumOfAsync(bench, attempt: 3);

        Assert.AreEqual((DeclineCode.Data, DeclineCode.Data), (missing.Code, broken.Code));
        await bench.Node.Log.WaitForAsync("objections.txt cannot be opened", Stop);
        await bench.Node.Log.WaitForAsync("the quotes do not hold exactly one key", Stop);
        CollectionAssert.AreEqual(Expected(bench.Plan, Train(bench.Plan)), sum, "once it is mended work goes on by itself");
    }

    [TestMethod]
    public async Task Where_all_patients_object_nothing_is_trained()
    {
        await using var bench = await JoinedAsync();
        bench.Files.Write(List, string.Concat(Enumerable.Range(0, 60).Select(i => $"alpha-{i}\n")));

        await bench.InviteAsync(1, 1);
        var refusal = await bench.RefusalAsync();

        Assert.AreEqual(DeclineCode.Data, refusal.Code);
        await bench.Node.Log.WaitForAsync("all of them object", Stop);
        Assert.IsTrue(bench.Coordinator.NoInputWaits);
    }

    /// <summary>A node with an empty list that has joined a study.</summary>
    private async Task<StudyAtNode> JoinedAsync()
    {
        var bench = await StudyAtNode.StartAsync(SamplePlan.ThreeOfFour(), Stop);
        bench.Files.Write(List, "");
        await bench.RestartNodeAsync(() =>
        {
            var config = File.ReadAllText(bench.Files.Config);
            File.WriteAllText(bench.Files.Config, config.Replace("\"state\":", $"\"objections\": \"{List}\", \"state\":"));
        });
        var answer = await bench.OfferAsync();
        Assert.IsTrue(answer.Accepted, $"{answer.Code}");
        return bench;
    }

    /// <summary>What the node gave: the others gave zeros.</summary>
    private async Task<byte[]> SumOfAsync(StudyAtNode bench, uint attempt)
    {
        await bench.InviteAsync(1, attempt);
        await bench.Coordinator.InputAsync(Stop);
        return [.. (await bench.SumAsync()).Bytes];
    }

    private static EncodedRows Train(StudyPlan plan) =>
        new HoldoutSplit(Encoding.UTF8.GetBytes(plan.Holdout.Key), plan.Holdout.Fraction).Apply(Patients.Encoded(plan, "alpha", 60)).Train;

    private static byte[] Expected(StudyPlan plan, EncodedRows rows)
    {
        torch.set_num_threads(1);
        using var trainer = new SiteTrainer(plan.Shape, plan.Training, SiteName.Parse("alpha"), rows, torch.CPU);
        var update = new double[plan.Shape.ParameterCount];
        trainer.Update(InitialModel.Of(plan).Parameters.AsSpan(), new RoundNumber(1), update, CancellationToken.None);
        var lanes = new int[update.Length];
        SiteUpdate.Encode(update, plan.ShareOf(SiteName.Parse("alpha")), plan.Grid, lanes);
        return Lanes.ToBytes([.. lanes.Select(lane => (long)lane)]);
    }
}
