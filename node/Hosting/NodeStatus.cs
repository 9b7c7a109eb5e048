using System.Collections.Immutable;
using Federated.Federation;

namespace Federated.Node.Hosting;

/// <summary>How a study stands at this site.</summary>
/// <param name="Plan">Plan hash.</param>
/// <param name="Name">The study's name; empty where its plan does not count.</param>
/// <param name="Round">Rounds behind the site's model.</param>
/// <param name="Rounds">Of the plan; 0 where that does not count.</param>
/// <param name="CoordinatorsLast">The last attempt of which the coordinator says it has a vector of this site.</param>
/// <param name="Standing"><see cref="TakingPart"/>, or the code of the answer, as in the wire's DeclineCode.</param>
/// <param name="Reason">For the operator; may be empty.</param>
internal sealed record StudyStatus(
    Digest Plan,
    string Name,
    RoundNumber Round,
    uint Rounds,
    Attempt CoordinatorsLast,
    string Standing,
    string Reason
)
{
    /// <summary>The standing of a study that this site takes part in.</summary>
    internal const string TakingPart = "TAKING_PART";
}

/// <summary>What the session and the studies say of themselves, for the health endpoints and the status file. Thread-safe.</summary>
internal sealed class NodeStatus(TimeProvider time)
{
    /// <summary>More than anybody reads; a coordinator that makes up offers must not fill this machine's memory.</summary>
    private const int MostStudies = 200;

    /// <summary>Reasons of our own quote paths and say what to do; longer than this is no help.</summary>
    private const int MostReason = 1000;

    private readonly Lock _lock = new();
    private DateTimeOffset? _connectedSince; // this and what follows: guarded by _lock
    private (string Text, DateTimeOffset At)? _lastError;
    private TimeSpan? _clockAhead;
    private ImmutableSortedDictionary<string, StudyStatus> _studies = ImmutableSortedDictionary.Create<string, StudyStatus>(
        StringComparer.Ordinal
    );

    /// <summary>True while a session with the coordinator stands.</summary>
    internal bool IsConnected => Snapshot().ConnectedSince is not null;

    /// <summary>A session stands.</summary>
    /// <param name="clockAhead">This machine's clock minus the coordinator's.</param>
    internal void Connected(TimeSpan? clockAhead)
    {
        lock (_lock)
        {
            _connectedSince = time.GetUtcNow();
            _clockAhead = clockAhead;
        }
    }

    /// <summary>No session stands.</summary>
    /// <param name="reason">What went wrong; null if nothing did.</param>
    internal void Disconnected(string? reason)
    {
        lock (_lock)
        {
            _connectedSince = null;
            _lastError = reason is null ? _lastError : (ForeignText.Clean(reason), time.GetUtcNow());
        }
    }

    /// <summary>How a study stands now.</summary>
    internal void Show(StudyStatus study)
    {
        var plan = study.Plan.ToString();
        lock (_lock)
        {
            if (_studies.Count >= MostStudies && !_studies.ContainsKey(plan))
            {
                // Offers of plans that do not count make room for those that do: nobody hides a study behind made-up ones.
                if (study.Rounds == 0 || _studies.FirstOrDefault(shown => shown.Value.Rounds == 0).Key is not { } madeUp)
                {
                    return;
                }

                _studies = _studies.Remove(madeUp);
            }

            _studies = _studies.SetItem(
                plan,
                study with
                {
                    Name = ForeignText.Clean(study.Name),
                    Reason = ForeignText.Clean(study.Reason, MostReason),
                }
            );
        }
    }

    /// <summary>All of it at one moment.</summary>
    internal (
        DateTimeOffset? ConnectedSince,
        (string Text, DateTimeOffset At)? LastError,
        TimeSpan? ClockAhead,
        IReadOnlyList<StudyStatus> Studies
    ) Snapshot()
    {
        lock (_lock)
        {
            return (_connectedSince, _lastError, _clockAhead, [.. _studies.Values]);
        }
    }
}
