using System.Diagnostics;
using System.Text;
using Federated.Hosting;

namespace Federated.Cli.Demo;

/// <summary>Copies a daemon's output to a file, and remembers its last words for messages.</summary>
internal sealed class DaemonLog : IAsyncDisposable
{
    private const int Remembered = 12;

    private readonly string _path;
    private readonly Action<string>? _heard;
    private readonly Lock _lock = new();
    private readonly Queue<string> _lastWords = new(); // of its standard error; guarded by _lock
    private readonly FileStream _file; // guarded by _lock
    private readonly TaskCompletionSource<OperatorException> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _copying;

    /// <param name="process">Whose output.</param>
    /// <param name="path">The file.</param>
    /// <param name="mode">Anew, or after what is there.</param>
    /// <param name="heard">Is told every line of standard output too.</param>
    internal DaemonLog(Process process, string path, FileMode mode, Action<string>? heard)
    {
        _path = path;
        _heard = heard;
        // Unbuffered: a full disk shows at the line that no longer fits, not when the file is closed.
        _file = new FileStream(path, mode, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _copying = Task.WhenAll(CopyAsync(process.StandardOutput, isLastWords: false), CopyAsync(process.StandardError, isLastWords: true));
    }

    /// <summary>Completes if the file can no longer be written. The daemon's output is still read, so that it does not block.</summary>
    internal Task<OperatorException> Failed => _failed.Task;

    /// <summary>What the daemon wrote to its standard error at the end, and where the rest is.</summary>
    internal string LastWords
    {
        get
        {
            lock (_lock)
            {
                return string.Join('\n', _lastWords.Append($"Its log is {_path}."));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _copying;
        await _file.DisposeAsync();
    }

    private async Task CopyAsync(StreamReader output, bool isLastWords)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            if (!isLastWords)
            {
                _heard?.Invoke(line);
            }

            lock (_lock)
            {
                WriteUnderLock(line);
                if (isLastWords)
                {
                    _lastWords.Enqueue(line);
                }

                if (_lastWords.Count > Remembered)
                {
                    _lastWords.Dequeue();
                }
            }
        }
    }

    private void WriteUnderLock(string line)
    {
        if (Failed.IsCompleted)
        {
            return;
        }

        try
        {
            _file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }
        catch (IOException e)
        {
            _failed.TrySetResult(new OperatorException($"{_path} cannot be written: {e.Message}", "free space on that disk", e));
        }
    }
}
