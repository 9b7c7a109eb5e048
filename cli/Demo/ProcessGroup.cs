using Federated.Hosting;

namespace Federated.Cli.Demo;

/// <summary>Daemons that live no longer than this object: asked to stop by closing their input, killed if they do not.</summary>
internal sealed class ProcessGroup : IAsyncDisposable
{
    /// <summary>How long daemons have to stop before they are killed.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly List<Daemon> _daemons = [];

    /// <summary>Process identifiers, in the order of starting.</summary>
    internal IReadOnlyList<int> Ids => [.. _daemons.Select(daemon => daemon.Id)];

    /// <summary>Starts a daemon of this product; its output goes to <paramref name="logFile"/>.</summary>
    /// <inheritdoc cref="Daemon(string, string, IEnumerable{string}, string, Action{string}?)" path="/param"/>
    internal Daemon Start(string name, string program, IReadOnlyList<string> arguments, string logFile, Action<string>? heard = null)
    {
        var daemon = new Daemon(name, program, arguments, logFile, heard);
        _daemons.Add(daemon);
        return daemon;
    }

    /// <summary>Completes, with what is to be said, when a daemon ends before it was asked to or its log cannot be written.</summary>
    internal async Task<OperatorException> AnyFailureAsync(CancellationToken cancellationToken) =>
        await await Task.WhenAny(_daemons.Select(daemon => daemon.FailureAsync(cancellationToken)));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var daemon in _daemons)
        {
            daemon.AskToStop();
        }

        using var patience = new CancellationTokenSource(Patience);
        foreach (var daemon in _daemons)
        {
            await daemon.EndAsync(patience.Token);
            await daemon.DisposeAsync();
        }
    }
}
