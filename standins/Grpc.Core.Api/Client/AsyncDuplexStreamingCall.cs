namespace Grpc.Core;

/// <summary>Requests being sent while responses come.</summary>
/// <typeparam name="TRequest">Message of the client.</typeparam>
/// <typeparam name="TResponse">Message of the server.</typeparam>
public sealed class AsyncDuplexStreamingCall<TRequest, TResponse> : IDisposable
{
    private readonly CallHandle _handle;

    /// <summary>For a transport whose functions carry their own state.</summary>
    public AsyncDuplexStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        IAsyncStreamReader<TResponse> responseStream,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction
    )
        : this(requestStream, responseStream, CallHandle.Without(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction)) { }

    /// <summary>For a transport whose functions are shared between calls and take the state.</summary>
    public AsyncDuplexStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        IAsyncStreamReader<TResponse> responseStream,
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state
    )
        : this(requestStream, responseStream, new CallHandle(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction, state))
    { }

    private AsyncDuplexStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        IAsyncStreamReader<TResponse> responseStream,
        CallHandle handle
    )
    {
        RequestStream = requestStream;
        ResponseStream = responseStream;
        _handle = handle;
    }

    /// <summary>Requests to send.</summary>
    public IClientStreamWriter<TRequest> RequestStream { get; }

    /// <summary>Responses to read.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; }

    /// <summary>Headers that the server sent before its first message.</summary>
    public Task<Metadata> ResponseHeadersAsync => _handle.ResponseHeadersAsync;

    /// <summary>How the call ended.</summary>
    /// <exception cref="InvalidOperationException">It has not ended yet.</exception>
    public Status GetStatus() => _handle.Status;

    /// <summary>Entries that the server sent after its last message.</summary>
    /// <exception cref="InvalidOperationException">The call has not ended yet.</exception>
    public Metadata GetTrailers() => _handle.Trailers;

    /// <summary>Lets go of the call; one still under way is cancelled.</summary>
    public void Dispose() => _handle.Dispose();
}
