using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Federated.Grpc.Tests.Python;
using Grpc.Core;
using Grpc.Net.Client;

namespace Federated.Grpc.Tests.Hosting;

/// <summary>Our client, the genuine Grpc.Net.Client, in the ways that the tests connect it; and the Python server's addresses.</summary>
internal static class Channels
{
    /// <summary>Ends a call that a fault would otherwise keep for ever; no test is about this value.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>The moment at which a call with no deadline of its own is given up.</summary>
    public static DateTime PatienceEnds => In(Patience);

    public static DateTime In(TimeSpan time) => TimeProvider.System.GetUtcNow().UtcDateTime + time;

    /// <summary>A channel with mutual TLS that trusts one authority and shows one certificate, or none.</summary>
    public static GrpcChannel Secure(
        Uri address,
        TestAuthority trusted,
        X509Certificate2? certificate,
        ChannelCredentials? credentials = null
    )
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = trusted.TrustOnlyThis(),
                ClientCertificates = certificate is null ? [] : [certificate],
            },
        };
        return GrpcChannel.ForAddress(
            address,
            new GrpcChannelOptions
            {
                HttpHandler = handler,
                DisposeHttpClient = true,
                Credentials = credentials,
            }
        );
    }

    public static Task<PythonProcess> StartPythonServerAsync(
        CancellationToken cancellationToken,
        JsonObject? tls = null,
        string? compression = null
    ) => PythonProcess.StartAsync("server.py", new JsonObject { ["tls"] = tls, ["compression"] = compression }, cancellationToken);

    public static Task<PythonProcess> StartPythonClientAsync(
        Uri address,
        CancellationToken cancellationToken,
        JsonObject? tls = null,
        string? compression = null
    ) =>
        PythonProcess.StartAsync(
            "client.py",
            new JsonObject
            {
                ["target"] = address.Authority,
                ["tls"] = tls,
                ["compression"] = compression,
            },
            cancellationToken
        );

    /// <summary>Where a Python server listens.</summary>
    public static Uri AddressOf(PythonProcess server, string scheme = "http") => new($"{scheme}://127.0.0.1:{server.Greeting["port"]}");
}
