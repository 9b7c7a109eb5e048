using Federated.Coordinator.Storage;

namespace Federated.Coordinator.Hosting;

/// <summary>Removes masked inputs that are older than the configuration allows: at start, and each hour.</summary>
internal sealed class InputSweeper(KeptInputs inputs, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        inputs.Sweep(isStart: true); // before any attempt begins
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                inputs.Sweep(isStart: false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The end, also of a host that could not start: thrown on, it would count as a fault of a host that is gone.
        }
    }
}
