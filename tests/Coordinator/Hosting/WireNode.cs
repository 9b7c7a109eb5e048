using System.Security.Cryptography;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>A node's side of the conversation, message by message, as a test wants it.</summary>
internal sealed class WireNode(NodeService.NodeServiceClient client) : IDisposable
{
    private readonly AsyncDuplexStreamingCall<NodeMessage, CoordinatorMessage> _call = client.Session();

    public NodeService.NodeServiceClient Client => client;

    /// <summary>A process's name for itself.</summary>
    public static ByteString NewInstance() => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));

    public Task SayAsync(NodeMessage message) => _call.RequestStream.WriteAsync(message);

    public Task HelloAsync(ByteString? instance = null, uint version = 1) =>
        SayAsync(
            new NodeMessage
            {
                Hello = new Hello
                {
                    ProtocolVersion = version,
                    SoftwareVersion = "0.0",
                    InstanceId = instance ?? NewInstance(),
                },
            }
        );

    public Task AcceptAsync(StudyPlan plan) =>
        SayAsync(
            new NodeMessage
            {
                StudyAnswer = new StudyAnswer
                {
                    PlanHash = Bytes(Digest.Of(plan.ToBytes())),
                    Accepted = true,
                    ModelHash = Bytes(InitialModel.Of(plan).Hash),
                },
            }
        );

    public Task ReportAsync(StudyPlan plan, ModelState model) =>
        SayAsync(
            new NodeMessage
            {
                ModelReport = new ModelReport
                {
                    PlanHash = Bytes(Digest.Of(plan.ToBytes())),
                    Round = model.Round.Value,
                    ModelHash = Bytes(model.Hash),
                },
            }
        );

    /// <summary>The next message, which must be of that kind; or the status with which the session ended instead.</summary>
    public async Task<T> NextAsync<T>(Func<CoordinatorMessage, T?> kind, CancellationToken cancellationToken)
        where T : class
    {
        Assert.IsTrue(await _call.ResponseStream.MoveNext(cancellationToken), "the session ended");
        var message = _call.ResponseStream.Current;
        return kind(message) ?? throw new AssertFailedException($"the coordinator said {message}");
    }

    /// <summary>The session's own status, once the coordinator has ended it.</summary>
    public async Task<Status> EndAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _call.ResponseStream.MoveNext(cancellationToken))
            {
                // What was said before the end does not matter here.
            }

            return _call.GetStatus();
        }
        catch (RpcException e)
        {
            return e.Status;
        }
    }

    /// <summary>A vector as the product sends it.</summary>
    public static IEnumerable<VectorMessage> Vector(StudyPlan plan, uint round, uint attempt, params int[] lanes)
    {
        var bytes = Lanes.ToBytes(lanes);
        yield return new VectorMessage { Header = Header(plan, round, attempt, lanes.Length, Digest.Of(bytes)) };
        yield return new VectorMessage { Chunk = new Chunk { Data = ByteString.CopyFrom(bytes) } };
    }

    public static VectorHeader Header(StudyPlan plan, uint round, uint attempt, int lanes, Digest digest) =>
        new()
        {
            PlanHash = Bytes(Digest.Of(plan.ToBytes())),
            Round = round,
            Attempt = attempt,
            Length = (uint)lanes,
            Digest = Bytes(digest),
        };

    /// <summary>Sends messages as one vector, whatever they are.</summary>
    public static async Task<VectorReceipt> SubmitAsync(NodeService.NodeServiceClient client, IEnumerable<VectorMessage> messages)
    {
        using var call = client.SubmitVector();
        try
        {
            foreach (var message in messages)
            {
                await call.RequestStream.WriteAsync(message);
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (Exception e) when (e is RpcException or InvalidOperationException)
        {
            // Refused while we were still sending; the status below says why.
        }

        return await call.ResponseAsync;
    }

    public static ByteString Bytes(Digest digest) => ByteString.CopyFrom(digest.ToArray());

    public void Dispose() => _call.Dispose();
}
