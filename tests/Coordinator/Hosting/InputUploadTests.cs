using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Sites;
using Federated.V1;
using Grpc.Core;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>One study of alpha and beta whose first round stays open, since beta never sends; each test is alpha with its masked input, sent as it should not be.</summary>
[TestClass]
public sealed class InputUploadTests
{
    /// <summary>Two hidden layers, so that an input has three chunks.</summary>
    private static readonly StudyPlan s_large = SamplePlan.For("alpha", "beta").WithHidden(768, 768);

    public required TestContext TestContext { get; init; }

    private CancellationToken Stop => TestContext.CancellationToken;

    [TestMethod]
    public async Task The_same_input_again_gets_the_same_receipt_and_another_is_refused()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var (plan, alpha, input) = await OpenRoundAsync(coordinator, SamplePlan.For("alpha", "beta"));
        var other = (byte[])input.Bytes.ToArray().Clone();
        other[0] ^= 1;

        var first = await WireNode.SubmitAsync(alpha.Node.Client, alpha.Messages(input));
        var again = await WireNode.SubmitAsync(alpha.Node.Client, alpha.Header(input.Header));
        var forged = await RunningCoordinator.StatusOfAsync(() =>
            WireNode.SubmitAsync(alpha.Node.Client, alpha.Header(Announcing(input.Header, other)), WireSite.Chunk(0, other))
        );

        Assert.AreEqual("0 16 receipt", Text(first));
        Assert.AreEqual("receipt", Text(again), "nothing has to be sent again");
        Assert.AreEqual(first[^1], again[^1]);
        Assert.AreEqual(StatusCode.PermissionDenied, forged.StatusCode, "its signature is over other bytes");
        Assert.AreEqual(plan.Hash(), new Digest(first[^1].Receipt.PlanHash.Span));
    }

    [TestMethod]
    public async Task After_a_broken_connection_what_was_acknowledged_is_not_sent_again()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var (_, alpha, input) = await OpenRoundAsync(coordinator, s_large);
        var bytes = input.Bytes.ToArray();
        using (var broken = alpha.Node.Client.SubmitMaskedInput())
        {
            await broken.RequestStream.WriteAsync(alpha.Header(input.Header), Stop);
            await broken.RequestStream.WriteAsync(WireSite.Chunk(0, bytes[..Protocol.ChunkBytes]), Stop);
            while (await broken.ResponseStream.MoveNext(Stop) && broken.ResponseStream.Current.Received == 0)
            {
                // The first chunk is not acknowledged yet.
            }
        } // and the connection is gone

        List<MaskedInputProgress> answers = [];
        while (answers.Count == 0)
        {
            try
            {
                answers = await WireNode.SubmitAsync(
                    alpha.Node.Client,
                    [alpha.Header(input.Header), .. Chunks(bytes).Where(chunk => chunk.Chunk.Offset > 0)]
                );
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.ResourceExhausted)
            {
                await Task.Delay(10, Stop); // the coordinator has not noticed yet that the first call is gone
            }
        }

        Assert.StartsWith("1048576 2097152 ", Text(answers));
        Assert.EndsWith("receipt", Text(answers));
    }

    [TestMethod]
    public async Task Of_two_inputs_of_a_site_at_once_one_is_refused_before_it_takes_memory()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var (_, alpha, input) = await OpenRoundAsync(coordinator, SamplePlan.For("alpha", "beta"));
        using var one = alpha.Node.Client.SubmitMaskedInput();
        await one.RequestStream.WriteAsync(alpha.Header(input.Header), Stop);
        Assert.IsTrue(await one.ResponseStream.MoveNext(Stop));

        var refused = await RunningCoordinator.StatusOfAsync(() => WireNode.SubmitAsync(alpha.Node.Client, alpha.Messages(input)));

        Assert.AreEqual(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Contains("alpha is sending an input of this study already", refused.Detail);
        await one.RequestStream.WriteAsync(WireSite.Chunk(0, input.Bytes.ToArray()), Stop);
        Assert.IsTrue(await one.ResponseStream.MoveNext(Stop));
        Assert.IsTrue(await one.ResponseStream.MoveNext(Stop));
        Assert.AreEqual(MaskedInputProgress.KindOneofCase.Receipt, one.ResponseStream.Current.KindCase);
    }

    [TestMethod]
    public async Task What_is_no_input_of_this_study_is_refused_by_name_and_the_right_ones_are_summed_exactly()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var plan = s_large;
        var (sites, inputs) = await OpenWithBothAsync(coordinator, plan);
        var (alpha, input, beta) = (sites[0], inputs[0], inputs[1]);
        var bytes = input.Bytes.ToArray();
        var chunks = Chunks(bytes).ToArray();
        var header = alpha.Header(input.Header);
        var short1 = WireSite.Chunk(0, bytes[..1000]);
        var other = (byte[])bytes.Clone();
        other[^1] ^= 1;

        (string Why, MaskedInputMessage[] Messages, StatusCode Code, string Words)[] rows =
        [
            ("nothing at all", [], StatusCode.InvalidArgument, "a masked input begins with its header."),
            ("no header", [chunks[0]], StatusCode.InvalidArgument, "a masked input begins with its header."),
            ("no chunk", [header], StatusCode.InvalidArgument, "the input ended after 0 of"),
            ("two headers", [header, header], StatusCode.InvalidArgument, "after the header come chunks only."),
            ("cut short", [header, chunks[0]], StatusCode.InvalidArgument, "the input ended after 1048576 of"),
            ("wrong order", [header, chunks[1]], StatusCode.InvalidArgument, "a chunk at offset 1048576 came where 0 was next."),
            (
                "a chunk twice",
                [header, chunks[0], chunks[0]],
                StatusCode.InvalidArgument,
                "a chunk at offset 0 came where 1048576 was next."
            ),
            (
                "a chunk past the end",
                [header, WireSite.Chunk((ulong)bytes.Length, [0])],
                StatusCode.InvalidArgument,
                $"a chunk at offset {bytes.Length} came where 0 was next."
            ),
            (
                "bytes past the end",
                [header, chunks[0], chunks[1], WireSite.Chunk(2 * Protocol.ChunkBytes, [.. bytes[(2 * Protocol.ChunkBytes)..], 0])],
                StatusCode.InvalidArgument,
                $"has {bytes.Length - (2 * Protocol.ChunkBytes) + 1} bytes; {bytes.Length - (2 * Protocol.ChunkBytes)} were next."
            ),
            (
                "the input of another site",
                [alpha.Header(beta.Header)],
                StatusCode.PermissionDenied,
                "the input of alpha is not signed by it for this cohort."
            ),
            ("a short chunk", [header, short1], StatusCode.InvalidArgument, "the chunk at offset 0 has 1000 bytes; 1048576 were next."),
            ("other bytes", [header, .. Chunks(other)], StatusCode.InvalidArgument, "is not what its header announced"),
            (
                "a header that it did not sign",
                [alpha.Header(Announcing(input.Header, other))],
                StatusCode.PermissionDenied,
                "is not signed by it for this cohort"
            ),
            (
                "a header of another size",
                [alpha.Header(input.Header with { Body = new MaskedInputHeader(5, 32, 32, input.InputDigest).ToBody() })],
                StatusCode.InvalidArgument,
                "the header of alpha's input is not one of"
            ),
            (
                "another kind of message",
                [alpha.Header(input.Header with { Type = MessageType.ShareKeys })],
                StatusCode.InvalidArgument,
                "is not one of"
            ),
            (
                "an unknown study",
                [alpha.Header(input.Header, plan: SamplePlan.For("alpha", "zeta").Hash())],
                StatusCode.NotFound,
                "No study has the plan hash"
            ),
            ("a round to come", [alpha.Header(input.Header, round: 2)], StatusCode.FailedPrecondition, "wait for the next invitation"),
            ("an attempt to come", [alpha.Header(input.Header, attempt: 2)], StatusCode.FailedPrecondition, "wait for the next invitation"),
            ("a message beyond all limits", [header, WireSite.Chunk(0, new byte[3 << 20])], StatusCode.ResourceExhausted, "exceeds"),
        ];
        foreach (var (why, messages, code, words) in rows)
        {
            var status = await RunningCoordinator.StatusOfAsync(() => WireNode.SubmitAsync(alpha.Node.Client, messages));

            Assert.AreEqual(code, status.StatusCode, $"{why}: {status.Detail}");
            Assert.Contains(words, status.Detail, why);
        }

        await coordinator.Log.WaitForAsync(
            "Site alpha's masked input for round 1, attempt 1 was refused: a chunk at offset 0 came where 1048576 was next.",
            Stop
        );
        await WireNode.SubmitAsync(alpha.Node.Client, [header, .. chunks]);
        await WireNode.SubmitAsync(sites[1].Node.Client, [sites[1].Header(beta.Header), .. Chunks(beta.Bytes.ToArray())]);
        var committed = await Task.WhenAll(sites.Select(site => site.CommittedAsync(Stop)));
        var sum = new long[plan.Shape.ParameterCount];
        sum[0] = 2;
        Assert.AreEqual(Digest.Of(Lanes.ToBytes(sum)), new Digest(committed[0].SumHash.Span));
    }

    [TestMethod]
    public async Task A_refused_input_leaves_the_others_and_the_round_unharmed()
    {
        await using var coordinator = await RunningCoordinator.StartAsync(Stop);
        var (_, alpha, input) = await OpenRoundAsync(coordinator, SamplePlan.For("alpha", "beta"));
        var twice = WireSite.Chunk(0, [.. input.Bytes.ToArray(), .. input.Bytes.ToArray()]);

        var status = await RunningCoordinator.StatusOfAsync(() =>
            WireNode.SubmitAsync(alpha.Node.Client, alpha.Header(input.Header), twice)
        );
        var answers = await WireNode.SubmitAsync(alpha.Node.Client, alpha.Messages(input));

        Assert.AreEqual(StatusCode.InvalidArgument, status.StatusCode);
        Assert.AreEqual("0 16 receipt", Text(answers), "a fault of the way is no other input: the site may try again");
    }

    private static string Text(IEnumerable<MaskedInputProgress> answers) =>
        string.Join(
            ' ',
            answers.Select(answer =>
                answer.KindCase == MaskedInputProgress.KindOneofCase.Receipt
                    ? "receipt"
                    : answer.Received.ToString(System.Globalization.CultureInfo.InvariantCulture)
            )
        );

    private static IEnumerable<MaskedInputMessage> Chunks(byte[] bytes) =>
        bytes.Chunk(Protocol.ChunkBytes).Select((chunk, index) => WireSite.Chunk((ulong)index * Protocol.ChunkBytes, chunk));

    /// <summary>The header with another input's digest, under the signature of the first.</summary>
    private static SignedMessage Announcing(SignedMessage header, byte[] bytes)
    {
        var lanes = (ulong)bytes.Length / 4;
        return header with { Body = new MaskedInputHeader(lanes, 32, 32, MaskedInputHeader.DigestOf(bytes)).ToBody() };
    }

    /// <summary>Alpha with its masked input; beta has shared, and never sends.</summary>
    private async Task<(StudyPlan Plan, WireSite Alpha, MaskedInput Input)> OpenRoundAsync(RunningCoordinator coordinator, StudyPlan plan)
    {
        var (sites, inputs) = await OpenWithBothAsync(coordinator, plan);
        return (plan, sites[0], inputs[0]);
    }

    private async Task<(WireSite[] Sites, MaskedInput[] Inputs)> OpenWithBothAsync(RunningCoordinator coordinator, StudyPlan plan)
    {
        await coordinator.Researcher().SubmitStudyAsync(coordinator.Signed(plan.ToBytes()));
        WireSite[] sites = [.. new[] { "alpha", "beta" }.Select(site => coordinator.Keep(new WireSite(coordinator, plan, site)))];
        await Task.WhenAll(sites.Select(site => site.JoinAsync(Stop)));
        var lanes = new int[plan.Shape.ParameterCount];
        lanes[0] = 1;
        var inputs = await Task.WhenAll(sites.Select(site => site.InputAsync(Stop, lanes)));
        return (sites, inputs);
    }
}
