using System.Runtime.CompilerServices;
using Federated.V1;

namespace Federated.Coordinator.Studies;

/// <summary>A study's events: append-only, read from the start by any number of watchers. Thread-safe.</summary>
internal sealed class EventLog(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly List<StudyEvent> _events = []; // guarded by _lock
    private TaskCompletionSource _more = NewSignal(); // guarded by _lock; completed and replaced at each append
    private bool _closed; // guarded by _lock

    /// <summary>Appends, giving the event its number and time.</summary>
    internal void Append(StudyEvent what)
    {
        lock (_lock)
        {
            if (_closed)
            {
                throw new InvalidOperationException($"A {what.KindCase} came after the study's last event.");
            }

            what.Sequence = (ulong)_events.Count;
            what.TimeUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
            _events.Add(what);
            SignalUnderLock();
        }
    }

    /// <summary>No more events will come: watchers end after the last.</summary>
    internal void Close()
    {
        lock (_lock)
        {
            _closed = true;
            SignalUnderLock();
        }
    }

    /// <summary>All events so far, then new ones, until the log is closed.</summary>
    internal async IAsyncEnumerable<StudyEvent> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var next = 0; ; )
        {
            StudyEvent[] batch;
            Task more;
            lock (_lock)
            {
                batch = [.. _events.Skip(next)];
                more = _more.Task;
                if (batch.Length == 0 && _closed)
                {
                    yield break;
                }
            }

            foreach (var what in batch)
            {
                yield return what;
            }

            next += batch.Length;
            if (batch.Length == 0)
            {
                await more.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void SignalUnderLock()
    {
        _more.TrySetResult();
        _more = NewSignal();
    }
}
