using Federated.Fixtures;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Hosting;
using Federated.Node.Journal;
using Federated.Node.Policy;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Federated.Node.Tests.Hosting;

/// <summary>The real node of site alpha in this process.</summary>
internal sealed class RunningNode : IAsyncDisposable
{
    private readonly IHost _host;

    private RunningNode(NodeFiles files, string[] arguments)
    {
        Files = files;
        _host = NodeHost.Build(files.Config, [.. arguments]);
        _host.Services.GetRequiredService<ILoggerFactory>().AddProvider(Log);
    }

    public LogLines Log { get; } = new();

    public NodeFiles Files { get; }

    public NodeStatus Status => _host.Services.GetRequiredService<NodeStatus>();

    /// <summary>What its policy and its people say.</summary>
    public PolicyDesk Policy => _host.Services.GetRequiredService<PolicyDesk>();

    /// <summary>The journal that it writes.</summary>
    public SiteJournal Journal => _host.Services.GetRequiredService<SiteJournal>();

    /// <summary>Completes when the node stopped by itself or was stopped.</summary>
    public Task Stopped => _host.WaitForShutdownAsync();

    /// <summary>What stopped it.</summary>
    public FatalFault Fault => _host.Services.GetRequiredService<FatalFault>();

    /// <summary>Starts a node in a new folder, which goes when the node does.</summary>
    public static async Task<RunningNode> StartAsync(
        Consortium consortium,
        Uri coordinator,
        CancellationToken cancellationToken,
        params string[] arguments
    )
    {
        var files = new NodeFiles(consortium.Issue(Role.Site, "alpha"), coordinator);
        try
        {
            var node = await StartAsync(files, cancellationToken, arguments);
            node.OwnsFiles = true;
            return node;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Starts a node in a folder that may have seen one before, and outlives it.</summary>
    public static async Task<RunningNode> StartAsync(NodeFiles files, CancellationToken cancellationToken, params string[] arguments)
    {
        var node = new RunningNode(files, arguments);
        await node._host.StartAsync(cancellationToken);
        return node;
    }

    private bool OwnsFiles { get; set; }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        if (OwnsFiles)
        {
            Files.Dispose();
        }
    }
}
