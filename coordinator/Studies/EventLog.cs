using System.Runtime.CompilerServices;
using Federated.V1;

namespace Federated.Coordinator.Studies;

/// <summary>
/// A study's events: append-only, read from the start by any number of watchers. What is appended is shown once it is published, so that nobody
/// sees what a crash could take back. Thread-safe; one writer.
/// </summary>
internal sealed class EventLog
{
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<StudyEvent> _events; // guarded by _lock
    private int _published; // guarded by _lock; watchers see the events before it
    private TaskCompletionSource _more = NewSignal(); // guarded by _lock; completed and replaced at each publication
    private bool _closed; // guarded by _lock

    /// <param name="time">Stamps events.</param>
    /// <param name="before">Events that were published before a restart.</param>
    internal EventLog(TimeProvider time, IEnumerable<StudyEvent>? before = null)
    {
        _time = time;
        _events = [.. before ?? []];
        _published = _events.Count;
    }

    /// <summary>Appends, giving the event its number and time. Not shown before <see cref="Publish"/>.</summary>
    internal void Append(StudyEvent what)
    {
        lock (_lock)
        {
            if (_closed)
            {
                throw new InvalidOperationException($"A {what.KindCase} came after the study's last event.");
            }

            what.Sequence = (ulong)_events.Count;
            what.TimeUnixMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
            _events.Add(what);
        }
    }

    /// <summary>What is appended and not yet shown.</summary>
    internal IReadOnlyList<StudyEvent> Unpublished()
    {
        lock (_lock)
        {
            return _events.GetRange(_published, _events.Count - _published);
        }
    }

    /// <summary>Shows watchers everything appended so far.</summary>
    internal void Publish()
    {
        lock (_lock)
        {
            _published = _events.Count;
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
                batch = [.. _events.Take(next.._published)];
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
