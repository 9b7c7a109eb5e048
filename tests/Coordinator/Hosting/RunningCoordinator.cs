using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Federated.Coordinator.Hosting;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Identity;
using Federated.V1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>The real coordinator on a loopback port, with certificates of its own consortium, and clients of every kind.</summary>
internal sealed class RunningCoordinator : IAsyncDisposable
{
    private readonly Dictionary<string, (TlsIdentity Tls, MemberKeys Keys)> _sites = [];
    private readonly TestFolder _folder = new();
    private readonly List<IDisposable> _opened = [];
    private readonly WebApplication _app;
    private readonly Lazy<TlsIdentity> _researcher;

    private RunningCoordinator(Consortium consortium, params string[] arguments)
    {
        Consortium = consortium;
        _researcher = new Lazy<TlsIdentity>(() => Keep(consortium.Identity(Role.Researcher, "researcher")));
        var tls = consortium.Issue(Role.Coordinator, "hub");
        var config = _folder.Write(
            "coordinator.json",
            $$"""
            {
              "coordinator": {
                "port": 0,
                "addressFile": "address",
                "state": "state",
                "tls": { "root": "{{tls.Root}}", "certificate": "{{tls.Certificate}}", "key": "{{tls.Key}}",
                  "revocations": "{{consortium.RevocationsFile}}" }
              }
            }
            """
        );
        try
        {
            _app = CoordinatorHost.Build(config, arguments);
        }
        catch
        {
            consortium.Dispose();
            _folder.Dispose();
            throw;
        }

        _app.Services.GetRequiredService<ILoggerFactory>().AddProvider(Log);
    }

    public Consortium Consortium { get; }

    public LogLines Log { get; } = new();

    /// <summary>Files below a folder of the coordinator's own.</summary>
    public string[] Files(string below) => _folder.Files(below);

    /// <summary>As the server wrote it to its address file.</summary>
    public Uri Address => new(File.ReadAllText(_folder["address"]).TrimEnd('\n'));

    public IEnumerable<string> Urls => _app.Urls;

    public static async Task<RunningCoordinator> StartAsync(CancellationToken cancellationToken, params string[] arguments)
    {
        var coordinator = new RunningCoordinator(new Consortium(), arguments);
        try
        {
            await coordinator._app.StartAsync(cancellationToken);
            return coordinator;
        }
        catch
        {
            await coordinator.DisposeAsync();
            throw;
        }
    }

    public NodeService.NodeServiceClient Node(string site) => new(Member(Role.Site, site));

    /// <summary>A node of that site, which has yet to greet.</summary>
    /// <param name="site">Its name.</param>
    /// <param name="client">Over whose connection it speaks; its own if none is given.</param>
    public WireNode WireNode(string site, NodeService.NodeServiceClient? client = null)
    {
        var (tls, keys) = Site(site);
        return new WireNode(client ?? Node(site), keys, tls);
    }

    /// <summary>A site's identity and keys; the same every time, as a site has them.</summary>
    public (TlsIdentity Tls, MemberKeys Keys) Site(string name)
    {
        if (!_sites.TryGetValue(name, out var site))
        {
            var files = Consortium.Issue(Role.Site, name);
            var tls = Keep(TlsIdentity.Load(files, TimeProvider.System));
            var identity = new PeerIdentity(Role.Site, SiteName.Parse(name));
            _sites[name] = site = (tls, Keep(MemberKeys.Load(ProtocolFiles.Beside(files.Certificate), identity, tls.Root)));
        }

        return site;
    }

    public StudyService.StudyServiceClient Researcher() => new(Keep(new ConsortiumChannel(Address, _researcher.Value)).Channel);

    /// <summary>A plan signed by a researcher of this consortium.</summary>
    public SubmitStudyRequest Signed(ReadOnlySpan<byte> plan)
    {
        return new SubmitStudyRequest
        {
            Plan = ByteString.CopyFrom(plan),
            Certificate = ByteString.CopyFrom(_researcher.Value.Certificate.RawData),
            Signature = ByteString.CopyFrom(PlanSignature.Sign(plan.ToArray(), _researcher.Value)),
        };
    }

    /// <summary>A member's connection, as the product makes it.</summary>
    public GrpcChannel Member(Role role, string name)
    {
        var tls = Keep(Consortium.Identity(role, name));
        return Keep(new ConsortiumChannel(Address, tls)).Channel;
    }

    /// <summary>A connection that believes the server everything and shows what it likes.</summary>
    public GrpcChannel Stranger(X509Certificate2? certificate, SslProtocols protocols = SslProtocols.Tls13) =>
        Keep(
            GrpcChannel.ForAddress(
                Address,
                new GrpcChannelOptions
                {
                    DisposeHttpClient = true,
                    HttpHandler = new SocketsHttpHandler
                    {
                        SslOptions = new SslClientAuthenticationOptions
                        {
                            EnabledSslProtocols = protocols,
                            LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
                            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
                        },
                    },
                }
            )
        );

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    /// <summary>The status that a call which must fail ends with.</summary>
    public static async Task<Status> StatusOfAsync(Func<Task> call) => (await Assert.ThrowsExactlyAsync<RpcException>(call)).Status;

    public async ValueTask DisposeAsync()
    {
        _opened.Reverse();
        _opened.ForEach(opened => opened.Dispose());
        await _app.StopAsync();
        await _app.DisposeAsync();
        Consortium.Dispose();
        _folder.Dispose();
    }

    public T Keep<T>(T opened)
        where T : IDisposable
    {
        _opened.Add(opened);
        return opened;
    }
}
