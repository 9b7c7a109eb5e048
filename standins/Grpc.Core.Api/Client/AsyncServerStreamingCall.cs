namespace Grpc.Core;

/// <summary>One request on its way, responses to come.</summary>
/// <typeparam name="TResponse">Message of the server.</typeparam>
public sealed class AsyncServerStreamingCall<TResponse> : IDisposable
{
    private readonly CallHandle _handle;

    /// <summary>For a transport whose functions carry their own state.</summary>
    public AsyncServerStreamingCall(
        IAsyncStreamReader<TResponse> responseStream,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction
    )
        : this(responseStream, CallHandle.Without(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction)) { }

    /// <summary>For a transport whose functions are shared between calls and take the state.</summary>
    public AsyncServerStreamingCall(
        IAsyncStreamReader<TResponse> responseStream,
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state
    )
        : this(responseStream, new CallHandle(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction, state)) { }

    private AsyncServerStreamingCall(IAsyncStreamReader<TResponse> responseStream, CallHandle handle)
    {
        ResponseStream = responseStream;
        _handle = handle;
    }

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
