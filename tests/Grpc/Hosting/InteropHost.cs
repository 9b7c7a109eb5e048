using System.Net;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Federated.Grpc.Tests.Hosting;

/// <summary>Our server, the genuine Grpc.AspNetCore.Server on Kestrel, on a loopback port that the system chose.</summary>
internal sealed class InteropHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private InteropHost(WebApplication app) => _app = app;

    /// <summary><c>http://127.0.0.1:port</c>, or https.</summary>
    public Uri Address => new(_app.Urls.Single());

    /// <summary>Starts a server; each argument changes one thing from a plain one.</summary>
    public static async Task<InteropHost> StartAsync(
        CancellationToken cancellationToken,
        HttpsConnectionAdapterOptions? https = null,
        Action<GrpcServiceOptions>? grpc = null,
        Action<WebApplication>? map = null,
        Action<IServiceCollection>? services = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => Listen(listen, https)));
        builder.Services.AddGrpc(options => grpc?.Invoke(options));
        builder.Services.AddSingleton<InteropService>();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        (map ?? (a => a.MapGrpcService<InteropService>())).Invoke(app);
        await app.StartAsync(cancellationToken);
        return new InteropHost(app);
    }

    /// <summary>TLS that asks every client for a certificate of this authority.</summary>
    public static HttpsConnectionAdapterOptions MutualTls(TestAuthority authority) =>
        new()
        {
            ServerCertificate = authority.IssueServer(),
            ClientCertificateMode = ClientCertificateMode.RequireCertificate,
            ClientCertificateValidation = (certificate, chain, _) =>
            {
                chain!.ChainPolicy = authority.TrustOnlyThis();
                return chain.Build(certificate);
            },
        };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Listen(ListenOptions listen, HttpsConnectionAdapterOptions? https)
    {
        listen.Protocols = HttpProtocols.Http2;
        if (https is not null)
        {
            listen.UseHttps(https);
        }
    }
}
