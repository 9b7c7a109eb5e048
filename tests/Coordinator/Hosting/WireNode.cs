using System.Security.Cryptography;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>A node's side of the conversation, message by message, as a test wants it.</summary>
internal sealed class WireNode(NodeService.NodeServiceClient client, MemberKeys keys, TlsIdentity tls) : IDisposable
{
    private readonly CredentialBook _credentials = new(tls);
    private TestWitness? _witness;
    private readonly AsyncDuplexStreamingCall<NodeMessage, CoordinatorMessage> _call = client.Session();

    public NodeService.NodeServiceClient Client => client;

    /// <summary>A process's name for itself.</summary>
    public static ByteString NewInstance() => ByteString.CopyFrom(RandomNumberGenerator.GetBytes(16));

    /// <summary>Everything that it said, in order.</summary>
    public List<NodeMessage> Said { get; } = [];

    public Task SayAsync(NodeMessage message)
    {
        Said.Add(message);
        return _call.RequestStream.WriteAsync(message);
    }

    public Task HelloAsync(ByteString? instance = null, uint version = 3) =>
        SayAsync(
            new NodeMessage
            {
                Hello = new Hello
                {
                    ProtocolVersion = version,
                    SoftwareVersion = "0.0",
                    InstanceId = instance ?? NewInstance(),
                    Credential = ByteString.CopyFrom(keys.CredentialFile.Span),
                },
            }
        );

    public async Task AcceptAsync(StudyPlan plan)
    {
        await SayAsync(new NodeMessage { LogEntry = new V1.LogEntry { Entry = ByteString.CopyFrom(TestWitness.Approval(keys, plan)) } });
        await SayAsync(
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
    }

    /// <summary>Has the log say that it has evidence against somebody, the longest statement that a site may make.</summary>
    public Task AccuseAsync(string what)
    {
        using var signer = keys.Private.LogSigner(KeyNames.ForSite(keys.Credential.Holder.Name));
        var evidence = new MisbehaviourEvidence(
            EntryCode.Parse("equivocation"),
            $"{what}{new string('0', 30_000)}",
            $"{what}{new string('1', 30_000)}"
        );
        var entry = new Federated.TransparencyLog.Entries.LogEntry(
            EntryKind.Misbehaviour,
            null,
            TimeProvider.System.GetUtcNow(),
            signer.Key.Name,
            evidence
        );
        return SayAsync(
            new NodeMessage { LogEntry = new V1.LogEntry { Entry = ByteString.CopyFrom(SealedEntry.Sign(entry, signer).ToBytes()) } }
        );
    }

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
        CoordinatorMessage message;
        do
        {
            Assert.IsTrue(await _call.ResponseStream.MoveNext(cancellationToken), "the session ended");
            message = _call.ResponseStream.Current;
        } while (await IsOfTheLogAsync(message));

        return kind(message) ?? throw new AssertFailedException($"the coordinator said {message}");
    }

    /// <summary>Vouches for the log as it grows, which no test of a session is about.</summary>
    private async Task<bool> IsOfTheLogAsync(CoordinatorMessage message)
    {
        if (message.Welcome is { } welcome && _credentials.CheckMember(welcome.Credential.Memory, out var hub, out _))
        {
            _witness = new TestWitness(keys, hub, tls.Root);
        }

        if (message.LogGrowth is { } growth)
        {
            await SayAsync(new NodeMessage { Cosignature = new Cosignature { Line = _witness!.Cosign(growth) } });
        }

        return message.KindCase is CoordinatorMessage.KindOneofCase.LogGrowth or CoordinatorMessage.KindOneofCase.LogShown;
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

    /// <summary>Sends messages as one masked input, whatever they are, and reads the answers to the end.</summary>
    public static async Task<List<MaskedInputProgress>> SubmitAsync(
        NodeService.NodeServiceClient client,
        params IEnumerable<MaskedInputMessage> messages
    )
    {
        using var call = client.SubmitMaskedInput();
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

        var answers = new List<MaskedInputProgress>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            answers.Add(call.ResponseStream.Current);
        }

        return answers;
    }

    /// <summary>The beginning of an input of some study's first attempt, signed by nobody.</summary>
    public static MaskedInputMessage EmptyHeader(StudyPlan plan) =>
        new()
        {
            Header = new ProtocolMessage
            {
                PlanHash = Bytes(Digest.Of(plan.ToBytes())),
                Round = 1,
                Attempt = 1,
                Type = (uint)SecureAggregation.Messages.MessageType.MaskedInput,
            },
        };

    public static ByteString Bytes(Digest digest) => ByteString.CopyFrom(digest.ToArray());

    public void Dispose() => _call.Dispose();
}
