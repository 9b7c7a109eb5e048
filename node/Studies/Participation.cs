using System.Runtime.InteropServices;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Learning.Training;
using Federated.Node.Hosting;
using Federated.Node.Release;
using Federated.V1;
using TorchSharp;

namespace Federated.Node.Studies;

/// <summary>One study at this site: its own copy of the shared model, and its trainer.</summary>
internal sealed class Participation : IDisposable
{
    private readonly Digest _planHash;
    private readonly EncodedRows _test;
    private readonly ParticipationContext _context;
    private readonly SiteTrainer _trainer;
    private readonly Scorer _scorer;
    private readonly SumFetch _sums;
    private readonly ReleaseGrid _grid;

    private (RoundNumber Round, AttemptNumber Attempt) _last; // of the attempts taken part in: none is done twice
    private ModelState? _unscored;
    private string? _broken;

    internal Participation(
        StudyPlan plan,
        Digest planHash,
        EncodedRows train,
        EncodedRows test,
        torch.Device device,
        ParticipationContext context
    )
    {
        Plan = plan;
        _planHash = planHash;
        _test = test;
        _context = context;
        var shape = plan.Shape;
        _trainer = new SiteTrainer(shape, plan.Training, context.Site, train, device);
        _scorer = new Scorer(shape, device);
        _sums = new SumFetch(context.Coordinator, plan, planHash, shape.ParameterCount);
        _grid = plan.Grid;
        Model = InitialModel.Of(plan);
    }

    internal StudyPlan Plan { get; }

    /// <summary>The shared model as this site computed it.</summary>
    internal ModelState Model { get; private set; }

    /// <summary>Trains and releases one attempt.</summary>
    /// <returns>Null once released, or why not.</returns>
    internal async Task<GateRefusal?> TakePartAsync(
        RoundNumber round,
        AttemptNumber attempt,
        Digest modelHash,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        if (_broken is not null)
        {
            return new GateRefusal("MODEL_HASH", _broken);
        }

        if (round != Model.Round.Next || modelHash != Model.Hash)
        {
            return new GateRefusal(
                "MODEL_HASH",
                $"the invitation to round {round} names a model that is not this site's after round {Model.Round}."
            );
        }

        if (round.Value > Plan.Training.Rounds || attempt.Value < 1 || attempt.Value > Plan.Aggregation.Attempts)
        {
            return new GateRefusal("BEYOND_PLAN", $"the plan has no attempt {attempt} of round {round}.");
        }

        if (round == _last.Round && attempt.Value <= _last.Attempt.Value)
        {
            return new GateRefusal("REPLAY", $"attempt {attempt} of round {round} was answered before.");
        }

        _last = (round, attempt);
        var deadline = _context.Time.GetUtcNow() + (timeout < Plan.Aggregation.Timeout ? timeout : Plan.Aggregation.Timeout);
        var started = _context.Time.GetTimestamp();
        using var activity = NodeTelemetry.Source.StartActivity("round");
        activity?.SetTag("federated.round", round.Value);
        var update = new double[Model.Parameters.Length];
        try
        {
            // On a thread of its own: training blocks for as long as it takes.
            await Task.Run(() => _trainer.Update(Model.Parameters.AsSpan(), round, update, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (ExternalException e)
        {
            return new GateRefusal("TRAINING", $"libtorch failed: {e.Message}"); // out of GPU memory, say; the next attempt may do
        }

        NodeTelemetry.Training.Record(_context.Time.GetElapsedTime(started).TotalSeconds);
        _context.Metrics.Trained(_planHash, round, attempt, _context.Time.GetElapsedTime(started));
        var refusal = await _context
            .Gate.ReleaseAsync(Plan, _planHash, _context.Site, round, attempt, update, deadline, cancellationToken)
            .ConfigureAwait(false);
        ScoreNow(); // after the release: the others need not wait for it
        return refusal;
    }

    /// <summary>Takes every step up to a committed round, as it was announced.</summary>
    /// <returns>True if the model moved.</returns>
    internal async Task<bool> CatchUpAsync(RoundCommitted announced, CancellationToken cancellationToken)
    {
        var target = new RoundNumber(Math.Min(announced.Round, (uint)Plan.Training.Rounds));
        var moved = false;
        while (_broken is null && Model.Round < target)
        {
            var next = Model.Round.Next;
            var sum = await _sums.FetchAsync(next, next == target ? announced : null, cancellationToken).ConfigureAwait(false);
            Step(sum);
            moved = true;
        }

        return moved;
    }

    /// <summary>Scores the latest model on this site's held-out patients, if that is due and not yet done.</summary>
    internal void ScoreNow()
    {
        if (_unscored is { } model)
        {
            _unscored = null;
            try
            {
                _context.Metrics.Scored(_planHash, model.Round, model.Hash, _scorer.Score(model.Parameters.AsSpan(), _test));
            }
            catch (ExternalException e)
            {
                _context.Log.NotScored(_planHash.Abbreviated, model.Round.Value, e.Message); // no reason to leave the study
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _trainer.Dispose();
        _scorer.Dispose();
    }

    private void Step(ReleasedSum sum)
    {
        var next = ServerStep.Next(Model, sum.Lanes, Plan.ShareOf(sum.Survivors), _grid, Plan.Server);
        if (next?.Hash != sum.NextModelHash)
        {
            // Different arithmetic, a doctored sum, or a different past. Keep our own model, say so, release nothing more.
            _broken = $"the coordinator's model after round {Model.Round.Next} is not what the released sum gives.";
            _context.Log.StudyBroken(_planHash.Abbreviated, _broken);
        }

        Model = next ?? Model;
        var round = Model.Round.Value;
        if (round == Plan.Training.Rounds || (Plan.EvaluateEvery > 0 && round % Plan.EvaluateEvery == 0))
        {
            _unscored = Model;
        }
    }
}
