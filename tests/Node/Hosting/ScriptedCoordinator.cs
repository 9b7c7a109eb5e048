using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Federated.Federation;
using Federated.Hosting;
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
    private readonly Channel<(VectorHeader Header, byte[] Bytes)> _vectors = Channel.CreateUnbounded<(VectorHeader, byte[])>();
    private readonly WebApplication _app;

    private ScriptedCoordinator(TlsIdentity tls, int port)
    {
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

    /// <summary>Who signs the plans that are given out; null for nobody.</summary>
    public TlsIdentity? Researcher { get; set; }

    /// <summary>Changes a signed plan on its way.</summary>
    public Action<FetchPlanResponse> Bend { get; set; } = _ => { };

    /// <summary>What is given out for a plan hash.</summary>
    public ConcurrentDictionary<Digest, byte[]> Plans { get; } = new();

    /// <summary>What is given out for a round.</summary>
    public ConcurrentDictionary<uint, SumMessage[]> Sums { get; } = new();

    /// <summary>What the next vectors are answered, in order, before they are taken.</summary>
    public ConcurrentQueue<Status> VectorRefusals { get; } = new();

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

    /// <summary>The next vector that a node sent whole.</summary>
    public ValueTask<(VectorHeader Header, byte[] Bytes)> VectorAsync(CancellationToken cancellationToken) =>
        _vectors.Reader.ReadAsync(cancellationToken);

    /// <summary>True if no vector came that was not looked at.</summary>
    public bool NoVectorWaits => !_vectors.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync(); // without waiting for the nodes to leave
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

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

            var session = new ScriptedSession(requestStream, responseStream);
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

        public override async Task<VectorReceipt> SubmitVector(IAsyncStreamReader<VectorMessage> requestStream, ServerCallContext context)
        {
            await requestStream.MoveNext(context.CancellationToken);
            var header = requestStream.Current.Header;
            using var bytes = new MemoryStream();
            while (await requestStream.MoveNext(context.CancellationToken))
            {
                requestStream.Current.Chunk.Data.WriteTo(bytes);
            }

            await script._vectors.Writer.WriteAsync((header, bytes.ToArray()), context.CancellationToken);
            return script.VectorRefusals.TryDequeue(out var refusal)
                ? throw new RpcException(refusal)
                : new VectorReceipt { Digest = header.Digest };
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
internal sealed class ScriptedSession(IAsyncStreamReader<NodeMessage> reader, IServerStreamWriter<CoordinatorMessage> writer)
{
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Ended => _ended.Task;

    public Task SayAsync(CoordinatorMessage message) => writer.WriteAsync(message);

    /// <summary>The node's next message, which must be of that kind.</summary>
    public async Task<T> HearAsync<T>(Func<NodeMessage, T?> kind, CancellationToken cancellationToken)
        where T : class
    {
        Assert.IsTrue(await reader.MoveNext(cancellationToken), "the node ended its session");
        return kind(reader.Current) ?? throw new AssertFailedException($"the node said {reader.Current}");
    }

    /// <summary>Hears the greeting and answers it.</summary>
    public async Task<Hello> WelcomeAsync(CancellationToken cancellationToken, string site = "alpha", DateTimeOffset? time = null)
    {
        var hello = await HearAsync(m => m.Hello, cancellationToken);
        await SayAsync(
            new CoordinatorMessage
            {
                Welcome = new Welcome
                {
                    ProtocolVersion = 1,
                    Site = site,
                    TimeUnixMs = (time ?? TimeProvider.System.GetUtcNow()).ToUnixTimeMilliseconds(),
                },
            }
        );
        return hello;
    }

    public void End() => _ended.TrySetResult();
}
