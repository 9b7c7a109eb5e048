using Federated.Federation;
using Federated.SecureAggregation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Sites;

namespace Federated.Node.Studies;

/// <summary>
/// One attempt under way at this site: the protocol's machine, which the session and the work beside it both reach. What it holds is in memory only: a node that restarts has
/// left every attempt.
/// </summary>
internal sealed class AttemptRun : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SiteAttempt _machine; // guarded by _lock
    private readonly TaskCompletionSource _sharesInPlace = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();

    private readonly Action<string> _entered;
    private string _phase; // guarded by _lock

    /// <param name="attempt">Which.</param>
    /// <param name="machine">Owned from here on.</param>
    /// <param name="entered">Hears of each phase, in order; does not block.</param>
    internal AttemptRun(Attempt attempt, SiteAttempt machine, Action<string> entered)
    {
        Attempt = attempt;
        _machine = machine;
        _entered = entered;
        _phase = machine.Phase;
        entered(_phase);
    }

    internal Attempt Attempt { get; }

    /// <summary>Cancelled once the attempt is left.</summary>
    internal CancellationToken Stopped => _stop.Token;

    /// <summary>H3 that this site signed; null before.</summary>
    internal Digest? Acknowledged
    {
        get
        {
            lock (_lock)
            {
                return _machine.Acknowledged;
            }
        }
    }

    /// <summary>H2, which the input is masked for; null unless the input is awaited.</summary>
    internal Digest? AwaitedFor
    {
        get
        {
            lock (_lock)
            {
                return _machine.AwaitedFor;
            }
        }
    }

    /// <summary>Completes once masks can be made.</summary>
    internal Task SharesInPlaceAsync(CancellationToken cancellationToken) => _sharesInPlace.Task.WaitAsync(cancellationToken);

    /// <summary>Takes a message of the coordinator.</summary>
    internal SiteStep Hear(SignedMessage message)
    {
        SiteStep step;
        lock (_lock)
        {
            step = MovedUnderLock(_machine.Receive(message));
        }

        if (step is SiteStep.Compute)
        {
            _sharesInPlace.TrySetResult();
        }

        return Stopping(step);
    }

    /// <summary>Masks the input, once. Only the release gate calls this.</summary>
    internal SiteStep Mask(ReadOnlySpan<int> lanes, int parallelism)
    {
        lock (_lock)
        {
            return _machine.AwaitsInput
                ? Stopping(MovedUnderLock(_machine.Mask(lanes, parallelism)))
                : Stopping(_machine.Leave(AbortCode.Local, "the attempt was left before its input was masked."));
        }
    }

    /// <summary>Shows shares, now that the journal knows for whom.</summary>
    internal SiteStep Reveal()
    {
        lock (_lock)
        {
            return _machine.IsOver ? new SiteStep.Wait() : MovedUnderLock(_machine.Reveal()); // left meanwhile by the work beside the session
        }
    }

    /// <summary>Leaves, for a reason of this site's own.</summary>
    internal SiteStep Leave(AbortCode code, string reason)
    {
        lock (_lock)
        {
            return Stopping(_machine.IsOver ? new SiteStep.Wait() : _machine.Leave(code, reason));
        }
    }

    /// <summary>Wipes what the attempt holds, and ends the work for it.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        lock (_lock)
        {
            _machine.Dispose();
        }
    }

    private SiteStep MovedUnderLock(SiteStep step)
    {
        if (_machine.Phase != _phase)
        {
            _phase = _machine.Phase;
            _entered(_phase);
        }

        return step;
    }

    private SiteStep Stopping(SiteStep step)
    {
        if (step is SiteStep.Leave)
        {
            _stop.Cancel();
        }

        return step;
    }
}
