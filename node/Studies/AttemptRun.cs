using Federated.Federation;
using Federated.Node.Journal;
using Federated.SecureAggregation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Sites;

namespace Federated.Node.Studies;

/// <summary>
/// One attempt under way at this site: the protocol's machine, which the session and the work beside it both reach. What it holds is in memory only: a node that restarts has
/// left every attempt.
/// </summary>
/// <param name="attempt">Which one.</param>
/// <param name="machine">Its machine; this object's from now on.</param>
/// <param name="limit">How long the coordinator waits for the masked input, from the invitation.</param>
/// <param name="deadline">When that is, by this machine's clock.</param>
internal sealed class AttemptRun(Attempt attempt, SiteAttempt machine, TimeSpan limit, DateTimeOffset deadline) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SiteAttempt _machine = machine; // this and the next two: guarded by _lock
    private SiteStep.Leave? _left; // how it was left, by whichever side of this site
    private bool _isOver; // left, or put away: the machine is asked nothing more, for its secrets are wiped
    private readonly TaskCompletionSource _sharesInPlace = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _stop = new();

    internal Attempt Attempt => attempt;

    internal TimeSpan Limit => limit;

    internal DateTimeOffset Deadline => deadline;

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

    /// <summary>Completes once masks can be made.</summary>
    internal Task SharesInPlaceAsync(CancellationToken cancellationToken) => _sharesInPlace.Task.WaitAsync(cancellationToken);

    /// <summary>Takes a message of the coordinator. To an invitation to an attempt that was left, the answer is again that it was.</summary>
    internal SiteStep Hear(SignedMessage message)
    {
        SiteStep step;
        lock (_lock)
        {
            step =
                !_isOver ? AfterUnderLock(_machine.Receive(message))
                : message.Type == MessageType.Invitation && _left is { } left ? new SiteStep.Say(left.Notice)
                : new SiteStep.Wait();
        }

        if (step is SiteStep.Compute)
        {
            _sharesInPlace.TrySetResult();
        }

        return Stopping(step);
    }

    /// <summary>Masks the input, once. Only the release gate calls this.</summary>
    /// <returns>What to send; the refusal of an input beyond the plan's bound; or nothing to do, if the attempt was left meanwhile.</returns>
    internal SiteStep Mask(ReadOnlySpan<int> lanes, int parallelism)
    {
        SiteStep step;
        lock (_lock)
        {
            step = !_isOver && _machine.AwaitsInput ? AfterUnderLock(_machine.Mask(lanes, parallelism)) : new SiteStep.Wait();
        }

        return Stopping(step);
    }

    /// <summary>Shows shares, now that the journal knows for whom. The session alone moves an attempt on from its quorum, so nothing comes in between.</summary>
    internal SiteStep Reveal()
    {
        lock (_lock)
        {
            return _machine.Reveal();
        }
    }

    /// <summary>Leaves, for a reason of this site's own.</summary>
    /// <returns>What to say; nothing to do if it was left before, or if everything was said.</returns>
    internal SiteStep Leave(AbortCode code, string reason) => Leave(code, reason, evenAcknowledged: true);

    /// <summary>The same, unless this site signed the survivors: then its input arrived, whatever became of the coordinator's answer, and the others count on it.</summary>
    internal SiteStep LeaveUnacknowledged(AbortCode code, string reason) => Leave(code, reason, evenAcknowledged: false);

    /// <summary>Wipes what the attempt holds, and ends the work for it.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isOver = true;
            _machine.Dispose();
        }

        _stop.Cancel();
    }

    private SiteStep Leave(AbortCode code, string reason, bool evenAcknowledged)
    {
        SiteStep step;
        lock (_lock)
        {
            step =
                _isOver || _machine.IsOver || (!evenAcknowledged && _machine.Acknowledged is not null)
                    ? new SiteStep.Wait()
                    : AfterUnderLock(_machine.Leave(code, reason));
        }

        return Stopping(step);
    }

    private SiteStep AfterUnderLock(SiteStep step)
    {
        if (step is SiteStep.Leave left)
        {
            (_left, _isOver) = (left, true);
        }

        return step;
    }

    /// <summary>Ends the work for an attempt that was left; not under the lock, because whoever waits goes on here.</summary>
    private SiteStep Stopping(SiteStep step)
    {
        if (step is SiteStep.Leave)
        {
            _stop.Cancel();
        }

        return step;
    }
}
