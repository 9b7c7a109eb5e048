using Federated.Fixtures;
using Federated.Hosting;
using Federated.Node.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Federated.Node.Tests.Hosting;

/// <summary>The real node of site alpha in this process.</summary>
internal sealed class RunningNode : IAsyncDisposable
{
    private readonly IHost _host;

    private RunningNode(Consortium consortium, Uri coordinator, string[] arguments)
    {
        Files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), coordinator);
        try
        {
            _host = NodeHost.Build(Files.Config, [.. arguments]);
        }
        catch
        {
            Files.Dispose();
            throw;
        }

        _host.Services.GetRequiredService<ILoggerFactory>().AddProvider(Log);
    }

    public LogLines Log { get; } = new();

    public NodeFiles Files { get; }

    public NodeStatus Status => _host.Services.GetRequiredService<NodeStatus>();

    public static async Task<RunningNode> StartAsync(
        Consortium consortium,
        Uri coordinator,
        CancellationToken cancellationToken,
        params string[] arguments
    )
    {
        var node = new RunningNode(consortium, coordinator, arguments);
        await node._host.StartAsync(cancellationToken);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        Files.Dispose();
    }
}
