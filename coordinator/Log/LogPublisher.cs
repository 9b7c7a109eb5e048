using System.Threading.Channels;
using Federated.Coordinator.Hosting;
using Federated.Coordinator.Storage;
using Federated.Coordinator.Studies;
using Federated.Hosting;

namespace Federated.Coordinator.Log;

/// <summary>Has the log published whenever it grew: at once where a study waits for it, or else with what comes soon after.</summary>
internal sealed class LogPublisher(
    CoordinatorStore store,
    LogWriter writer,
    Witnessing witnessing,
    StudyRegistry studies,
    FatalFault fault,
    CoordinatorLog log,
    IHostApplicationLifetime lifetime
) : BackgroundService
{
    /// <summary>How long entries wait for others that come soon, unless a study waits for them: a checkpoint costs every witness a forced write.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a checkpoint waits for answers to the one before: a cosignature is one forced write of the site.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);

    private readonly Channel<bool> _grew = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true }
    );
    private readonly SemaphoreSlim _wanted = new(0, 1);

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        store.LogGrew = () => _grew.Writer.TryWrite(true);
        witnessing.Wanted += Hurry;
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        witnessing.Wanted -= Hurry;
        _wanted.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var _ in _grew.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
            {
                await _wanted.WaitAsync(Patience, stoppingToken).ConfigureAwait(false);
                List<WitnessQuorum> awaited = [.. studies.All().Select(study => study.AwaitedCosigners).OfType<WitnessQuorum>()];
                await witnessing.SettledAsync(AnswerTime, awaited, stoppingToken).ConfigureAwait(false);
                writer.Publish();
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
            log.LogFailed(e);
            Environment.ExitCode = Entry.FailureExitCode;
            lifetime.StopApplication();
        }
    }

    /// <summary>Two threads may both find nobody waiting; the second release is then one too many.</summary>
    private void Hurry()
    {
        lock (_grew)
        {
            if (_wanted.CurrentCount == 0)
            {
                _wanted.Release();
            }
        }
    }
}
