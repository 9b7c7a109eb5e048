using System.Text.Json;
using Federated.Federation;
using Federated.Federation.Policies;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Journal;
using Federated.Node.Log;
using Federated.Node.Policy;
using Microsoft.Extensions.Hosting;

namespace Federated.Node.Hosting;

/// <summary>
/// Writes <c>STATE/status.json</c> whenever something in it changed, for <c>fed-node status</c> and whatever the hospital watches its machines with.
/// </summary>
internal sealed class StatusFile(
    StateFolder state,
    PeerIdentity self,
    NodeOptions options,
    PolicyDesk policy,
    NodeStatus status,
    SiteJournal journal,
    SiteLog auditLog,
    NodeLog log,
    TimeProvider time
) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly DateTimeOffset _started = time.GetUtcNow();
    private byte[] _written = [];

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Write();
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        Write();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Pause, time);
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                Write();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host is stopping.
        }
    }

    private void Write()
    {
        var report = ToBytes();
        if (report.AsSpan().SequenceEqual(_written))
        {
            return;
        }

        _written = report;
        try
        {
            PrivateFiles.WriteWhole(state.Status, report);
        }
        catch (OperatorException e)
        {
            // No reason to stop: nothing is decided on this file. If the disk is full, the next release stops at the journal.
            log.StatusNotWritten(e.Message);
        }
    }

    private byte[] ToBytes()
    {
        var now = status.Snapshot();
        var report = new StatusReport
        {
            Format = StatusReport.KnownFormat,
            Pid = Environment.ProcessId,
            Version = typeof(StatusFile).Assembly.GetName().Version!.ToString(3),
            Site = self.Name.Value,
            Coordinator = options.Coordinator,
            Approval = policy.State.Policy?.Approval.Word() ?? "none",
            Policy = policy.State.Policy?.Hash.ToString(),
            PolicyFault = policy.State.Fault,
            NoReleasesNow = policy.State.Policy is null ? null : policy.Closed()?.Reason,
            StartedAt = Timestamps.ToText(_started),
            ConnectedSince = now.ConnectedSince is { } since ? Timestamps.ToText(since) : null,
            ClockAheadSeconds = now.ClockAhead is { } ahead ? (long)ahead.TotalSeconds : null,
            LastError = now.LastError?.Text,
            LastErrorAt = now.LastError is { } error ? Timestamps.ToText(error.At) : null,
            Paused = journal.History.IsPaused,
            JournalLines = journal.Lines,
            LogAlarm = auditLog.Alarm,
            LogEntries = auditLog.Size,
            Studies =
            [
                .. now.Studies.Select(study => new StudyReport
                {
                    Plan = study.Plan.ToString(),
                    Name = study.Name,
                    Round = study.Round.Value,
                    Rounds = study.Rounds,
                    Standing = study.Standing,
                    Reason = study.Reason,
                    CoordinatorsLastRound = study.CoordinatorsLast.Round.Value,
                    CoordinatorsLastAttempt = study.CoordinatorsLast.Number.Value,
                }),
            ],
        };
        return JsonSerializer.SerializeToUtf8Bytes(report, StatusJson.Default.StatusReport);
    }
}
