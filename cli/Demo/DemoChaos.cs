using System.Globalization;
using System.Text.Json;
using Federated.Federation;
using Federated.SecureAggregation.Sites;

namespace Federated.Cli.Demo;

/// <summary>A node that was killed.</summary>
/// <param name="Site">Which.</param>
/// <param name="Round">Of the attempt that it last spoke of.</param>
/// <param name="Attempt">Likewise.</param>
/// <param name="Phase">The last phase that its log entered: where it was when it died.</param>
internal sealed record ChaosKill(SiteName Site, uint Round, uint Attempt, string Phase);

/// <summary>
/// SIGKILL of one node after another. The seed chooses victims and phases; when within its phase a node dies is up to the machine, so a kill is counted under the phase that the
/// dead node's log says. One node at a time: the next dies once the last takes part again, as the plan lets one site in four be missing.
/// </summary>
internal sealed class DemoChaos(int seed)
{
    /// <summary>Longest wait between a phase's first line and the kill: about as long as a phase lasts.</summary>
    private const int MostDelayMs = 4;

    private readonly List<(SiteName Site, PhaseWatch Phases, Daemon Node)> _nodes = [];
    private readonly List<ChaosKill> _kills = [];

    internal int Seed => seed;

    /// <summary>In order.</summary>
    internal IReadOnlyList<ChaosKill> Kills => _kills;

    /// <summary>Kills by phase, in the phases' order, those without a kill too.</summary>
    internal IEnumerable<(string Phase, int Kills)> PerPhase =>
        SiteAttempt.Phases.Select(phase => (phase, _kills.Count(kill => kill.Phase == phase)));

    /// <summary>Starts a node that may be killed.</summary>
    /// <param name="site">Whose.</param>
    /// <param name="start">Starts it, with somebody to hear its lines.</param>
    internal void Start(SiteName site, Func<Action<string>, Daemon> start)
    {
        var phases = new PhaseWatch();
        _nodes.Add((site, phases, start(phases.Hear)));
    }

    /// <summary>Kills until cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        var random = new KeyedRandom(string.Create(CultureInfo.InvariantCulture, $"demo-chaos/{seed}"));
        var phases = new Queue<string>();
        try
        {
            while (true)
            {
                if (phases.Count == 0)
                {
                    string[] shuffled = [.. SiteAttempt.Phases];
                    random.Shuffle<string>(shuffled);
                    phases = new Queue<string>(shuffled);
                }

                var (site, watch, node) = _nodes[random.NextInt32(_nodes.Count)];
                var delay = TimeSpan.FromMilliseconds(random.NextInt32(2) * random.NextDouble() * MostDelayMs); // half of them at once: some phases are short
                await watch.NextAsync(phases.Dequeue()).WaitAsync(cancellationToken);
                await Task.Delay(delay, cancellationToken);
                await node.KillAsync();
                var (round, attempt, phase) = watch.Last!.Value;
                _kills.Add(new ChaosKill(site, round, attempt, phase));
                var back = watch.NextAsync(phase: null);
                node.StartAgain();
                await back.WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The study is over.
        }
    }

    /// <summary>Reads a node's log for the phases of its attempts.</summary>
    private sealed class PhaseWatch
    {
        private const int PhaseEntered = 24; // the node's event of that name

        private readonly Lock _lock = new();
        private (string? Phase, TaskCompletionSource Came)? _awaited; // guarded by _lock

        internal (uint Round, uint Attempt, string Phase)? Last { get; private set; }

        /// <summary>Completes when the log says that the phase is entered, or any phase if none is named.</summary>
        internal Task NextAsync(string? phase)
        {
            lock (_lock)
            {
                var came = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _awaited = (phase, came);
                return came.Task;
            }
        }

        /// <summary>Null for half a line: its process was killed while it wrote.</summary>
        private static JsonDocument? Parse(string line)
        {
            try
            {
                return JsonDocument.Parse(line);
            }
            catch (JsonException)
            {
                return null;
            }
        }

        internal void Hear(string line)
        {
            if (!line.StartsWith('{'))
            {
                return;
            }

            using var json = Parse(line);
            if (json?.RootElement.GetProperty("EventId").GetInt32() != PhaseEntered)
            {
                return;
            }

            var state = json.RootElement.GetProperty("State");
            var phase = state.GetProperty("Phase").GetString()!;
            lock (_lock)
            {
                Last = (state.GetProperty("Round").GetUInt32(), state.GetProperty("Attempt").GetUInt32(), phase);
                if (_awaited is { } awaited && (awaited.Phase is null || awaited.Phase == phase))
                {
                    awaited.Came.TrySetResult();
                }
            }
        }
    }
}
