using System.Diagnostics;
using Federated.Hosting;

namespace Federated.Cli.Demo;

/// <summary>One process of this product, which goes on in one log if it is killed and started again.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    private readonly ProcessStartInfo _start;
    private readonly string _logFile;
    private readonly Action<string>? _heard;
    private readonly Lock _lock = new();
    private Process _process; // guarded by _lock
    private DaemonLog _log; // guarded by _lock
    private TaskCompletionSource? _startsAgain; // guarded by _lock; set from a kill on purpose until the next start

    /// <param name="name">For messages.</param>
    /// <param name="program"><c>fed-coordinator</c> or <c>fed-node</c>.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="logFile">Made anew.</param>
    /// <param name="heard">Is told every line of its output, if anybody wants it.</param>
    internal Daemon(string name, string program, IEnumerable<string> arguments, string logFile, Action<string>? heard)
    {
        Name = name;
        _logFile = logFile;
        _heard = heard;
        _start = new ProcessStartInfo(Installation.PathOf(program))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments.Append(Arguments.StopWithInput))
        {
            _start.ArgumentList.Add(argument);
        }

        (_process, _log) = Begin(FileMode.Create);
    }

    /// <summary>For messages.</summary>
    internal string Name { get; }

    /// <summary>Of the process that runs, or ran last.</summary>
    internal int Id => Current().Process.Id;

    /// <summary>SIGKILL, as a power failure would end it. All that it said has been heard when this returns.</summary>
    internal async Task KillAsync()
    {
        Process process;
        DaemonLog log;
        lock (_lock)
        {
            _startsAgain = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (process, log) = (_process, _log);
        }

        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        await log.DisposeAsync();
    }

    /// <summary>Starts it again after <see cref="KillAsync"/>.</summary>
    internal void StartAgain()
    {
        var next = Begin(FileMode.Append);
        TaskCompletionSource? waiting;
        lock (_lock)
        {
            _process.Dispose();
            (_process, _log) = next;
            (waiting, _startsAgain) = (_startsAgain, null);
        }

        waiting?.TrySetResult();
    }

    /// <summary>Completes, with what is to be said, when it ends before it was asked to or its log cannot be written.</summary>
    internal async Task<OperatorException> FailureAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var (process, log) = Current();
            var exit = process.WaitForExitAsync(cancellationToken);
            if (await Task.WhenAny(exit, log.Failed) == log.Failed)
            {
                return await log.Failed;
            }

            await exit;
            Task? again;
            lock (_lock)
            {
                again = _startsAgain?.Task ?? (ReferenceEquals(process, _process) ? null : Task.CompletedTask);
            }

            if (again is null)
            {
                return new OperatorException($"The {Name} ended with exit code {process.ExitCode}.\n{log.LastWords}");
            }

            await again.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Asks it to stop, by closing its input.</summary>
    internal void AskToStop() => Current().Process.StandardInput.Close();

    /// <summary>Waits for its end, and kills it if the wait is cancelled.</summary>
    internal async Task EndAsync(CancellationToken patience)
    {
        var process = Current().Process;
        try
        {
            await process.WaitForExitAsync(patience);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var (process, log) = Current();
        await log.DisposeAsync();
        process.Dispose();
    }

    private (Process Process, DaemonLog Log) Current()
    {
        lock (_lock)
        {
            return (_process, _log);
        }
    }

    private (Process Process, DaemonLog Log) Begin(FileMode mode)
    {
        var process = Process.Start(_start) ?? throw new OperatorException($"{_start.FileName} could not be started.");
        try
        {
            return (process, new DaemonLog(process, _logFile, mode, _heard));
        }
        catch (IOException e)
        {
            process.Kill();
            process.Dispose();
            throw new OperatorException($"{_logFile} cannot be written: {e.Message}", "free space on that disk", e);
        }
    }
}
