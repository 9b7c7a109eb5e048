using Federated.Coordinator.Aggregation;
using Federated.Coordinator.Hosting;
using Federated.Coordinator.Log;
using Federated.Coordinator.Sessions;
using Federated.Coordinator.Storage;

namespace Federated.Coordinator.Studies;

/// <summary>What a study needs of the world around it.</summary>
internal sealed class StudyContext(
    TimeProvider time,
    SessionRegistry sessions,
    CoordinatorStore store,
    CoordinatorLog log,
    CoordinatorMetrics metrics,
    CoordinatorSelf self,
    AuditTrail trail,
    Witnessing witnessing,
    Members members,
    KeptInputs inputs
)
{
    internal TimeProvider Time => time;

    internal SessionRegistry Sessions => sessions;

    internal CoordinatorStore Store => store;

    internal CoordinatorLog Log => log;

    internal CoordinatorMetrics Metrics => metrics;

    internal CoordinatorSelf Self => self;

    /// <summary>What this coordinator says in the log.</summary>
    internal AuditTrail Trail => trail;

    /// <summary>Who has cosigned the log.</summary>
    internal Witnessing Witnessing => witnessing;

    /// <summary>Whose keys count.</summary>
    internal Members Members => members;

    /// <summary>Masked inputs, for auditors.</summary>
    internal KeptInputs Inputs => inputs;

    /// <summary>What sites were charged last.</summary>
    internal LastCharges Charges { get; } = new(store);

    /// <summary>Memory for masked inputs on their way, of all studies together.</summary>
    internal UploadRoom Room { get; init; } = new(capacity: 64L << 20);

    /// <summary>Calls back once, later. The callback only posts an input, which a study that has moved on ignores.</summary>
    internal void After(TimeSpan delay, Action callback)
    {
        ITimer? timer = null;
        timer = time.CreateTimer(
            _ =>
            {
                callback();
                timer?.Dispose();
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
        timer.Change(delay, Timeout.InfiniteTimeSpan);
    }
}
