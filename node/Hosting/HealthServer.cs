using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Federated.Node.Hosting;

/// <summary>
/// <c>/health/live</c> and <c>/health/ready</c> for the machine's own supervisor, on the loopback only: a node takes no connection from
/// outside. Ready means a session with the coordinator stands.
/// </summary>
internal sealed class HealthServer(NodeOptions options, NodeStatus status, NodeLog log) : IHostedService
{
    private WebApplication? _app;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.HealthPort < 0)
        {
            return;
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.HealthPort));
        _app = builder.Build();
        _app.MapGet("/health/live", () => "alive\n");
        _app.MapGet(
            "/health/ready",
            () => status.IsConnected ? Results.Text("ready\n") : Results.Text("no session with the coordinator\n", statusCode: 503)
        );
        await _app.StartAsync(cancellationToken).ConfigureAwait(false);
        log.HealthListening(_app.Urls.First());
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_app is not null)
        {
            await _app.StopAsync(cancellationToken).ConfigureAwait(false);
            await _app.DisposeAsync().ConfigureAwait(false);
        }
    }
}
