using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog.Trees;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Federated.Node.Tests.Hosting;

/// <summary>A coordinator that says what a test makes it say, true or not, over real gRPC and TLS.</summary>
internal sealed class ScriptedCoordinator : IAsyncDisposable
{
    private readonly Channel<ScriptedSession> _sessions = Channel.CreateUnbounded<ScriptedSession>();
    private readonly Channel<(ProtocolMessage Header, byte[] Bytes)> _inputs = Channel.CreateUnbounded<(ProtocolMessage, byte[])>();
    private readonly WebApplication _app;

    private ScriptedCoordinator(TlsIdentity tls, int port)
    {
        Keys = Consortium.KeysOf(tls);
        Credential = Keys.CredentialFile;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                IPAddress.Loopback,
                port,
                listen =>
                {
                    listen.Protocols = HttpProtocols.Http2;
                    listen.UseHttps(
                        new HttpsConnectionAdapterOptions
                        {
                            ServerCertificate = tls.Certificate,
                            ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                            ClientCertificateValidation = (shown, _, _) => tls.Refusal(shown, Role.Site) is null,
                        }
                    );
                }
            )
        );
        builder.Services.AddGrpc();
        builder.Services.AddSingleton(this);
        _app = builder.Build();
        _app.MapGrpcService<Service>();
    }

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Its protocol identity.</summary>
    public MemberKeys Keys { get; set; }

    /// <summary>What its welcome says of that.</summary>
    public ReadOnlyMemory<byte> Credential { get; set; }

    /// <summary>Answers what a node says of secure aggregation; without it such messages are heard like all others.</summary>
    public Func<ProtocolMessage, Task>? Heard { get; set; }

    /// <summary>Takes a whole masked input, and gives its receipt.</summary>
    public Func<ProtocolMessage, byte[], Task<ProtocolMessage>> Take { get; set; } =
        (_, _) => throw new RpcException(new Status(StatusCode.FailedPrecondition, "This attempt is over; wait for the next invitation."));

    /// <summary>What the next inputs are said to have arrived of before, in order; 0 is the truth.</summary>
    public ConcurrentQueue<ulong> Received { get; } = new();

    /// <summary>Who signs the plans that are given out; null for nobody.</summary>
    public TlsIdentity? Researcher { get; set; }

    /// <summary>Changes a signed plan on its way.</summary>
    public Action<FetchPlanResponse> Bend { get; set; } = _ => { };

    /// <summary>What is given out for a plan hash.</summary>
    public ConcurrentDictionary<Digest, byte[]> Plans { get; } = new();

    /// <summary>Bytes of a masked input.</summary>
    public ulong InputLength { get; set; } = 16;

    /// <summary>What is given out for a round.</summary>
    public ConcurrentDictionary<uint, SumMessage[]> Sums { get; } = new();

    /// <summary>What the next masked inputs are answered, in order, instead of being taken.</summary>
    public ConcurrentQueue<Status> InputRefusals { get; } = new();

    /// <summary>What the next sessions are answered instead of being taken.</summary>
    public ConcurrentQueue<Status> SessionRefusals { get; } = new();

    /// <summary>True if no session came that was not looked at.</summary>
    public bool NoSessionWaits => !_sessions.Reader.TryPeek(out _);

    public static async Task<ScriptedCoordinator> StartAsync(TlsIdentity tls, CancellationToken cancellationToken, int port = 0)
    {
        var coordinator = new ScriptedCoordinator(tls, port);
        await coordinator._app.StartAsync(cancellationToken);
        return coordinator;
    }

    /// <summary>The next session that a node opened.</summary>
    public ValueTask<ScriptedSession> SessionAsync(CancellationToken cancellationToken) => _sessions.Reader.ReadAsync(cancellationToken);

    /// <summary>The next masked input that a node sent whole.</summary>
    public ValueTask<(ProtocolMessage Header, byte[] Bytes)> InputAsync(CancellationToken cancellationToken) =>
        _inputs.Reader.ReadAsync(cancellationToken);

    /// <summary>True if no masked input came that was not looked at.</summary>
    public bool NoInputWaits => !_inputs.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync(); // without waiting for the nodes to leave
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        Keys.Dispose();
    }

    private bool IsWhole(ulong bytes) => bytes >= InputLength;

    private sealed class Service(ScriptedCoordinator script) : NodeService.NodeServiceBase
    {
        public override async Task Session(
            IAsyncStreamReader<NodeMessage> requestStream,
            IServerStreamWriter<CoordinatorMessage> responseStream,
            ServerCallContext context
        )
        {
            if (script.SessionRefusals.TryDequeue(out var refusal))
            {
                throw new RpcException(refusal);
            }

            var session = new ScriptedSession(script, requestStream, responseStream);
            await script._sessions.Writer.WriteAsync(session, context.CancellationToken);
            await session.Ended.WaitAsync(context.CancellationToken);
        }

        public override Task<FetchPlanResponse> FetchPlan(FetchPlanRequest request, ServerCallContext context)
        {
            var plan = script.Plans[new Digest(request.PlanHash.Span)];
            var response = new FetchPlanResponse { Plan = ByteString.CopyFrom(plan) };
            if (script.Researcher is { } researcher)
            {
                response.Certificate = ByteString.CopyFrom(researcher.Certificate.RawData);
                response.Signature = ByteString.CopyFrom(PlanSignature.Sign(plan, researcher));
            }

            script.Bend(response);
            return Task.FromResult(response);
        }

        public override async Task SubmitMaskedInput(
            IAsyncStreamReader<MaskedInputMessage> requestStream,
            IServerStreamWriter<MaskedInputProgress> responseStream,
            ServerCallContext context
        )
        {
            await requestStream.MoveNext(context.CancellationToken);
            var header = requestStream.Current.Header;
            var began = script.Received.TryDequeue(out var already) ? already : 0;
            await responseStream.WriteAsync(new MaskedInputProgress { Received = began }, context.CancellationToken);
            using var bytes = new MemoryStream();
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                requestStream.Current.Chunk.Data.WriteTo(bytes);
                await responseStream.WriteAsync(
                    new MaskedInputProgress { Received = began + (ulong)bytes.Length },
                    context.CancellationToken
                );
                if (script.IsWhole(began + (ulong)bytes.Length))
                {
                    break;
                }
            }

            await script._inputs.Writer.WriteAsync((header, bytes.ToArray()), context.CancellationToken);
            var receipt = script.InputRefusals.TryDequeue(out var refusal)
                ? throw new RpcException(refusal)
                : await script.Take(header, bytes.ToArray());
            await responseStream.WriteAsync(new MaskedInputProgress { Receipt = receipt }, context.CancellationToken);
        }

        public override async Task FetchSum(
            FetchSumRequest request,
            IServerStreamWriter<SumMessage> responseStream,
            ServerCallContext context
        )
        {
            foreach (var message in script.Sums[request.Round])
            {
                await responseStream.WriteAsync(message, context.CancellationToken);
            }
        }
    }
}

/// <summary>One node's stream, at the coordinator's end.</summary>
internal sealed class ScriptedSession
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<NodeMessage> _heard = Channel.CreateUnbounded<NodeMessage>();
    private readonly Lock _lock = new();
    private readonly ScriptedCoordinator _script;
    private readonly IServerStreamWriter<CoordinatorMessage> _writer;
    private Task _said = Task.CompletedTask; // guarded by _lock

    public ScriptedSession(
        ScriptedCoordinator script,
        IAsyncStreamReader<NodeMessage> reader,
        IServerStreamWriter<CoordinatorMessage> writer
    )
    {
        _script = script;
        _writer = writer;
        _ = ReadAsync(reader);
    }

    public Task Ended => _ended.Task;

    /// <summary>Entries of the log that the node has seen: at first as it greets.</summary>
    public TreeSize SeenOfLog { get; set; }

    /// <summary>What the node said for the log and as its witness, in order.</summary>
    public ConcurrentQueue<NodeMessage> OfTheLog { get; } = new();

    /// <summary>Says something, after what is being said.</summary>
    public Task SayAsync(CoordinatorMessage message)
    {
        lock (_lock)
        {
            return _said = SayAfterAsync(_said, message);
        }
    }

    /// <summary>The node's next message, which must be of that kind.</summary>
    public async Task<T> HearAsync<T>(Func<NodeMessage, T?> kind, CancellationToken cancellationToken)
        where T : class
    {
        Assert.IsTrue(await _heard.Reader.WaitToReadAsync(cancellationToken), "the node ended its session");
        var message = await _heard.Reader.ReadAsync(cancellationToken);
        return kind(message) ?? throw new AssertFailedException($"the node said {message}");
    }

    /// <summary>Hears the greeting and answers it.</summary>
    public async Task<Hello> WelcomeAsync(CancellationToken cancellationToken, string site = "alpha", DateTimeOffset? time = null)
    {
        var hello = await HearAsync(m => m.Hello, cancellationToken);
        SeenOfLog = new TreeSize((long)hello.LogSeen);
        await SayAsync(
            new CoordinatorMessage
            {
                Welcome = new Welcome
                {
                    ProtocolVersion = 3,
                    Site = site,
                    TimeUnixMs = (time ?? TimeProvider.System.GetUtcNow()).ToUnixTimeMilliseconds(),
                    Credential = UnsafeByteOperations.UnsafeWrap(_script.Credential),
                },
            }
        );
        return hello;
    }

    public void End() => _ended.TrySetResult();

    private async Task SayAfterAsync(Task before, CoordinatorMessage message)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _writer.WriteAsync(message);
    }

    private async Task ReadAsync(IAsyncStreamReader<NodeMessage> reader)
    {
        try
        {
            while (await reader.MoveNext(CancellationToken.None))
            {
                if (reader.Current.Protocol is { } protocol && _script.Heard is { } heard)
                {
                    await heard(protocol);
                }
                else if (reader.Current is { LogEntry: null, Cosignature: null, WitnessRefusal: null })
                {
                    _heard.Writer.TryWrite(reader.Current);
                }
                else
                {
                    OfTheLog.Enqueue(reader.Current);
                }
            }

            _heard.Writer.TryComplete();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException or RpcException)
        {
            _heard.Writer.TryComplete(); // the node or the test is gone
        }
    }
}
