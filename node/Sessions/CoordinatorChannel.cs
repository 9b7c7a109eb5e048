using Federated.Hosting;
using Federated.V1;

namespace Federated.Node.Sessions;

/// <summary>The node's one outbound connection.</summary>
internal sealed class CoordinatorChannel(Uri address, TlsIdentity tls) : IDisposable
{
    private readonly ConsortiumChannel _channel = new(address, tls);
    private NodeService.NodeServiceClient? _client;

    /// <summary>Where the coordinator is.</summary>
    internal Uri Address => _channel.Address;

    /// <summary>Calls. Only the release gate may send vectors.</summary>
    internal NodeService.NodeServiceClient Client => _client ??= new NodeService.NodeServiceClient(_channel.Channel);

    /// <inheritdoc cref="ConsortiumChannel.TakeRefusal"/>
    internal string? TakeRefusal() => _channel.TakeRefusal();

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();
}
