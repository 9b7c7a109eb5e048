using Microsoft.Extensions.Logging;

namespace Federated.Fixtures;

/// <summary>What a process would have logged, one text a line: <c>Warning: Site alpha is gone: it left.</c></summary>
internal sealed class LogLines : ILoggerProvider, ILogger
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = []; // guarded by _lock
    private readonly List<(Func<string, bool> Wanted, TaskCompletionSource<string> Found)> _waiting = []; // guarded by _lock

    /// <summary>All lines so far.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>The first line, past or future, that contains these words.</summary>
    public Task<string> WaitForAsync(string words, CancellationToken cancellationToken)
    {
        bool Wanted(string line) => line.Contains(words, StringComparison.Ordinal);
        lock (_lock)
        {
            if (_lines.Find(Wanted) is { } known)
            {
                return Task.FromResult(known);
            }

            var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((Wanted, found));
            return found.Task.WaitAsync(cancellationToken);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    )
    {
        var line = $"{logLevel}: {formatter(state, exception)}";
        lock (_lock)
        {
            _lines.Add(line);
            foreach (var (wanted, found) in _waiting)
            {
                if (wanted(line))
                {
                    found.TrySetResult(line);
                }
            }
        }
    }

    public void Dispose() { }
}
