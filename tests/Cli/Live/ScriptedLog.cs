using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Identity;
using Federated.TransparencyLog;
using Federated.TransparencyLog.Checkpoints;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Tiles;
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

namespace Federated.Cli.Tests.Live;

/// <summary>A coordinator that offers an auditor the log that a test makes it offer, true or not, over real gRPC and TLS.</summary>
internal sealed class ScriptedLog : IAsyncDisposable
{
    private readonly Consortium _members;
    private readonly TlsIdentity _tls;
    private readonly WebApplication _app;
    private readonly List<IDisposable> _opened = [];
    private LogAppender _log = LogAppender.Empty;

    private ScriptedLog(Consortium members)
    {
        _members = members;
        var files = members.Issue(Role.Coordinator, "hub");
        _tls = TlsIdentity.Load(files, TimeProvider.System);
        Keys = NewKeys();
        Origin = KeyNames.Origin(Digest.Of(_tls.Root.RawData), Keys.Credential.Holder.Name);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                listen =>
                {
                    listen.Protocols = HttpProtocols.Http2;
                    listen.UseHttps(
                        new HttpsConnectionAdapterOptions
                        {
                            ServerCertificate = _tls.Certificate,
                            ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                            ClientCertificateValidation = (shown, _, _) => _tls.Refusal(shown, Role.Auditor) is null,
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

    /// <summary>What it answers to the question how far the log is.</summary>
    public CheckpointsResponse Offer { get; private set; } = new();

    /// <summary>What the next calls for files are answered instead, in order.</summary>
    public ConcurrentQueue<Status> Refusals { get; } = new();

    /// <summary>Calls for files that were not refused.</summary>
    public int Fetches { get; private set; }

    /// <summary>Changes how long a file is said to be.</summary>
    public Func<string, ulong, ulong> LengthOf { get; set; } = (_, length) => length;

    /// <summary>The keys that it signs with; first those of the log's beginning.</summary>
    public MemberKeys Keys { get; set; }

    public KeyName Origin { get; }

    public TreeHead Head => _log.Head;

    /// <summary>Every file that the log ever had.</summary>
    private Dictionary<string, byte[]> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>Runs with a log of three entries.</summary>
    public static async Task<ScriptedLog> StartAsync(Consortium members, CancellationToken cancellationToken)
    {
        var script = new ScriptedLog(members);
        var root = Digest.Of(script._tls.Root.RawData);
        script.Append(EntryKind.LogBegan, new LogBeginning(script.Origin.Value, root, "tests 1")).Register().Grow();
        await script._app.StartAsync(cancellationToken);
        return script;
    }

    /// <summary>Other keys of the same coordinator, by the root's word too.</summary>
    public MemberKeys NewKeys()
    {
        using var tls = TlsIdentity.Load(_members.Issue(Role.Coordinator, "hub"), TimeProvider.System);
        var keys = Consortium.KeysOf(tls);
        _opened.Add(keys);
        return keys;
    }

    /// <summary>The log says that the keys of now count.</summary>
    public ScriptedLog Register() =>
        Append(EntryKind.KeyRegistered, new KeyRegistration(Encoding.UTF8.GetString(Keys.CredentialFile.Span)));

    /// <summary>One entry more.</summary>
    public ScriptedLog Grow(string settings = "settings") =>
        Append(EntryKind.CoordinatorStarted, new CoordinatorStart("tests 1", Digest.Of(Encoding.UTF8.GetBytes(settings))));

    /// <summary>A checkpoint of this log, or of anything.</summary>
    public SignedCheckpoint Sign(TreeHead head, MemberKeys? by = null)
    {
        using var signer = (by ?? Keys).Private.LogSigner(Origin);
        return SignedCheckpoint.Sign(Checkpoint.Of(Origin.Value, head), signer);
    }

    /// <summary>Offers checkpoints from here on, with the credentials of these keys; of its own if none are given.</summary>
    public void Show(SignedCheckpoint newest, SignedCheckpoint? cosigned = null, params ReadOnlySpan<MemberKeys> keys)
    {
        var offer = new CheckpointsResponse
        {
            Root = ByteString.CopyFrom(_tls.Root.RawData),
            Newest = ByteString.CopyFrom(newest.ToBytes()),
            Cosigned = ByteString.CopyFrom((cosigned ?? newest).ToBytes()),
        };
        foreach (var shown in keys.IsEmpty ? [Keys] : keys)
        {
            offer.Credentials.Add(ByteString.CopyFrom(shown.CredentialFile.Span));
        }

        Offer = offer;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _opened.ForEach(opened => opened.Dispose());
        _tls.Dispose();
    }

    private ScriptedLog Append(EntryKind kind, EntryBody body)
    {
        using var signer = Keys.Private.LogSigner(KeyNames.ForCoordinator(Keys.Credential.Holder.Name));
        var entry = new TransparencyLog.Entries.LogEntry(kind, null, TimeProvider.System.GetUtcNow(), signer.Key.Name, body);
        var batch = _log.Append([SealedEntry.Sign(entry, signer).ToBytes()]);
        foreach (var file in batch.Files)
        {
            Files[file.Path.ToString()] = file.Bytes.ToArray();
        }

        _log = batch.After;
        return this;
    }

    private sealed class Service(ScriptedLog script) : AuditService.AuditServiceBase
    {
        public override Task<CheckpointsResponse> FetchCheckpoints(FetchCheckpointsRequest request, ServerCallContext context) =>
            Task.FromResult(script.Offer);

        public override async Task FetchLogFiles(
            FetchLogFilesRequest request,
            IServerStreamWriter<AuditMessage> responseStream,
            ServerCallContext context
        )
        {
            if (script.Refusals.TryDequeue(out var refusal))
            {
                throw new RpcException(refusal);
            }

            script.Fetches++;
            foreach (var path in Tiling.NewFiles(new TreeSize((long)request.Seen), new TreeSize((long)request.Until)))
            {
                var (name, bytes) = (path.ToString(), script.Files[path.ToString()]);
                var header = new AuditFile { Path = name, Length = script.LengthOf(name, (ulong)bytes.Length) };
                await responseStream.WriteAsync(new AuditMessage { Header = header }, context.CancellationToken);
                var chunk = new Chunk { Data = ByteString.CopyFrom(bytes) };
                await responseStream.WriteAsync(new AuditMessage { Chunk = chunk }, context.CancellationToken);
            }
        }
    }
}
