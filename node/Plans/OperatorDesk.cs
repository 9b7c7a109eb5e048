using Federated.Federation;
using Federated.Hosting;
using Federated.Node.Hosting;
using Federated.Node.Journal;
using Federated.Node.Log;
using Federated.Node.Policy;
using Microsoft.Extensions.Hosting;

namespace Federated.Node.Plans;

/// <summary>
/// Takes up what the operator's commands left in the state folder, and what became of the site's policy: writes decisions into the journal, stops training that is no longer wanted, and
/// tells the session loop. What holds is what the journal says, within what the policy allows. Thread-safe.
/// </summary>
internal sealed class OperatorDesk(
    PlanStore store,
    OperatorNotes notes,
    SiteJournal journal,
    PolicyDesk policy,
    DecisionStatements statements,
    NodeLog log,
    TimeProvider time,
    FatalFault fault,
    IHostApplicationLifetime lifetime
) : BackgroundService
{
    /// <summary>How often the notes are looked at: an operator who decides sees the node act within a second.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(400);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly Dictionary<Digest, (DateTime, DateTime)> _read = []; // used by Look alone, which never runs twice at once
    private readonly Dictionary<CancellationTokenSource, Digest> _work = []; // guarded by _lock; each study's, if it has any

    /// <summary>Waits until something was taken up that may change an answer.</summary>
    internal Task ChangedAsync(CancellationToken cancellationToken) => _changed.WaitAsync(cancellationToken);

    /// <summary>Begins work for a plan; its token is cancelled once this site does not want it any more, or not now: <see cref="PolicyDesk.NoWork"/>.</summary>
    internal Work Begin(Digest plan, CancellationToken cancellationToken)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        lock (_lock)
        {
            _work.Add(stop, plan);
        }

        StopUnwantedWork(); // what was decided since the caller asked
        return new Work(this, stop);
    }

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Look(); // decisions that were made while the node was down count before the first offer
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _changed.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Pause, time);
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                Look();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
        catch (OperatorException e)
        {
            fault.Stop(e);
        }
        catch (Exception e)
        {
            log.LoopFailed(e);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    private void Look()
    {
        var changed = false;
        if (notes.IsPaused is var paused && paused != journal.History.IsPaused)
        {
            journal.Record(new JournalEntry.Paused(paused));
            log.PauseChanged(paused ? "paused" : "resumed");
            changed = true;
        }

        var plans = store.Hashes();
        foreach (var plan in plans)
        {
            var written = notes.WrittenAt(plan);
            if (!_read.TryGetValue(plan, out var before) || before != written)
            {
                changed |= TakeUpDecision(plan) | TakeUpAdvance(plan);
                _read[plan] = written;
            }
        }

        if (policy.Look(plans) | changed)
        {
            StopUnwantedWork();
            if (_changed.CurrentCount == 0)
            {
                _changed.Release();
            }
        }
    }

    private bool TakeUpDecision(Digest plan)
    {
        var decision = notes.DecisionOn(plan, out var noteFault);
        if (noteFault is not null)
        {
            log.NoteUnreadable(noteFault);
        }

        if (decision is null)
        {
            return false;
        }

        if (decision.NewerThan(journal.Of(plan)) is not { } news)
        {
            log.NoteUnreadable(
                $"The decision in {store.FolderOf(plan)} is not later than the journal's, as after a restore of that folder."
            );
            return false;
        }

        foreach (var made in news)
        {
            journal.Record(made);
            log.Decided(plan.Abbreviated, made.Word, made.By);
            if (!made.Approved && store.Load(plan).Plan is { } stored)
            {
                statements.Refused(stored, made);
            }
        }

        return news.Length > 0;
    }

    private bool TakeUpAdvance(Digest plan)
    {
        var request = notes.AdvanceOf(plan, out var noteFault);
        if (noteFault is not null)
        {
            log.NoteUnreadable(noteFault);
        }

        if (request is null)
        {
            return false;
        }

        var taken = request.Attempt > journal.Of(plan).Last;
        if (taken)
        {
            // If we die after this and before the note is removed, the next start finds the journal there already and removes the note.
            journal.Record(new JournalEntry.Advanced(plan, request.Attempt, request.By));
            log.Advanced(plan.Abbreviated, request.Attempt.ToString(), request.By);
        }

        notes.RemoveAdvance(plan);
        return taken;
    }

    private void StopUnwantedWork()
    {
        lock (_lock)
        {
            foreach (var (stop, plan) in _work)
            {
                if (policy.NoWork(plan) is not null)
                {
                    stop.Cancel();
                }
            }
        }
    }

    private void End(CancellationTokenSource stop)
    {
        lock (_lock)
        {
            _work.Remove(stop);
        }

        stop.Dispose();
    }

    /// <summary>Work for one plan, until disposal.</summary>
    internal sealed class Work(OperatorDesk desk, CancellationTokenSource stop) : IDisposable
    {
        /// <summary>Cancelled when the work is no longer wanted.</summary>
        internal CancellationToken Token => stop.Token;

        /// <inheritdoc/>
        public void Dispose() => desk.End(stop);
    }
}
