using Federated.Coordinator.Storage;
using Federated.Federation;
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
    private readonly Lock _lock = new();
    private readonly List<CommittedRound> _rounds = []; // guarded by _lock
    private ModelState _model;

    internal Progress(StudyPlan plan)
    {
        _plan = plan;
        _model = InitialModel.Of(plan);
        InitialHash = _model.Hash;
    }

    /// <summary>Of the model before the first round.</summary>
    internal Digest InitialHash { get; }

    /// <summary>The model after the last committed round. Immutable, so that readers need no lock.</summary>
    internal ModelState Model => Volatile.Read(ref _model);

    /// <summary>True once every round of the plan is committed.</summary>
    internal bool IsComplete => Model.Round.Value >= _plan.Training.Rounds;

    /// <summary>A committed round, or null.</summary>
    internal CommittedRound? Committed(RoundNumber round)
    {
        lock (_lock)
        {
            return round.Value >= 1 && round.Value <= _rounds.Count ? _rounds[(int)round.Value - 1] : null;
        }
    }

    /// <summary>The hash of the model after a round (0: the initial model), or null if that round is not committed.</summary>
    internal Digest? HashAfter(RoundNumber round) => round.Value == 0 ? InitialHash : Committed(round)?.NextModelHash;

    /// <summary>True where the store should keep the model itself.</summary>
    internal static bool IsSnapshotDue(RoundNumber round) => round.Value % SnapshotEvery == 0;

    /// <summary>Adds a round that is durable.</summary>
    internal void Add(CommittedRound round, ModelState next)
    {
        lock (_lock)
        {
            _rounds.Add(round);
        }

        Volatile.Write(ref _model, next);
    }

    /// <summary>Takes over what a store remembers, stepping through the rounds after the snapshot and comparing every hash.</summary>
    /// <exception cref="OperatorException">A stored sum does not give the stored hash: the file was altered, or another release wrote it.</exception>
    internal void Restore(StoredStudy stored)
    {
        var model = stored.Snapshot is { } snapshot && HashIn(stored, snapshot.Round) == snapshot.Hash ? snapshot : _model;
        foreach (var round in stored.Rounds)
        {
            if (round.Round <= model.Round)
            {
                Add(round, model);
                continue;
            }

            var sum = Federation.Aggregation.Lanes.SumFrom(round.Sum.Span);
            var next =
                sum.Length == model.Parameters.Length
                    ? ServerStep.Next(model, sum, _plan.ShareOf(round.Survivors), _plan.Grid, _plan.Server)
                    : null;
            if (next?.Hash != round.NextModelHash)
            {
                throw new OperatorException(
                    $"Study {stored.Signed.Hash.Abbreviated}: the stored sum of round {round.Round} does not give the stored model; the database was altered or damaged.",
                    "restore the coordinator's database from backup; find out who wrote to it"
                );
            }

            model = next;
            Add(round, model);
        }
    }

    private static Digest? HashIn(StoredStudy stored, RoundNumber round) =>
        round.Value >= 1 && round.Value <= stored.Rounds.Count ? stored.Rounds[(int)round.Value - 1].NextModelHash : null;
}
