using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>One study of alpha and beta whose first round stays open, since beta never sends; each test is alpha with another vector.</summary>
[TestClass]
public sealed class VectorUploadTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task The_same_vector_is_taken_twice_and_another_refused()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var (plan, alpha) = await OpenRoundAsync(coordinator);
        int[] lanes = [1, 2, 3, 4];

        var first = await WireNode.SubmitAsync(alpha, WireNode.Vector(plan, 1, 1, lanes));
        var again = await WireNode.SubmitAsync(alpha, WireNode.Vector(plan, 1, 1, lanes));
        var other = await RunningCoordinator.StatusOfAsync(() => WireNode.SubmitAsync(alpha, WireNode.Vector(plan, 1, 1, 1, 2, 3, 5)));

        Assert.AreEqual(Digest.Of(Lanes.ToBytes(lanes)), new Digest(first.Digest.Span));
        Assert.AreEqual(first, again);
        Assert.AreEqual(StatusCode.AlreadyExists, other.StatusCode);
        Assert.Contains("the first stand. Stop and report this.", other.Detail);
        await coordinator.Log.WaitForAsync("Site alpha's vector for round 1, attempt 1 was refused", Stop);
    }

    [TestMethod]
    public async Task Of_two_vectors_of_a_site_at_once_one_is_refused_before_it_takes_memory()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var (plan, alpha) = await OpenRoundAsync(coordinator);
        VectorMessage[] vector = [.. WireNode.Vector(plan, 1, 1, 1, 2, 3, 4)];
        using var one = alpha.SubmitVector();
        using var two = alpha.SubmitVector();

        await one.RequestStream.WriteAsync(vector[0], Stop);
        await two.RequestStream.WriteAsync(vector[0], Stop);
        var first = await Task.WhenAny(one.ResponseAsync, two.ResponseAsync).WaitAsync(Stop);
        var refused = await RunningCoordinator.StatusOfAsync(() => first);
        var other = first == one.ResponseAsync ? two : one;
        await other.RequestStream.WriteAsync(vector[1], Stop);
        await other.RequestStream.CompleteAsync();

        Assert.AreEqual(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Contains("alpha is sending a vector of this study already", refused.Detail);
        Assert.AreEqual(vector[0].Header.Digest, (await other.ResponseAsync).Digest);
    }

    [TestMethod]
    public async Task What_is_no_vector_of_this_study_is_refused_and_the_right_one_is_still_taken()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var (plan, alpha) = await OpenRoundAsync(coordinator);
        var bytes = Lanes.ToBytes((int[])[1, 2, 3, 4]);
        var header = new VectorMessage { Header = WireNode.Header(plan, 1, 1, 4, Digest.Of(bytes)) };
        VectorMessage Chunk(ulong offset, int length) =>
            new()
            {
                Chunk = new Chunk { Offset = offset, Data = ByteString.CopyFrom(bytes[..length]) },
            };

        (string Why, VectorMessage[] Messages, StatusCode Code, string Words)[] rows =
        [
            ("nothing at all", [], StatusCode.InvalidArgument, "a vector begins with its header."),
            ("no header", [Chunk(0, 16)], StatusCode.InvalidArgument, "a vector begins with its header."),
            ("no chunk", [header], StatusCode.InvalidArgument, "the vector ended after 0 of 16 bytes."),
            ("two headers", [header, header], StatusCode.InvalidArgument, "after the header come chunks only."),
            ("cut short", [header, Chunk(0, 12)], StatusCode.InvalidArgument, "the vector ended after 12 of 16 bytes."),
            ("a gap", [header, Chunk(0, 8), Chunk(12, 4)], StatusCode.InvalidArgument, "a chunk at offset 12 came where 8 was next."),
            ("an overlap", [header, Chunk(0, 8), Chunk(4, 12)], StatusCode.InvalidArgument, "a chunk at offset 4 came where 8 was next."),
            ("a chunk twice", [header, Chunk(0, 8), Chunk(0, 8)], StatusCode.InvalidArgument, "a chunk at offset 0 came where 8 was next."),
            ("past the end", [header, Chunk(0, 16), Chunk(16, 1)], StatusCode.InvalidArgument, "runs past the vector's 16 bytes."),
            ("an empty chunk", [header, Chunk(0, 0)], StatusCode.InvalidArgument, "a chunk has 1 to 1048576 bytes; this one has 0."),
            ("other bytes", [header, Chunk(0, 8), Chunk(8, 8)], StatusCode.InvalidArgument, "do not have the digest"),
            (
                "a model of another size",
                [new VectorMessage { Header = WireNode.Header(plan, 1, 1, 5, default) }],
                StatusCode.InvalidArgument,
                "the header announces 5 lanes; this study's model has 4."
            ),
            (
                "an unknown study",
                [.. WireNode.Vector(SamplePlan.For("alpha", "zeta"), 1, 1, 1, 2, 3, 4)],
                StatusCode.NotFound,
                "No study has the plan hash"
            ),
            (
                "a round to come",
                [.. WireNode.Vector(plan, 2, 1, 1, 2, 3, 4)],
                StatusCode.FailedPrecondition,
                "wait for the next invitation"
            ),
            (
                "an attempt to come",
                [.. WireNode.Vector(plan, 1, 2, 1, 2, 3, 4)],
                StatusCode.FailedPrecondition,
                "wait for the next invitation"
            ),
            (
                "a message beyond all limits",
                [header, new VectorMessage { Chunk = new Chunk { Data = ByteString.CopyFrom(new byte[3 << 20]) } }],
                StatusCode.ResourceExhausted,
                "exceeds"
            ),
        ];
        foreach (var (why, messages, code, words) in rows)
        {
            var status = await RunningCoordinator.StatusOfAsync(() => WireNode.SubmitAsync(alpha, messages));

            Assert.AreEqual(code, status.StatusCode, $"{why}: {status.Detail}");
            Assert.Contains(words, status.Detail, why);
        }

        await WireNode.SubmitAsync(alpha, WireNode.Vector(plan, 1, 1, 1, 2, 3, 4));
    }

    private async Task<(StudyPlan Plan, NodeService.NodeServiceClient Alpha)> OpenRoundAsync(RunningCoordinator coordinator)
    {
        var plan = SamplePlan.For("alpha", "beta");
        await coordinator.Researcher().SubmitStudyAsync(coordinator.Signed(plan.ToBytes()));
        var nodes = new[] { "alpha", "beta" }.Select(site => coordinator.Keep(new WireNode(coordinator.Node(site)))).ToList();
        foreach (var node in nodes)
        {
            await node.HelloAsync();
            await node.NextAsync(m => m.Welcome, Stop);
            await node.NextAsync(m => m.StudyOffer, Stop);
            await node.AcceptAsync(plan);
        }

        foreach (var node in nodes)
        {
            await node.NextAsync(m => m.RoundInvite, Stop);
        }

        return (plan, nodes[0].Client);
    }
}
