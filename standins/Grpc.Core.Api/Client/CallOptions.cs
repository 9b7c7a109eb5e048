namespace Grpc.Core;

/// <summary>What a caller asks of one call. Immutable: each With… returns a changed copy.</summary>
public readonly struct CallOptions
{
    /// <summary>All options; every one may be left out.</summary>
    /// <param name="headers">Sent before the first message.</param>
    /// <param name="deadline">In UTC, when the call ends with <see cref="StatusCode.DeadlineExceeded"/>; null for never.</param>
    /// <param name="cancellationToken">Ends the call with <see cref="StatusCode.Cancelled"/>.</param>
    /// <param name="writeOptions">For the first and further messages of the client.</param>
    /// <param name="propagationToken">What an incoming call of the caller's hands on.</param>
    /// <param name="credentials">For this call, on top of the channel's.</param>
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null
    )
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
    }

    /// <summary>Headers to send, if any.</summary>
    public Metadata? Headers { get; private init; }

    /// <summary>When the call gives up, in UTC; null for never.</summary>
    public DateTime? Deadline { get; private init; }

    /// <summary>Ends the call early.</summary>
    public CancellationToken CancellationToken { get; private init; }

    /// <summary>How messages are written; null for no wishes.</summary>
    public WriteOptions? WriteOptions { get; private init; }

    /// <summary>What an incoming call hands on, if anything.</summary>
    public ContextPropagationToken? PropagationToken { get; private init; }

    /// <summary>Credentials of this call alone, if any.</summary>
    public CallCredentials? Credentials { get; private init; }

    /// <summary>True to wait for a server that cannot be reached yet; otherwise the call fails at once.</summary>
    public bool IsWaitForReady { get; private init; }

    /// <summary>A copy with these headers.</summary>
    public CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>A copy with this deadline, in UTC.</summary>
    public CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>A copy with this token.</summary>
    public CallOptions WithCancellationToken(CancellationToken cancellationToken) => this with { CancellationToken = cancellationToken };

    /// <summary>A copy with these write options.</summary>
    public CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };

    /// <summary>A copy with this propagation token.</summary>
    public CallOptions WithPropagationToken(ContextPropagationToken propagationToken) => this with { PropagationToken = propagationToken };

    /// <summary>A copy with these credentials.</summary>
    public CallOptions WithCredentials(CallCredentials credentials) => this with { Credentials = credentials };

    /// <summary>A copy that waits, or does not wait, for a server that cannot be reached yet.</summary>
    public CallOptions WithWaitForReady(bool waitForReady = true) => this with { IsWaitForReady = waitForReady };
}
