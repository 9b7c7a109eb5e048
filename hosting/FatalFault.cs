using Microsoft.Extensions.Hosting;

namespace Federated.Hosting;

/// <summary>
/// What ends a daemon that was already running, such as a full disk: the host stops in good order, then the process's outermost frame says
/// what a person must mend. Thread-safe.
/// </summary>
public sealed class FatalFault(IHostApplicationLifetime lifetime)
{
    private OperatorException? _first;

    /// <summary>Stops the host; of several faults the first counts.</summary>
    public void Stop(OperatorException fault)
    {
        Interlocked.CompareExchange(ref _first, fault, null);
        lifetime.StopApplication();
    }

    /// <summary>Call once the host has stopped.</summary>
    /// <exception cref="OperatorException">The fault that stopped it.</exception>
    public void ThrowIfAny()
    {
        if (_first is { } fault)
        {
            throw fault;
        }
    }
}
