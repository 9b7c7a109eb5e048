using System.Diagnostics;
using System.Globalization;
using Federated.Hosting;

namespace Federated.Bench.Start;

/// <summary>A daemon whose log lines are timed from its start. Disposal kills it.</summary>
internal sealed class TimedProcess : IAsyncDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Process _process;
    private Task? _rest;

    private TimedProcess(ProcessStartInfo start) =>
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");

    internal static TimedProcess Start(string program, string[] arguments) =>
        new(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true });

    /// <summary>Reads on to the first line with these words, once.</summary>
    /// <returns>Time since the process was started.</returns>
    /// <exception cref="OperatorException">It ended without the line.</exception>
    internal async Task<TimeSpan> WaitForAsync(string words, CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Contains(words, StringComparison.Ordinal))
            {
                var elapsed = Stopwatch.GetElapsedTime(_started);
                _rest = _process.StandardOutput.ReadToEndAsync(CancellationToken.None); // nobody reads it, but a full pipe would stop the daemon
                return elapsed;
            }
        }

        throw new OperatorException($"{_process.StartInfo.FileName} ended before it said '{words}'; its messages stand above.");
    }

    /// <summary>VmRSS, as the kernel counts it.</summary>
    internal long ResidentBytes()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").Single(entry => entry.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024; // "VmRSS:  123 kB"
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        await (_rest ?? Task.CompletedTask);
        _process.Dispose();
    }
}
