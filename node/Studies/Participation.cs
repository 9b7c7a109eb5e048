using System.Runtime.InteropServices;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Learning.Training;
using Federated.Node.Hosting;
using Federated.Node.Journal;
using Federated.Node.Release;
using Federated.V1;
using Grpc.Core;
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

    private ModelState? _unscored;

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

    /// <summary>Why this site takes no more part in the study, or null: a model or a past that contradicts its own arithmetic.</summary>
    internal GateRefusal? Broken { get; private set; }

    /// <summary>Trains and releases one attempt.</summary>
    /// <returns>Null once released, or why not.</returns>
    internal async Task<GateRefusal?> TakePartAsync(
        Attempt attempt,
        Digest modelHash,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        if (Refusal(attempt, modelHash) is { } refusal)
        {
            return refusal;
        }

        var limit = timeout < Plan.Aggregation.Timeout ? timeout : Plan.Aggregation.Timeout;
        var deadline = _context.Time.GetUtcNow() + limit;
        using var activity = NodeTelemetry.Source.StartActivity("round");
        activity?.SetTag("federated.round", attempt.Round.Value);
        var update = new double[Model.Parameters.Length];
        using var work = _context.Desk.Begin(_planHash, cancellationToken);
        try
        {
            refusal =
                await TrainAsync(attempt, update, limit, work.Token).ConfigureAwait(false)
                ?? await _context
                    .Gate.ReleaseAsync(Plan, _planHash, _context.Site, attempt, update, deadline, work.Token)
                    .ConfigureAwait(false);
        }
        catch (Exception e)
            when (e is OperationCanceledException or RpcException
                && !cancellationToken.IsCancellationRequested
                && _context.NoWork(_planHash) is not null
            )
        {
            refusal = _context.NoWork(_planHash); // the operator stopped it: in training, or between two pieces of the vector
        }

        ScoreNow(); // after the release: the others need not wait for it
        return refusal;
    }

    /// <summary>Takes every step up to a committed round, as it was announced.</summary>
    /// <returns>True if the model moved.</returns>
    internal async Task<bool> CatchUpAsync(RoundCommitted announced, CancellationToken cancellationToken)
    {
        var target = new RoundNumber(Math.Min(announced.Round, (uint)Plan.Training.Rounds));
        var moved = false;
        while (Broken is null && Model.Round < target)
        {
            var next = Model.Round.Next;
            var sum = await _sums.FetchAsync(next, next == target ? announced : null, cancellationToken).ConfigureAwait(false);
            moved |= Step(sum);
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

    /// <summary>Why an invitation is not followed, before any work is done for it.</summary>
    private GateRefusal? Refusal(Attempt attempt, Digest modelHash)
    {
        var history = _context.Journal.Of(_planHash);
        return Broken is not null ? Broken
            : attempt.Round != Model.Round.Next || modelHash != Model.Hash
                ? new GateRefusal(
                    DeclineCode.ModelHash,
                    $"the invitation to round {attempt.Round} names a model that is not this site's after round {Model.Round}."
                )
            : attempt.Number.Value < 1 || Admission.IsBeyond(Plan, attempt)
                ? new GateRefusal(DeclineCode.BeyondPlan, $"the plan has no {attempt}.")
            : attempt.Round <= history.Committed
                ? new GateRefusal(
                    DeclineCode.CoordinatorBehind,
                    $"this site's journal knows round {attempt.Round} as committed; it is not done again."
                )
            : attempt <= history.Last
                ? new GateRefusal(DeclineCode.Replay, $"{attempt} is not later than {history.Last}, which was answered before.")
            : null;
    }

    /// <summary>Trains until done or until the coordinator stops waiting.</summary>
    private async Task<GateRefusal?> TrainAsync(Attempt attempt, double[] update, TimeSpan limit, CancellationToken cancellationToken)
    {
        var started = _context.Time.GetTimestamp();
        using var late = new CancellationTokenSource(limit, _context.Time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            // On a thread of its own: training blocks for as long as it takes.
            await Task.Run(() => _trainer.Update(Model.Parameters.AsSpan(), attempt.Round, update, stop.Token), stop.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new GateRefusal(
                DeclineCode.Timeout,
                $"training took more than the {limit.TotalSeconds:0.###} s that the coordinator waits."
            );
        }
        catch (ExternalException e)
        {
            return new GateRefusal(DeclineCode.Training, $"libtorch failed: {e.Message}"); // out of GPU memory, say; the next attempt may do
        }

        var elapsed = _context.Time.GetElapsedTime(started);
        NodeTelemetry.Training.Record(elapsed.TotalSeconds);
        _context.Metrics.Trained(_planHash, attempt.Round, attempt.Number, elapsed);
        return null;
    }

    /// <summary>Takes the step that a sum gives.</summary>
    /// <returns>True if the model moved.</returns>
    private bool Step(ReleasedSum sum)
    {
        var round = Model.Round.Next;
        var counted = new Attempt(round, sum.Attempt);
        if (sum.Survivors.Contains(_context.Site) && !_context.Journal.Of(_planHash).MayHaveReleased(counted))
        {
            // Somebody released in this site's name, or the journal is not the newest. Either way it does not say what left.
            Break(
                new GateRefusal(
                    DeclineCode.JournalBehind,
                    $"the sum of {counted} counts a vector of this site that its journal does not know: another machine holds this site's key, or this node was restored from an older backup. If you restored nothing, call the consortium at once."
                )
            );
            return false;
        }

        var next = ServerStep.Next(Model, sum.Lanes, Plan.ShareOf(sum.Survivors), _grid, Plan.Server);
        if (next is not null && _context.Journal.Of(_planHash).ModelAfter(round) is { } known && known != next.Hash)
        {
            Break(Admission.PastChanged(round, known, next.Hash)); // another sum than this site saw; our own past stands
            return false;
        }

        if (next?.Hash != sum.NextModelHash)
        {
            // Different arithmetic or a doctored sum. Keep our own model, say so, release nothing more.
            Break(
                new GateRefusal(DeclineCode.ModelHash, $"the coordinator's model after round {round} is not what the released sum gives.")
            );
        }
        else
        {
            _context.Journal.Committed(_planHash, round, next.Hash);
        }

        Model = next ?? Model;
        if (round.Value == Plan.Training.Rounds || (Plan.EvaluateEvery > 0 && round.Value % Plan.EvaluateEvery == 0))
        {
            _unscored = Model;
        }

        return true;
    }

    private void Break(GateRefusal why)
    {
        Broken = why;
        _context.Log.StudyBroken(_planHash.Abbreviated, why.Reason);
    }
}
