namespace Grpc.Core;

/// <summary>State of a channel (gRPC, "Connectivity semantics and API").</summary>
public enum ConnectivityState
{
    /// <summary>Not connected, and not trying: nobody asked.</summary>
    Idle,

    /// <summary>Trying to connect.</summary>
    Connecting,

    /// <summary>Connected.</summary>
    Ready,

    /// <summary>The last attempt failed; another follows after a while.</summary>
    TransientFailure,

    /// <summary>Ended for good.</summary>
    Shutdown,
}
