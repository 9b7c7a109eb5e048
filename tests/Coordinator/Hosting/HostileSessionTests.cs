using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.SecureAggregation.Messages;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>Sessions that say what they should not, against the real coordinator: the study goes on with the exact sum.</summary>
[TestClass]
public sealed class HostileSessionTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_whole_session_that_was_captured_and_is_played_again_changes_nothing()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var plan = SamplePlan.For("alpha", "beta");
        var sites = await JoinAsync(coordinator, plan);
        var first = await RoundAsync(sites, lane: 3);
        var captured = sites[0].Node.Said.ToArray();
        CollectionAssert.AreEqual(
            new[] { "Hello", "LogEntry", "StudyAnswer", "KeyAdvertisement", "ShareKeys", "Acknowledgement", "UnmaskingShares" },
            captured.Where(message => message.Cosignature is null).Select(KindOf).ToArray()
        );

        foreach (var message in captured[1..])
        {
            await sites[0].Node.SayAsync(message);
        }

        using var replayed = coordinator.WireNode("alpha");
        foreach (var message in captured)
        {
            await replayed.SayAsync(message);
        }

        await replayed.SayAsync(new NodeMessage()); // ends the session, once all before it was handled
        Assert.AreEqual("a None is not expected in a running session.", (await replayed.EndAsync(Stop)).Detail);
        var study = (await coordinator.Researcher().ListStudiesAsync(new ListStudiesRequest())).Studies.Single();
        Assert.AreEqual(1u, study.Round);
        Assert.AreEqual(Hash(6, 6, 6, 6), first);
    }

    [TestMethod]
    public async Task A_message_that_was_signed_for_another_study_is_refused_by_name_and_that_study_goes_on()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var plan = SamplePlan.For("alpha", "beta");
        var other = plan with { Name = "another study" };
        await coordinator.Researcher().SubmitStudyAsync(coordinator.Signed(other.ToBytes()));
        var sites = await JoinAsync(coordinator, plan, offers: 2);
        await Task.WhenAll(sites.Select(site => site.Node.AcceptAsync(other)));
        var inputs = await Task.WhenAll(sites.Select(site => site.InputAsync(Stop, 1, 1, 1, 1)));

        var keys = sites[0].Node.Said.Single(message => message.Protocol?.Type == (uint)MessageType.KeyAdvertisement).Clone();
        keys.Protocol.PlanHash = WireNode.Bytes(other.Hash());
        await sites[0].Node.SayAsync(keys);
        var input = await RunningCoordinator.StatusOfAsync(() =>
            WireNode.SubmitAsync(sites[0].Node.Client, sites[0].Header(inputs[0].Header, plan: other.Hash()))
        );

        await coordinator.Log.WaitForAsync("BadSignature: the keys of alpha are not signed by it for this invitation.", Stop);
        Assert.AreEqual(StatusCode.FailedPrecondition, input.StatusCode, input.Detail);
        foreach (var (site, own) in sites.Zip(inputs))
        {
            await WireNode.SubmitAsync(site.Node.Client, site.Messages(own));
        }

        var committed = await Task.WhenAll(sites.Select(site => site.CommittedAsync(Stop)));
        Assert.AreEqual(Hash(2, 2, 2, 2), new Digest(committed[0].SumHash.Span));
    }

    [TestMethod]
    [DataRow(13u, 0, 64, "there is no message of kind 13.", DisplayName = "a kind that there is not")]
    [DataRow(257u, 0, 64, "there is no message of kind 257.", DisplayName = "a kind that is another in eight bits")]
    [DataRow(1u, 16385, 64, "a KeyAdvertisement of 16385 bytes is larger than 16384.", DisplayName = "a body over its limit")]
    [DataRow(1u, 10, 63, "a signature has 64 bytes; this one has 63.", DisplayName = "a signature cut short")]
    public async Task A_message_of_no_form_ends_the_session_with_its_fault_and_the_node_may_come_back(
        uint type,
        int body,
        int signature,
        string fault
    )
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var plan = SamplePlan.For("alpha", "beta");
        await coordinator.Researcher().SubmitStudyAsync(coordinator.Signed(plan.ToBytes()));
        using (var liar = coordinator.WireNode("alpha"))
        {
            await liar.HelloAsync();
            await liar.SayAsync(
                new NodeMessage
                {
                    Protocol = new ProtocolMessage
                    {
                        PlanHash = WireNode.Bytes(plan.Hash()),
                        Round = 1,
                        Attempt = 1,
                        Type = type,
                        Body = ByteString.CopyFrom(new byte[body]),
                        Signature = ByteString.CopyFrom(new byte[signature]),
                    },
                }
            );

            var ended = await liar.EndAsync(Stop);
            Assert.AreEqual((StatusCode.InvalidArgument, fault), (ended.StatusCode, ended.Detail));
        }

        await coordinator.Log.WaitForAsync($"Site alpha is gone: {fault}", Stop);
        var sites = await JoinAsync(coordinator, plan);
        Assert.AreEqual(Hash(10, 10, 10, 10), await RoundAsync(sites, lane: 5));
    }

    [TestMethod]
    public async Task A_plan_for_two_that_does_not_accept_that_each_learns_the_others_update_is_refused()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var plan = SamplePlan.For("alpha", "beta");
        var silent = plan with { Aggregation = plan.Aggregation with { AllowPair = false } };

        var status = await RunningCoordinator.StatusOfAsync(async () =>
            await coordinator.Researcher().SubmitStudyAsync(coordinator.Signed(silent.ToBytes()))
        );

        Assert.AreEqual(StatusCode.InvalidArgument, status.StatusCode);
        Assert.Contains("aggregation.allow_pair: with two sites each computes the other's update from the sum", status.Detail);
        Assert.IsEmpty((await coordinator.Researcher().ListStudiesAsync(new ListStudiesRequest())).Studies);
    }

    [TestMethod]
    public async Task A_plan_whose_minimum_hides_nobody_is_refused()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var plan = SamplePlan.ThreeOfFour();
        var small = plan with { Aggregation = plan.Aggregation with { MinimumSites = 2 } };

        var status = await RunningCoordinator.StatusOfAsync(async () =>
            await coordinator.Researcher().SubmitStudyAsync(coordinator.Signed(small.ToBytes()))
        );

        Assert.AreEqual(StatusCode.InvalidArgument, status.StatusCode);
        Assert.Contains("aggregation.minimum_sites: 2 of 4 sites are too few to hide an update", status.Detail);
    }

    private async Task<WireSite[]> JoinAsync(RunningCoordinator coordinator, StudyPlan plan, int offers = 1)
    {
        await coordinator.Researcher().SubmitStudyAsync(coordinator.Signed(plan.ToBytes()));
        WireSite[] sites = [.. plan.Roster.Select(site => coordinator.Keep(new WireSite(coordinator, plan, site.Value)))];
        await Task.WhenAll(sites.Select(site => site.JoinAsync(Stop, offers)));
        return sites;
    }

    /// <summary>Every site gives the same lanes; the hash of the sum.</summary>
    private async Task<Digest> RoundAsync(WireSite[] sites, int lane)
    {
        var inputs = await Task.WhenAll(sites.Select(site => site.InputAsync(Stop, lane, lane, lane, lane)));
        foreach (var (site, input) in sites.Zip(inputs))
        {
            await WireNode.SubmitAsync(site.Node.Client, site.Messages(input));
        }

        var committed = await Task.WhenAll(sites.Select(site => site.CommittedAsync(Stop)));
        return new Digest(committed[0].SumHash.Span);
    }

    private static Digest Hash(params long[] lanes) => Digest.Of(Lanes.ToBytes(lanes));

    private static string KindOf(NodeMessage message) =>
        message.Protocol is { } protocol ? $"{(MessageType)protocol.Type}" : $"{message.KindCase}";
}
