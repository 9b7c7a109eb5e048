namespace Grpc.Core;

/// <summary>Messages that arrive one by one. One read at a time.</summary>
/// <typeparam name="T">Message.</typeparam>
public interface IAsyncStreamReader<out T>
{
    /// <summary>The message that the last successful <see cref="MoveNext"/> read.</summary>
    public T Current { get; }

    /// <summary>Waits for the next message; false when the sender has said that there are no more.</summary>
    /// <exception cref="RpcException">The call ended otherwise than well (client side).</exception>
    public Task<bool> MoveNext(CancellationToken cancellationToken);
}

/// <summary>Messages that are sent one by one. One write at a time.</summary>
/// <typeparam name="T">Message.</typeparam>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>How the messages from here on are written; null for no wishes.</summary>
    public WriteOptions? WriteOptions { get; set; }

    /// <summary>Hands one message to the transport; done when the transport has room for the next.</summary>
    public Task WriteAsync(T message);

    /// <summary>As the other overload, given up with the token.</summary>
    /// <exception cref="NotSupportedException">The writer cannot be cancelled, and the token could be.</exception>
    public Task WriteAsync(T message, CancellationToken cancellationToken) =>
        cancellationToken.CanBeCanceled
            ? throw new NotSupportedException($"{GetType()} cannot give up a write; pass no cancellation token.")
            : WriteAsync(message);
}

/// <summary>Requests of a client.</summary>
/// <typeparam name="T">Message.</typeparam>
public interface IClientStreamWriter<in T> : IAsyncStreamWriter<T>
{
    /// <summary>Says that no more requests follow; awaited writes must be over.</summary>
    public Task CompleteAsync();
}

/// <summary>Responses of a server; the stream ends when the method returns.</summary>
/// <typeparam name="T">Message.</typeparam>
public interface IServerStreamWriter<in T> : IAsyncStreamWriter<T>;

/// <summary>Shorter ways to read a stream.</summary>
public static class AsyncStreamReaderExtensions
{
    /// <summary>Waits for the next message, and never gives up.</summary>
    public static Task<bool> MoveNext<T>(this IAsyncStreamReader<T> streamReader)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(streamReader);
        return streamReader.MoveNext(CancellationToken.None);
    }
}
