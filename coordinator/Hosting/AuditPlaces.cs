using Federated.Federation;
using Grpc.Core;

namespace Federated.Coordinator.Hosting;

/// <summary>
/// Who is fetching for an audit: few at once, since each has a file in memory; each caller once; and nobody who stops reading. Or else whoever reads slowly enough keeps all others out. Thread-safe.
/// </summary>
internal sealed class AuditPlaces(TimeProvider time)
{
    /// <summary>Files that are on their way at once: a bundle of 16 MiB at most each, or a sum.</summary>
    internal const int Most = 4;

    /// <summary>How long one message, at most a chunk of 1 MiB, may take until it is on its way: any line that is worth fetching over is faster.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly HashSet<SiteName> _callers = []; // guarded by _lock; at most Most

    /// <summary>Takes a place, until it is disposed of.</summary>
    /// <exception cref="RpcException">RESOURCE_EXHAUSTED: this caller has one, or all are taken.</exception>
    internal Place Take(SiteName caller)
    {
        lock (_lock)
        {
            if (_callers.Contains(caller))
            {
                throw Busy($"'{caller}' is fetching already, and each fetches once at a time; try again when that has ended.");
            }

            if (_callers.Count == Most)
            {
                throw Busy($"{Most} auditors are fetching; try again in a moment.");
            }

            _callers.Add(caller);
            return new Place(this, caller);
        }
    }

    private static RpcException Busy(string detail) => new(new Status(StatusCode.ResourceExhausted, detail));

    /// <summary>A caller's place.</summary>
    internal sealed class Place(AuditPlaces places, SiteName caller) : IDisposable
    {
        /// <summary>Writes a message, and ends the call of a caller who does not take it.</summary>
        /// <param name="write">Ends when the message is on its way, or when its token says so: the stream is then reset, since who reads nothing hears nothing either.</param>
        /// <param name="cancellationToken">Ends it earlier.</param>
        /// <exception cref="RpcException">DEADLINE_EXCEEDED.</exception>
        internal async Task WriteAsync(Func<CancellationToken, Task> write, CancellationToken cancellationToken)
        {
            using var late = new CancellationTokenSource(Patience, places.Time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            try
            {
                await write(either.Token).ConfigureAwait(false);
            }
            catch (Exception e)
                when (late.IsCancellationRequested && e is OperationCanceledException or IOException or InvalidOperationException)
            {
                // A reset stream also cancels the call's own token: only the clock tells why it broke.
                throw new RpcException(
                    new Status(
                        StatusCode.DeadlineExceeded,
                        $"'{caller}' took no further byte for {Patience.TotalSeconds} s, and others wait; fetch again, over a faster line: what arrived whole is not fetched twice."
                    )
                );
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (places._lock)
            {
                places._callers.Remove(caller);
            }
        }
    }

    private TimeProvider Time => time;
}
