using Federated.Coordinator.Storage;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Hosting;

namespace Federated.Coordinator.Studies;

/// <summary>
/// The committed past of a study: its rounds and the model they give. Everything here is on disk before anybody hears of it. Written by the
/// study's loop; read by the endpoints meanwhile.
/// </summary>
internal sealed class Progress
{
    /// <summary>A restart steps through at most this many rounds.</summary>
    private const int SnapshotEvery = 50;

    private readonly StudyPlan _plan;
    private readonly CoordinatorStore _store;
    private readonly Digest _planHash;
    private readonly Lock _lock = new();
    private readonly List<CommittedRound> _rounds = []; // guarded by _lock
    private readonly Digest _initialHash;
    private ModelState _model;
    private (RoundNumber Round, ReadOnlyMemory<byte> Sum, ReadOnlyMemory<byte> Proof) _latest; // guarded by _lock; every site asks for it within a moment

    /// <summary>Takes over what a store remembers, stepping through the rounds after the snapshot and comparing every hash.</summary>
    /// <exception cref="OperatorException">A stored sum does not give the stored hash: the file was altered, or another release wrote it.</exception>
    internal Progress(StudyPlan plan, StoredStudy stored, CoordinatorStore store)
    {
        _plan = plan;
        _store = store;
        _planHash = stored.Signed.Hash;
        var initial = InitialModel.Of(plan);
        _initialHash = initial.Hash;
        _rounds.AddRange(stored.Rounds);
        _model = stored.Snapshot is { } snapshot && HashAfter(snapshot.Round) == snapshot.Hash ? snapshot : initial;
        foreach (var round in stored.Rounds.Where(round => round.Round > _model.Round))
        {
            _model = Next(round);
        }
    }

    /// <summary>The model after the last committed round. Immutable, so that readers need no lock.</summary>
    internal ModelState Model => Volatile.Read(ref _model);

    /// <summary>True once every round of the plan is committed.</summary>
    internal bool IsComplete => Model.Round.Value >= _plan.Training.Rounds;

    /// <summary>True where the store should keep the model itself.</summary>
    internal static bool IsSnapshotDue(RoundNumber round) => round.Value % SnapshotEvery == 0;

    /// <summary>A committed round, or null.</summary>
    internal CommittedRound? Committed(RoundNumber round)
    {
        lock (_lock)
        {
            return round.Value >= 1 && round.Value <= _rounds.Count ? _rounds[(int)round.Value - 1] : null;
        }
    }

    /// <summary>The sum of a committed round, shape [d], 64-bit little-endian lanes.</summary>
    /// <exception cref="OperatorException">What is on disk is not what was committed.</exception>
    internal ReadOnlyMemory<byte> SumOf(CommittedRound round)
    {
        lock (_lock)
        {
            if (_latest.Round == round.Round)
            {
                return _latest.Sum;
            }
        }

        var sum = _store.Sum(_planHash, round.Round);
        return Digest.Of(sum) == round.SumHash
            ? sum
            : throw new OperatorException(
                $"The stored sum of study {_planHash.Abbreviated}, round {round.Round} was altered.",
                "restore the coordinator's database from backup; find out who wrote to it"
            );
    }

    /// <summary>The proof of a committed round. Whoever gets it verifies it: a false one is refused there.</summary>
    internal ReadOnlyMemory<byte> ProofOf(CommittedRound round)
    {
        lock (_lock)
        {
            if (_latest.Round == round.Round)
            {
                return _latest.Proof;
            }
        }

        return _store.Proof(_planHash, round.Round);
    }

    /// <summary>The hash of the model after a round (0: the initial model), or null if that round is not committed.</summary>
    internal Digest? HashAfter(RoundNumber round) => round.Value == 0 ? _initialHash : Committed(round)?.NextModelHash;

    /// <summary>Adds a round that is durable.</summary>
    internal void Add(CommittedRound round, ReadOnlyMemory<byte> sum, ReadOnlyMemory<byte> proof, ModelState next)
    {
        lock (_lock)
        {
            _rounds.Add(round);
            _latest = (round.Round, sum, proof);
        }

        Volatile.Write(ref _model, next);
    }

    private ModelState Next(CommittedRound round)
    {
        var sum = SumOf(round);
        var next =
            sum.Length == _model.Parameters.Length * Lanes.SumBytes
                ? ServerStep.Next(_model, Lanes.SumFrom(sum.Span), _plan.DivisorOf(round.Survivors), _plan.Grid, _plan.Server)
                : null;
        return next?.Hash == round.NextModelHash
            ? next
            : throw new OperatorException(
                $"Study {_planHash.Abbreviated}: the stored sum of round {round.Round} does not give the stored model; the database was altered or damaged.",
                "restore the coordinator's database from backup; find out who wrote to it"
            );
    }
}
