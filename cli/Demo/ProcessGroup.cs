using System.Diagnostics;
using Federated.Hosting;

namespace Federated.Cli.Demo;

/// <summary>Daemons that live no longer than this object: asked to stop by closing their input, killed if they do not.</summary>
internal sealed class ProcessGroup : IAsyncDisposable
{
    /// <summary>How long daemons have to stop before they are killed.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<Daemon> _daemons = [];

    /// <summary>Process identifiers, in the order of starting.</summary>
    internal IReadOnlyList<int> Ids => [.. _daemons.Select(daemon => daemon.Process.Id)];

    /// <summary>Starts a daemon of this product; its output goes to <paramref name="logFile"/>.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="program"><c>fed-coordinator</c> or <c>fed-node</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="logFile">Made anew.</param>
    internal void Start(string name, string program, IReadOnlyList<string> arguments, string logFile)
    {
        var start = new ProcessStartInfo(Installation.PathOf(program))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments.Append(Arguments.StopWithInput))
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new OperatorException($"{start.FileName} could not be started.");
        try
        {
            _daemons.Add(new Daemon(name, process, new DaemonLog(process, logFile)));
        }
        catch (IOException e)
        {
            process.Kill();
            process.Dispose();
            throw new OperatorException($"{logFile} cannot be written: {e.Message}", "free space on that disk", e);
        }
    }

    /// <summary>Completes, with what is to be said, when a daemon ends before it was asked to or its log cannot be written.</summary>
    internal async Task<OperatorException> AnyFailureAsync(CancellationToken cancellationToken)
    {
        var exits = _daemons.Select(daemon => EndAsync(daemon, cancellationToken));
        return await await Task.WhenAny([.. exits, .. _daemons.Select(daemon => daemon.Log.Failed)]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in _daemons)
        {
            daemon.Process.StandardInput.Close();
        }

        using var patience = new CancellationTokenSource(Patience);
        foreach (var daemon in _daemons)
        {
            try
            {
                await daemon.Process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                daemon.Process.Kill(entireProcessTree: true);
                await daemon.Process.WaitForExitAsync(CancellationToken.None);
            }

            await daemon.Log.DisposeAsync();
            daemon.Process.Dispose();
        }
    }

    private static async Task<OperatorException> EndAsync(Daemon daemon, CancellationToken cancellationToken)
    {
        await daemon.Process.WaitForExitAsync(cancellationToken);
        return new OperatorException($"The {daemon.Name} ended with exit code {daemon.Process.ExitCode}.\n{daemon.Log.LastWords}");
    }

    private sealed record Daemon(string Name, Process Process, DaemonLog Log);
}
