using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>One request on its way, one response to come. Await it.</summary>
/// <typeparam name="TResponse">Message of the server.</typeparam>
public sealed class AsyncUnaryCall<TResponse> : IDisposable
{
    private readonly CallHandle _handle;

    /// <summary>For a transport whose functions carry their own state.</summary>
    public AsyncUnaryCall(
        Task<TResponse> responseAsync,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction
    )
        : this(responseAsync, CallHandle.Without(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction)) { }

    /// <summary>For a transport whose functions are shared between calls and take the state.</summary>
    public AsyncUnaryCall(
        Task<TResponse> responseAsync,
        Func<object, Task<Metadata>> responseHeadersAsync,
        Func<object, Status> getStatusFunc,
        Func<object, Metadata> getTrailersFunc,
        Action<object> disposeAction,
        object state
    )
        : this(responseAsync, new CallHandle(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction, state)) { }

    private AsyncUnaryCall(Task<TResponse> responseAsync, CallHandle handle)
    {
        ResponseAsync = responseAsync;
        _handle = handle;
    }

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
