using Federated.SecureAggregation.Messages;

namespace Federated.Coordinator.Aggregation;

/// <summary>
/// Memory for masked inputs that are on their way: bounded, whatever the number of sites, so that a coordinator of a hundred sites needs no hundred vectors. Who
/// finds none free waits (back-pressure on its stream). Thread-safe.
/// </summary>
/// <param name="capacity">Bytes for all inputs together; an input larger than that is taken alone.</param>
internal sealed class UploadRoom(long capacity)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<(long Bytes, TaskCompletionSource Turn)> _waiting = []; // guarded by _lock
    private readonly LinkedList<InputAssembly> _idle = []; // guarded by _lock; their connections broke, the oldest first
    private long _taken; // guarded by _lock

    /// <summary>Bytes in use.</summary>
    internal long Taken
    {
        get
        {
            lock (_lock)
            {
                return _taken;
            }
        }
    }

    /// <summary>True while somebody waits for room.</summary>
    internal bool IsAwaited
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count > 0;
            }
        }
    }

    /// <summary>Room for one input, as soon as there is some; in the order in which it was asked for.</summary>
    internal async Task<InputAssembly> TakeAsync(SignedMessage header, int length, CancellationToken cancellationToken)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var waiter = new LinkedListNode<(long, TaskCompletionSource)>((length, turn));
        lock (_lock)
        {
            _waiting.AddLast(waiter);
            ServeUnderLock();
        }

        MakeRoom();
        try
        {
            await turn.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            GiveUp(waiter, length);
            throw;
        }

        return new InputAssembly(header, length, () => Return(length));
    }

    /// <summary>The connection of a half input broke: it is kept for as long as nobody needs the room.</summary>
    internal void Idle(InputAssembly assembly)
    {
        lock (_lock)
        {
            _idle.AddLast(assembly);
        }

        MakeRoom();
    }

    /// <summary>Takes a half input up again; false if it gave way to another.</summary>
    internal bool TryResume(InputAssembly assembly)
    {
        lock (_lock)
        {
            return _idle.Remove(assembly);
        }
    }

    /// <summary>Half inputs give way to those that are coming; their sites begin again if they come back.</summary>
    private void MakeRoom()
    {
        while (true)
        {
            InputAssembly oldest;
            lock (_lock)
            {
                if (_waiting.Count == 0 || _idle.First is not { } first)
                {
                    return;
                }

                _idle.RemoveFirst();
                oldest = first.Value;
            }

            oldest.Dispose(); // returns its room, and serves whoever waits
        }
    }

    private void GiveUp(LinkedListNode<(long, TaskCompletionSource)> waiter, int length)
    {
        lock (_lock)
        {
            if (waiter.List is not null)
            {
                _waiting.Remove(waiter);
                ServeUnderLock(); // it may have been the one for whom there was too little
            }
            else
            {
                ReturnUnderLock(length); // its turn came in the same moment
            }
        }
    }

    private void Return(long bytes)
    {
        lock (_lock)
        {
            ReturnUnderLock(bytes);
        }
    }

    private void ReturnUnderLock(long bytes)
    {
        _taken -= bytes;
        ServeUnderLock();
    }

    private void ServeUnderLock()
    {
        while (_waiting.First is { } next && (_taken == 0 || _taken + next.Value.Bytes <= capacity))
        {
            _waiting.RemoveFirst();
            _taken += next.Value.Bytes;
            next.Value.Turn.SetResult();
        }
    }
}
