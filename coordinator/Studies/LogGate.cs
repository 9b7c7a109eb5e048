using Federated.Coordinator.Log;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;

namespace Federated.Coordinator.Studies;

/// <summary>
/// Whether a study's next attempt may begin, by the log: a quorum of the plan's sites has to have cosigned a checkpoint with all of the study's past, or no site follows the
/// invitation. Part of the study's loop, but for what hears of cosignatures.
/// </summary>
internal sealed class LogGate(StudyPlan plan, StudyContext context, StudyRecord record, Action<StudyInput> post)
{
    private volatile bool _isAwaited; // read by whoever hears of cosignatures
    private long _timedFor = -1; // size of the log that a deadline is set for

    /// <summary>The checkpoint that an invitation may name, or null.</summary>
    internal PublishedLog? Cosigned => context.Witnessing.For(plan.Roster, Quorum, record.LogSize);

    /// <summary>Who has to cosign for an attempt that waits for nothing else to begin; null while none does. Any thread's to ask.</summary>
    internal WitnessQuorum? Awaited => _isAwaited ? new WitnessQuorum(plan.Roster, Quorum) : null;

    /// <summary>Why nothing begins, for people.</summary>
    internal string Reason =>
        $"{string.Join(", ", context.Witnessing.Silent(plan.Roster))} have not cosigned it, and a quorum of {Quorum} of the plan's sites must. The study goes on by itself once they "
        + "have; their own logs say why they do not.";

    private int Quorum => Thresholds.Of(plan.Roster.Length, plan.Aggregation.Colluders);

    /// <summary>Has the study look again whenever somebody cosigned and it waits for that.</summary>
    internal void Listen(CancellationToken cancellationToken)
    {
        context.Witnessing.Cosigned += Heard;
        cancellationToken.Register(() => context.Witnessing.Cosigned -= Heard);
    }

    /// <summary>True if an attempt may begin; else the study hears of it once it may, and of a deadline.</summary>
    internal bool IsOpen()
    {
        _isAwaited = true; // before we look: who cosigns from here on wakes us
        if (Cosigned is not null)
        {
            _isAwaited = false;
            return true;
        }

        context.Witnessing.Want(record.LogSize);
        if (_timedFor != record.LogSize)
        {
            var size = _timedFor = record.LogSize;
            context.After(plan.Aggregation.Timeout, () => post(new StudyInput.LogDeadline(size)));
        }

        return false;
    }

    /// <summary>True if the log is still waited for that this deadline was set for.</summary>
    internal bool IsLate(StudyInput.LogDeadline deadline) => _isAwaited && deadline.Size == record.LogSize;

    /// <summary>Nobody waits any more.</summary>
    internal void Forget() => _isAwaited = false;

    /// <summary>On whichever thread a cosignature came.</summary>
    private void Heard()
    {
        if (_isAwaited)
        {
            post(new StudyInput.LogCosigned());
        }
    }
}
