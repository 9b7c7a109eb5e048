using System.Security.Authentication;
using Federated.Hosting;
using Federated.V1;

namespace Federated.Node.Sessions;

/// <summary>The node's one outbound connection.</summary>
internal sealed class CoordinatorChannel(Uri address, TlsIdentity tls) : IDisposable
{
    private ConsortiumChannel _channel = new(address, tls); // this and what follows: replaced between two sessions only
    private NodeService.NodeServiceClient? _client;

    /// <summary>Where the coordinator is.</summary>
    internal Uri Address => address;

    /// <summary>Calls. Only the release gate may send vectors.</summary>
    internal NodeService.NodeServiceClient Client => _client ??= new NodeService.NodeServiceClient(_channel.Channel);

    /// <inheritdoc cref="ConsortiumChannel.TakeRefusal"/>
    internal string? TakeRefusal() => _channel.TakeRefusal();

    /// <inheritdoc cref="ConsortiumChannel.PeerRefusal"/>
    internal string? PeerRefusal() => _channel.PeerRefusal();

    /// <summary>Judges the coordinator's certificate again.</summary>
    /// <exception cref="AuthenticationException">It does not count any more: nothing may be sent.</exception>
    internal void RequirePeer()
    {
        if (PeerRefusal() is { } refusal)
        {
            throw new AuthenticationException(refusal);
        }
    }

    /// <summary>Closes a connection whose certificate does not count any more, so that the next call shakes hands anew.</summary>
    /// <returns>Why it was closed; null if it stays.</returns>
    internal string? CloseIfRefused()
    {
        var refusal = PeerRefusal();
        if (refusal is not null)
        {
            _channel.Dispose();
            (_channel, _client) = (new ConsortiumChannel(address, tls), null);
        }

        return refusal;
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();
}
