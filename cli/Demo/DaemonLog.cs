using System.Diagnostics;

namespace Federated.Cli.Demo;

/// <summary>Copies a daemon's output to a file, and remembers the end of it for messages.</summary>
internal sealed class DaemonLog : IAsyncDisposable
{
    private const int Remembered = 50;

    private readonly Lock _lock = new();
    private readonly Queue<string> _last = new(); // guarded by _lock
    private readonly StreamWriter _file; // guarded by _lock
    private readonly Task _copying;

    internal DaemonLog(Process process, string path)
    {
        _file = new StreamWriter(path) { AutoFlush = true };
        _copying = Task.WhenAll(CopyAsync(process.StandardOutput), CopyAsync(process.StandardError));
    }

    internal string LastLines(int count)
    {
        lock (_lock)
        {
            return string.Join("\n", _last.TakeLast(count));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _copying;
        await _file.DisposeAsync();
    }

    private async Task CopyAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            lock (_lock)
            {
                _file.WriteLine(line);
                _last.Enqueue(line);
                if (_last.Count > Remembered)
                {
                    _last.Dequeue();
                }
            }
        }
    }
}
