using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>Requests being sent, one response to come. Complete the requests, then await it.</summary>
/// <typeparam name="TRequest">Message of the client.</typeparam>
/// <typeparam name="TResponse">Message of the server.</typeparam>
public sealed class AsyncClientStreamingCall<TRequest, TResponse> : IDisposable
{
    private readonly CallHandle _handle;

    /// <summary>For a transport whose functions carry their own state.</summary>
    public AsyncClientStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        Task<TResponse> responseAsync,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction
    )
        : this(requestStream, responseAsync, CallHandle.Without(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction)) { }

    /// <summary>For a transport whose functions are shared between calls and take the state.</summary>
    public AsyncClientStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        Task<TResponse> responseAsync,
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state
    )
        : this(requestStream, responseAsync, new CallHandle(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction, state)) { }

    private AsyncClientStreamingCall(IClientStreamWriter<TRequest> requestStream, Task<TResponse> responseAsync, CallHandle handle)
    {
        RequestStream = requestStream;
        ResponseAsync = responseAsync;
        _handle = handle;
    }

    /// <summary>Requests to send.</summary>
    public IClientStreamWriter<TRequest> RequestStream { get; }

    /// <summary>The response; faults with <see cref="RpcException"/> if the call does not end well.</summary>
    public Task<TResponse> ResponseAsync { get; }

    /// <summary>Headers that the server sent before its first message.</summary>
    public Task<Metadata> ResponseHeadersAsync => _handle.ResponseHeadersAsync;

    /// <summary>Waits for the response; <see cref="RpcException"/> if the call does not end well.</summary>
    public TaskAwaiter<TResponse> GetAwaiter() => ResponseAsync.GetAwaiter();

    /// <summary>As awaiting <see cref="ResponseAsync"/> with this setting.</summary>
    public ConfiguredTaskAwaitable<TResponse> ConfigureAwait(bool continueOnCapturedContext) =>
        ResponseAsync.ConfigureAwait(continueOnCapturedContext);

    /// <summary>How the call ended.</summary>
    /// <exception cref="InvalidOperationException">It has not ended yet.</exception>
    public Status GetStatus() => _handle.Status;

    /// <summary>Entries that the server sent after its last message.</summary>
    /// <exception cref="InvalidOperationException">The call has not ended yet.</exception>
    public Metadata GetTrailers() => _handle.Trailers;

    /// <summary>Lets go of the call; one still under way is cancelled.</summary>
    public void Dispose() => _handle.Dispose();
}
