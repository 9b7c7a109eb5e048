using System.Runtime.InteropServices;
using Federated.Data;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Hosting;
using Federated.Learning.Training;
using Federated.Node.Release;
using Federated.SecureAggregation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Sites;
using Federated.TransparencyLog.Entries;
using Federated.V1;
using Grpc.Core;
using TorchSharp;

namespace Federated.Node.Studies;

/// <summary>
/// One study at this site: its own copy of the shared model, its trainer, and the attempt under way. Driven by the session's loop; training and release run beside it, one
/// after the other.
/// </summary>
internal sealed class Participation : IAsyncDisposable
{
    private readonly Digest _planHash;
    private readonly ParticipationContext _context;
    private readonly StudyRows _rows;
    private readonly StudyReleaser _releaser;
    private readonly Scorer _scorer;
    private readonly SumFetch _sums;
    private readonly AttemptWork _attempts;
    private readonly CancellationTokenSource _over = new();

    private ModelState? _unscored; // handed from the loop to the work beside it
    private AttemptRun? _run;
    private Attempt _begun; // the last that this process began: even what no charge followed tells how long it took
    private Task _work = Task.CompletedTask; // never fails

    internal Participation(StudyPlan plan, Digest planHash, StudyRows rows, torch.Device device, ParticipationContext context)
    {
        Plan = plan;
        _planHash = planHash;
        _context = context;
        _rows = rows;
        _releaser = new StudyReleaser(plan, context.Site, rows, device);
        try
        {
            _releaser.Prepare(); // a device that will not do shows before the study is accepted
        }
        catch (OperatorException e)
        {
            context.Log.DataWarning(e.Message); // a list of objections that will not do refuses every attempt until it is mended
        }

        _scorer = new Scorer(plan.Shape, device);
        _sums = new SumFetch(context.Coordinator, plan, planHash, context.Self);
        _attempts = new AttemptWork(plan, planHash, _releaser, context);
        Model = InitialModel.Of(plan);
    }

    internal StudyPlan Plan { get; }

    /// <summary>The shared model as this site computed it.</summary>
    internal ModelState Model { get; private set; }

    /// <summary>H4 of the last round, as this site computed it; zeros before the first.</summary>
    internal Digest PreviousResult { get; private set; }

    /// <summary>Why this site takes no more part in the study, or null: a model or a past that contradicts its own arithmetic.</summary>
    internal GateRefusal? Broken { get; private set; }

    /// <summary>Follows an invitation: says its keys, and trains beside the exchange of keys and shares.</summary>
    /// <returns>Null once it is followed, or why it is not.</returns>
    internal GateRefusal? Invited(Attempt attempt, SignedMessage invitation)
    {
        if (_run is { } running && running.Attempt == attempt)
        {
            Do(running, running.Hear(invitation)); // the same again after a lost connection, or another one: the machine knows
            return null;
        }

        if (Refusal(attempt) is { } refusal)
        {
            return refusal;
        }

        var signed = Invitation.Parse(invitation.Body); // null: the machine refuses it
        if (signed is not null && (signed.Round, signed.Attempt) != (attempt.Round, attempt.Number))
        {
            // The journal is written by what the envelope says, and what was signed is in the body.
            return new GateRefusal(
                DeclineCode.Protocol,
                $"the invitation is signed for round {signed.Round}, attempt {signed.Attempt}, and came as {attempt}."
            );
        }

        if (_context.Budget.Before(_planHash, _releaser.Costs, _releaser.In(Model.Round.Next)) is { } unpaid)
        {
            return unpaid; // before any key is sent
        }

        var terms = PlanTerms.Of(Plan, _planHash, Model.Round.Next);
        if (_context.Self.ContextFor(terms.Suite, out var fault) is not { } context)
        {
            return new GateRefusal(DeclineCode.Protocol, $"the coordinator's credential does not count: {fault}");
        }

        var history = _context.Journal.Of(_planHash);
        var expected = new SiteExpectation(
            terms,
            Model.Round.Next,
            Model.Hash,
            PreviousResult,
            (history.Last.Round, history.Last.Number),
            history.RevealedIn(Model.Round.Next),
            _context.AuditLog.CheckOf(_planHash, Model.Round, Model.Hash, PreviousResult)
        );
        var step = SiteAttempt.Begin(context, expected, invitation, out var machine);
        if (machine is null)
        {
            return Left(attempt, (SiteStep.Leave)step);
        }

        _begun = attempt;
        _run?.Dispose();
        var run = _run = new AttemptRun(
            attempt,
            machine,
            phase => _context.Log.PhaseEntered(_planHash.Abbreviated, attempt.Round.Value, attempt.Number.Value, phase)
        );
        Do(run, step);
        var timeout = TimeSpan.FromMilliseconds(signed!.TimeoutMs);
        _work = WorkAsync(_work, run, Model, timeout < Plan.Aggregation.Timeout ? timeout : Plan.Aggregation.Timeout);
        return null;
    }

    /// <summary>Takes a message of the attempt under way. Of any other attempt this process knows nothing.</summary>
    internal void Hear(Attempt attempt, SignedMessage message)
    {
        if (_run is not { } run || run.Attempt != attempt)
        {
            return;
        }

        if (_context.NoWork(_planHash) is { } refusal)
        {
            Refuse(run, refusal); // its operator stopped it: nothing more is said for it
            return;
        }

        Do(run, run.Hear(message));
    }

    /// <summary>Leaves the attempt under way, if there is one: the operator no longer wants the study.</summary>
    internal void Leave(GateRefusal refusal)
    {
        if (_run is { } run)
        {
            Refuse(run, refusal);
        }
    }

    /// <summary>Takes every step up to a committed round, as it was announced.</summary>
    /// <returns>True if the model moved.</returns>
    internal async Task<bool> CatchUpAsync(RoundCommitted announced, CancellationToken cancellationToken)
    {
        var target = new RoundNumber(Math.Min(announced.Round, (uint)Plan.Rounds));
        var moved = false;
        while (Broken is null && Model.Round < target)
        {
            var next = Model.Round.Next;
            var sum = await _sums
                .FetchAsync(next, next == target ? announced : null, Model.Hash, PreviousResult, cancellationToken)
                .ConfigureAwait(false);
            moved |= Step(sum);
        }

        return moved;
    }

    /// <summary>Scores the latest model on this site's held-out patients, if that is due, once the work under way is done.</summary>
    internal Task ScoreNowAsync() => _work = ScoreAfterAsync(_work);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        _run?.Dispose();
        await _work.ConfigureAwait(false);
        _releaser.Dispose();
        _scorer.Dispose();
        _over.Dispose();
    }

    private async Task WorkAsync(Task before, AttemptRun run, ModelState model, TimeSpan limit)
    {
        await before.ConfigureAwait(false);
        try
        {
            var (receipt, refusal) = await _attempts.DoAsync(run, model, limit, _over.Token).ConfigureAwait(false);
            if (receipt is not null)
            {
                Do(run, run.Hear(receipt));
            }
            else if (refusal is not null && run.Acknowledged is null)
            {
                Refuse(run, refusal); // where the survivors are signed, the input arrived, whatever became of the answer
            }

            await ScoreAfterAsync(Task.CompletedTask).ConfigureAwait(false); // after the release: the others need not wait for it
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException or IOException && _over.IsCancellationRequested)
        {
            // The study is over, or the node stops: whichever call was under way ended in its own way.
        }
        catch (Exception e)
        {
            _context.Fail(e);
        }
    }

    private async Task ScoreAfterAsync(Task before)
    {
        await before.ConfigureAwait(false);
        if (Interlocked.Exchange(ref _unscored, null) is not { } model)
        {
            return;
        }

        EncodedRows test;
        try
        {
            test = _rows.Test();
        }
        catch (OperatorException e)
        {
            _context.Log.NotScored(_planHash.Abbreviated, model.Round.Value, e.Message);
            return;
        }

        try
        {
            await Task.Run(() =>
                    _context.Metrics.Scored(_planHash, model.Round, model.Hash, _scorer.Score(Plan.Server.ResultOf(model).AsSpan(), test))
                )
                .ConfigureAwait(false);
        }
        catch (ExternalException e)
        {
            _context.Log.NotScored(_planHash.Abbreviated, model.Round.Value, e.Message); // no reason to leave the study
        }
        catch (OperatorException e)
        {
            _context.Fail(e);
        }
    }

    /// <summary>Does what the protocol says, and nothing else.</summary>
    private void Do(AttemptRun run, SiteStep step)
    {
        switch (step)
        {
            case SiteStep.Say say:
                _context.Outgoing.Say(new NodeMessage { Protocol = say.Message.ToWire(_planHash, run.Attempt.Round, run.Attempt.Number) });
                break;
            case SiteStep.Record record:
                var entry = new JournalEntry.Revealed(_planHash, run.Attempt, record.Survivors, record.H3);
                Do(
                    run,
                    _context.Journal.TryReveal(entry)
                        ? run.Reveal()
                        : run.Leave(AbortCode.Local, "the journal lets no share of this round be shown, or the operator stopped it.")
                );
                break;
            case SiteStep.Leave leave:
                Left(run.Attempt, leave);
                break;
        }
    }

    /// <summary>Leaves an attempt for a reason of this site's own, and says so once.</summary>
    private void Refuse(AttemptRun run, GateRefusal refusal)
    {
        if (run.Leave(AbortCode.Local, refusal.Reason) is not SiteStep.Leave)
        {
            return; // it was left before, or everything was said
        }

        _context.Log.AttemptRefused(_planHash.Abbreviated, run.Attempt.Round.Value, run.Attempt.Number.Value, refusal.Name, refusal.Reason);
        _context.Outgoing.Say(NodeMessages.Refused(_planHash, run.Attempt, refusal));
    }

    /// <summary>Writes down and says why an attempt was left.</summary>
    private GateRefusal Left(Attempt attempt, SiteStep.Leave leave)
    {
        var refusal = new GateRefusal(Declines.CodeOf(leave.Refusal.Code), leave.Refusal.Reason);
        _context.Log.AttemptLeft(
            _planHash.Abbreviated,
            attempt.Round.Value,
            attempt.Number.Value,
            JournalLine.NameOf(leave.Refusal.Code),
            leave.Refusal.Reason
        );
        _context.Journal.Refused(new JournalEntry.Refused(_planHash, attempt, leave.Refusal.Code));
        if (_context.Evidence.Keep(_planHash, attempt, leave.Refusal) is { } evidence)
        {
            _context.Statements.Refused(new StudyReference(Plan.Name, _planHash), leave.Refusal.Code, evidence);
        }

        _context.Outgoing.Say(new NodeMessage { Protocol = leave.Notice.ToWire(_planHash, attempt.Round, attempt.Number) });
        return refusal;
    }

    /// <summary>Why an invitation is not followed, before anything in it is looked at.</summary>
    private GateRefusal? Refusal(Attempt attempt)
    {
        var history = _context.Journal.Of(_planHash);
        return Broken is not null ? Broken
            : attempt.Number.Value < 1 || Admission.IsBeyond(Plan, attempt)
                ? new GateRefusal(DeclineCode.BeyondPlan, $"the plan has no {attempt}.")
            : attempt <= _begun
                ? new GateRefusal(DeclineCode.Replay, $"{attempt} or a later one was begun here: patients are not asked again.")
            : attempt.Round <= history.Committed
                ? new GateRefusal(
                    DeclineCode.CoordinatorBehind,
                    $"this site's journal knows round {attempt.Round} as committed; it is not done again."
                )
            : null;
    }

    /// <summary>Takes the step that a sum gives.</summary>
    /// <returns>True if the model moved.</returns>
    private bool Step(ReleasedSum sum)
    {
        var round = Model.Round.Next;
        var counted = new Attempt(round, sum.Proven.Attempt);
        var history = _context.Journal.Of(_planHash);
        if (sum.Proven.Survivors.Contains(_context.Site) && !history.MayHaveReleased(counted))
        {
            // Somebody released in this site's name, or the journal is not the newest. Either way it does not say what left.
            return Break(
                new GateRefusal(
                    DeclineCode.JournalBehind,
                    $"the sum of {counted} counts an input of this site that its journal does not know: another machine holds this site's key, or this node was restored from an older backup. If you restored nothing, call the consortium at once."
                )
            );
        }

        if (_run is { } run && run.Attempt == counted && run.Acknowledged is { } signed && signed != sum.Proven.H3)
        {
            return Break(
                new GateRefusal(DeclineCode.PastChanged, $"the sum of {counted} is not of the survivors and inputs that this site signed.")
            );
        }

        var next = StudyStep.Next(Plan, Model, sum.Lanes, sum.Proven.Survivors);
        if (next is not null && history.ModelAfter(round) is { } known && known != next.Hash)
        {
            return Break(Admission.PastChanged(round, known, next.Hash)); // another sum than this site saw; our own past stands
        }

        var result = next is null ? default : Transcript.H4(sum.Proven.H3, sum.Proven.SumHash, next.Hash);
        if (next?.Hash != sum.NextModelHash || result != sum.Proven.Result)
        {
            // Different arithmetic or a doctored sum. Keep our own model, say so, release nothing more.
            Break(
                new GateRefusal(DeclineCode.ModelHash, $"the coordinator's model after round {round} is not what the released sum gives.")
            );
        }
        else
        {
            _context.Journal.Committed(_planHash, round, next.Hash, result);
        }

        Model = next ?? Model;
        PreviousResult = result;
        if (_run?.Attempt.Round <= Model.Round)
        {
            _run.Dispose(); // what it still held is of no use to anybody
            _run = null;
        }

        if (round.Value == Plan.Rounds || (Plan.EvaluateEvery > 0 && round.Value % Plan.EvaluateEvery == 0))
        {
            Interlocked.Exchange(ref _unscored, Model);
        }

        return true;
    }

    /// <returns>False: the model did not move.</returns>
    private bool Break(GateRefusal why)
    {
        Broken = why;
        _context.Log.StudyBroken(_planHash.Abbreviated, why.Reason);
        return false;
    }
}
