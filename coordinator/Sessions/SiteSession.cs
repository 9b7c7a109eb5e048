using System.Threading.Channels;
using Federated.Federation;
using Federated.V1;

namespace Federated.Coordinator.Sessions;

/// <summary>One node's stream: what is to be said to it, in order.</summary>
internal sealed class SiteSession(SiteName site, Guid instance)
{
    /// <summary>A node that does not read is dropped, not waited for: at most a few messages a round are ever under way.</summary>
    private const int MaxWaiting = 1024;

    private readonly Channel<CoordinatorMessage> _outgoing = Channel.CreateBounded<CoordinatorMessage>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
    );

    /// <summary>From the node's certificate.</summary>
    internal SiteName Site => site;

    /// <summary>Which process of that site speaks.</summary>
    internal Guid Instance => instance;

    /// <summary>Messages in order; completes when the session ends.</summary>
    internal ChannelReader<CoordinatorMessage> Outgoing => _outgoing.Reader;

    /// <summary>Queues a message; a node that has stopped reading loses its session, and comes back when it can.</summary>
    internal void Send(CoordinatorMessage message)
    {
        if (!_outgoing.Writer.TryWrite(message))
        {
            End();
        }
    }

    /// <summary>Ends the session after what is queued.</summary>
    internal void End() => _outgoing.Writer.TryComplete();
}
