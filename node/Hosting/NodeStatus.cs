namespace Federated.Node.Hosting;

/// <summary>What the health endpoints say. Thread-safe.</summary>
internal sealed class NodeStatus
{
    private volatile bool _connected;

    /// <summary>True while a session with the coordinator stands.</summary>
    internal bool IsConnected => _connected;

    internal void Connected() => _connected = true;

    internal void Disconnected() => _connected = false;
}
