using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;

namespace Federated.Coordinator.Studies;

/// <summary>The committed past of a study: its rounds and the model they give. Written by the study's loop; read by the endpoints meanwhile.</summary>
internal sealed class Progress
{
    private readonly Lock _lock = new();
    private readonly List<CommittedRound> _rounds = []; // guarded by _lock
    private readonly Digest _initialHash;
    private ModelState _model;

    internal Progress(StudyPlan plan)
    {
        _model = InitialModel.Of(plan);
        _initialHash = _model.Hash;
    }

    /// <summary>The model after the last committed round. Immutable, so that readers need no lock.</summary>
    internal ModelState Model => Volatile.Read(ref _model);

    /// <summary>A committed round, or null.</summary>
    internal CommittedRound? Committed(RoundNumber round)
    {
        lock (_lock)
        {
            return round.Value >= 1 && round.Value <= _rounds.Count ? _rounds[(int)round.Value - 1] : null;
        }
    }

    /// <summary>The hash of the model after a round (0: the initial model), or null if that round is not committed.</summary>
    internal Digest? HashAfter(RoundNumber round) => round.Value == 0 ? _initialHash : Committed(round)?.NextModelHash;

    /// <summary>Adds the next round and the model that it gives.</summary>
    internal void Add(CommittedRound round, ModelState next)
    {
        lock (_lock)
        {
            _rounds.Add(round);
        }

        Volatile.Write(ref _model, next);
    }
}
