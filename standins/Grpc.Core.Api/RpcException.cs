namespace Grpc.Core;

/// <summary>A call that did not end well. Thrown to callers, and thrown by a service to end its call with a status of its choice.</summary>
public class RpcException : Exception
{
    /// <summary>No trailers; the message shows the status.</summary>
    public RpcException(Status status)
        : this(status, Metadata.Empty) { }

    /// <summary>No trailers.</summary>
    public RpcException(Status status, string message)
        : this(status, Metadata.Empty, message) { }

    /// <summary>The message shows the status.</summary>
    public RpcException(Status status, Metadata trailers)
        : this(status, trailers, status.ToString()) { }

    /// <summary>An exception with all its parts; its inner exception is the status's local cause.</summary>
    /// <param name="status">How the call ended; only its code and detail go over the wire.</param>
    /// <param name="trailers">Sent with the status, or received with it.</param>
    /// <param name="message">Local message; not sent.</param>
    public RpcException(Status status, Metadata trailers, string message)
        : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>How the call ended.</summary>
    public Status Status { get; }

    /// <summary>Code of <see cref="Status"/>.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>Entries that came after the messages; empty if there were none.</summary>
    public Metadata Trailers { get; }
}
