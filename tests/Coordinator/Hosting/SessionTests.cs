using Federated.Fixtures;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Coordinator.Tests.Hosting;

[TestClass]
public sealed class SessionTests
{
    private static RunningCoordinator? _coordinator;

    public required TestContext TestContext { get; init; }

    private static RunningCoordinator Coordinator => _coordinator!;

    private CancellationToken Stop => TestContext.CancellationToken;

    [ClassInitialize]
    public static async Task StartAsync(TestContext context) =>
        _coordinator = await RunningCoordinator.StartAsync(context.CancellationToken);

    [ClassCleanup]
    public static async Task StopAsync() => await Coordinator.DisposeAsync();

    [TestMethod]
    public async Task A_greeting_is_answered_with_the_name_in_the_certificate()
    {
        using var node = Coordinator.WireNode("greeted");

        await node.HelloAsync();

        var welcome = await node.NextAsync(m => m.Welcome, Stop);
        Assert.AreEqual((3u, "greeted"), (welcome.ProtocolVersion, welcome.Site));
        await Coordinator.Log.WaitForAsync("Site greeted is connected (software 0.0).", Stop);
    }

    [TestMethod]
    public async Task Another_version_of_the_conversation_is_refused_with_both_numbers()
    {
        using var node = Coordinator.WireNode("versions");

        await node.HelloAsync(version: 1);

        var status = await node.EndAsync(Stop);
        Assert.AreEqual(StatusCode.FailedPrecondition, status.StatusCode);
        Assert.AreEqual("This coordinator speaks protocol 3, the node 1; install the release that the consortium uses.", status.Detail);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(15)]
    [DataRow(17)]
    public async Task An_instance_is_named_by_16_bytes(int length)
    {
        using var node = Coordinator.WireNode("instances");

        await node.HelloAsync(ByteString.CopyFrom(new byte[length]));

        var status = await node.EndAsync(Stop);
        Assert.AreEqual(
            (StatusCode.InvalidArgument, $"an instance id has 16 bytes; this one has {length}."),
            (status.StatusCode, status.Detail)
        );
    }

    [TestMethod]
    public async Task A_session_begins_with_a_greeting()
    {
        using var node = Coordinator.WireNode("rude");

        await node.SayAsync(new NodeMessage { ModelReport = new ModelReport() });

        var status = await node.EndAsync(Stop);
        Assert.AreEqual((StatusCode.InvalidArgument, "a session begins with Hello."), (status.StatusCode, status.Detail));
    }

    [TestMethod]
    public async Task A_session_has_one_greeting()
    {
        using var node = Coordinator.WireNode("twice");
        await node.HelloAsync();

        await node.HelloAsync();

        var status = await node.EndAsync(Stop);
        Assert.AreEqual(StatusCode.InvalidArgument, status.StatusCode);
        Assert.AreEqual("a Hello is not expected in a running session.", status.Detail);
    }

    [TestMethod]
    public async Task A_message_of_no_kind_is_refused()
    {
        using var node = Coordinator.WireNode("empty");
        await node.HelloAsync();

        await node.SayAsync(new NodeMessage());

        Assert.AreEqual(StatusCode.InvalidArgument, (await node.EndAsync(Stop)).StatusCode);
    }

    [TestMethod]
    public async Task A_second_process_of_a_site_is_refused_while_the_first_is_connected_and_disturbs_it_not()
    {
        using var first = Coordinator.WireNode("double");
        await first.HelloAsync();
        await first.NextAsync(m => m.Welcome, Stop);

        using (var second = Coordinator.WireNode("double"))
        {
            await second.HelloAsync();
            var status = await second.EndAsync(Stop);

            Assert.AreEqual(StatusCode.AlreadyExists, status.StatusCode);
            Assert.AreEqual(
                "Another process is connected as double; stop one of the two. Trying again will not help while it runs.",
                status.Detail
            );
        }

        await Coordinator.Log.WaitForAsync("A second process of site double was refused", Stop);
        await first.SayAsync(new NodeMessage { ModelReport = new ModelReport { PlanHash = ByteString.CopyFrom(new byte[32]) } });
        Assert.AreEqual(StatusCode.NotFound, (await first.EndAsync(Stop)).StatusCode, "the first was still listened to");
    }

    [TestMethod]
    public async Task A_second_process_may_come_once_the_first_has_left()
    {
        using (var first = Coordinator.WireNode("successor"))
        {
            await first.HelloAsync();
            await first.NextAsync(m => m.Welcome, Stop);
        }

        await Coordinator.Log.WaitForAsync("Site successor is gone", Stop);

        using var second = Coordinator.WireNode("successor");
        await second.HelloAsync();
        await second.NextAsync(m => m.Welcome, Stop);
    }

    [TestMethod]
    public async Task The_same_process_may_take_over_its_own_older_stream()
    {
        var instance = WireNode.NewInstance();
        using var old = Coordinator.WireNode("returning");
        await old.HelloAsync(instance);
        await old.NextAsync(m => m.Welcome, Stop);

        using var fresh = Coordinator.WireNode("returning");
        await fresh.HelloAsync(instance);

        await fresh.NextAsync(m => m.Welcome, Stop);
        await old.EndAsync(Stop);
        using var other = Coordinator.WireNode("returning");
        await other.HelloAsync();
        Assert.AreEqual(
            StatusCode.AlreadyExists,
            (await other.EndAsync(Stop)).StatusCode,
            "the site is still connected, by its new stream"
        );
    }

    [TestMethod]
    public async Task An_answer_to_an_unknown_plan_is_refused()
    {
        using var node = Coordinator.WireNode("unknown");
        await node.HelloAsync();

        await node.AcceptAsync(SamplePlan.For("unknown", "zeta"));

        var status = await node.EndAsync(Stop);
        Assert.AreEqual(StatusCode.NotFound, status.StatusCode);
        Assert.Contains(SamplePlan.For("unknown", "zeta").Hash().ToString(), status.Detail);
    }

    [TestMethod]
    public async Task A_hash_of_another_length_is_refused()
    {
        var plan = SamplePlan.For("hashes", "zeta");
        await Coordinator.Researcher().SubmitStudyAsync(Coordinator.Signed(plan.ToBytes()));
        using var node = Coordinator.WireNode("hashes");
        await node.HelloAsync();

        await node.SayAsync(
            new NodeMessage
            {
                StudyAnswer = new StudyAnswer
                {
                    PlanHash = WireNode.Bytes(plan.Hash()),
                    Accepted = true,
                    ModelHash = ByteString.CopyFrom(1, 2, 3),
                },
            }
        );

        var status = await node.EndAsync(Stop);
        Assert.AreEqual((StatusCode.InvalidArgument, "a hash has 32 bytes; this one has 3."), (status.StatusCode, status.Detail));
    }
}
