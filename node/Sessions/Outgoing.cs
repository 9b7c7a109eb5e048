using System.Threading.Channels;
using Federated.V1;

namespace Federated.Node.Sessions;

/// <summary>
/// What is said to the coordinator, in order, by whoever has something to say: the session, or work beside it. What is said while there is no session is lost: the
/// coordinator asks again, and is answered the same. Thread-safe.
/// </summary>
internal sealed class Outgoing
{
    private Channel<NodeMessage> _session = Closed();

    /// <summary>Says something.</summary>
    internal void Say(NodeMessage message) => Volatile.Read(ref _session).Writer.TryWrite(message);

    /// <summary>A session begins: what is said from now on is to be written to it.</summary>
    internal ChannelReader<NodeMessage> Begin()
    {
        var session = Channel.CreateUnbounded<NodeMessage>(new UnboundedChannelOptions { SingleReader = true });
        Volatile.Write(ref _session, session);
        return session.Reader;
    }

    /// <summary>The session is over.</summary>
    internal void End() => Volatile.Write(ref _session, Closed());

    private static Channel<NodeMessage> Closed()
    {
        var channel = Channel.CreateUnbounded<NodeMessage>();
        channel.Writer.Complete();
        return channel;
    }
}
