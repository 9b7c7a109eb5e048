using Federated.Coordinator.Aggregation;
using Federated.Coordinator.Log;
using Federated.Coordinator.Storage;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.SecureAggregation;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;

namespace Federated.Coordinator.Rounds;

/// <summary>
/// Carries out what an attempt's machine decides: says its messages, writes what must be on disk before the next, keeps its time. Part of the study's loop, which alone
/// calls it; so nothing here needs a lock.
/// </summary>
internal sealed class RoundDriver(
    StudyPlan plan,
    Digest planHash,
    StudyContext context,
    StudyRecord record,
    Statements statements,
    Action<StudyInput> post
)
{
    private AggregatorContext? _self;

    /// <summary>The attempt under way, or null.</summary>
    internal Attempt? Current { get; private set; }

    /// <summary>How the attempt under way ended: a sum or a failure; null before.</summary>
    internal AggregatorStep? Outcome { get; private set; }

    /// <summary>Begins an attempt, whose number is on disk.</summary>
    /// <param name="model">The model before the round.</param>
    /// <param name="previousResult">H4 of the round before.</param>
    /// <param name="number">The attempt.</param>
    /// <param name="ready">Sites to invite.</param>
    /// <param name="log">The checkpoint that the invitation names, cosigned by a quorum of the roster.</param>
    internal void Begin(
        ModelState model,
        Digest previousResult,
        AttemptNumber number,
        IReadOnlyCollection<SiteName> ready,
        PublishedLog log
    )
    {
        var study = PlanTerms.Of(plan, planHash, model.Round.Next);
        _self ??= context.Self.For(study.Suite, context.Members);
        var terms = new AttemptTerms(
            study,
            model.Round.Next,
            number,
            model.Hash,
            previousResult,
            new LogView((ulong)log.Head.Size.Value, log.Head.Root)
        );
        var machine = new AggregatorAttempt(terms, _self, ready, plan.Aggregation.Timeout);
        var processes = new Dictionary<SiteName, Guid>();
        foreach (var site in ready)
        {
            if (context.Sessions.TryFind(site, out var session))
            {
                processes[site] = session.Instance;
            }
        }

        Current = new Attempt(machine, processes, context.Time.GetTimestamp(), log);
        Outcome = null;
        Do(machine.Begin());
    }

    /// <summary>Ends the attempt under way, whatever became of it.</summary>
    internal void End()
    {
        if (Current is { } attempt)
        {
            attempt.Close(context.Room);
            context.Inputs.Drop(planHash, attempt.Round, attempt.Number); // of a round that was committed they have another place
        }

        Current = null;
        Outcome = null;
    }

    /// <summary>A site said something of the protocol.</summary>
    internal void Hear(StudyInput.Said said)
    {
        if (Current?.Is(said.Round, said.Attempt) != true)
        {
            NameIfToCome(said);
            return; // of an attempt that is over: nothing rests on it any more
        }

        if (said.Message.Type == MessageType.Abort)
        {
            Drop(
                said.Site,
                AbortNotice.Parse(said.Message.Body) is { } code ? $"it left the attempt: {AbortText.Of(code)}" : "it left the attempt."
            );
            return;
        }

        Do(Current.Machine.Receive(said.Site, said.Message));
    }

    /// <summary>
    /// Of an attempt that is over, honest sites still speak for a while; of one that has not begun only a site that lies, or one whose coordinator was restored from an
    /// older backup.
    /// </summary>
    private void NameIfToCome(StudyInput.Said said)
    {
        if (Current is { } attempt && (said.Round, said.Attempt.Value).CompareTo((attempt.Round, attempt.Number.Value)) > 0)
        {
            context.Log.MessageRefused(
                said.Site.Value,
                said.Round.Value,
                said.Attempt.Value,
                nameof(AbortCode.Replay),
                $"a {said.Message.Type} of {said.Site} came for round {said.Round}, attempt {said.Attempt}, which has not begun."
            );
        }
    }

    /// <summary>A site takes no more part in the attempt, whatever it said before: neither this stage nor a later one waits for it.</summary>
    internal void Drop(SiteName site, string reason)
    {
        if (Current is { } attempt && Outcome is null)
        {
            attempt.Left.TryAdd(site, reason);
            Do(attempt.Machine.Drop(site, reason));
        }
    }

    /// <summary>A site is connected: if it is another process than the one that was invited, the attempt's keys are lost.</summary>
    internal void DropIfRestarted(SiteName site)
    {
        if (
            Current is { } attempt
            && attempt.Machine.Invited.Contains(site)
            && context.Sessions.TryFind(site, out var session)
            && !attempt.Admits(site, session.Instance)
        )
        {
            Drop(site, "it restarted, and a restarted node has left every attempt.");
        }
    }

    /// <summary>A site is ready again: it is told what it may have missed of the attempt.</summary>
    internal void Reconnected(SiteName site)
    {
        if (Current is not { } attempt || Outcome is not null)
        {
            return;
        }

        foreach (var message in attempt.Machine.MessagesFor(site))
        {
            Tell(attempt, site, message);
        }
    }

    /// <summary>A stage's time is over.</summary>
    internal void DeadlinePassed(StudyInput.Deadline deadline)
    {
        if (
            Current is { } attempt
            && attempt.Is(deadline.Round, deadline.Attempt)
            && attempt.Machine.Stage == deadline.Stage
            && Outcome is null
        )
        {
            Do(attempt.Machine.CloseStage());
        }
    }

    /// <summary>A site wants to send its masked input.</summary>
    internal UploadAnswer MayUpload(StudyInput.UploadAsked asked)
    {
        if (Current is not { } attempt || !attempt.Is(asked.Round, asked.Attempt))
        {
            return new UploadAnswer.Refused(new Refusal(AbortCode.Timeout, "this attempt is over; wait for the next invitation."));
        }

        return attempt.Machine.HeaderRefusal(asked.Site, asked.Header) is { } refusal ? new UploadAnswer.Refused(refusal)
            : attempt.Machine.ReceiptFor(asked.Site, asked.Header) is { } receipt ? new UploadAnswer.Done(receipt)
            : new UploadAnswer.Go(Half(attempt, asked));
    }

    /// <summary>Keeps what came before a connection broke, for the same site to go on with.</summary>
    internal void Keep(StudyInput.UploadBroken broken)
    {
        if (Current is { } attempt && attempt.Is(broken.Round, broken.Attempt) && attempt.Machine.AwaitsInputs)
        {
            if (attempt.Uploads.Remove(broken.Site, out var older) && context.Room.TryResume(older))
            {
                older.Dispose(); // of a call that gave up before it was answered
            }

            attempt.Uploads[broken.Site] = broken.Half;
            context.Room.Idle(broken.Half);
        }
        else
        {
            broken.Half.Dispose();
        }
    }

    /// <summary>Takes a complete masked input.</summary>
    internal UploadAnswer Take(StudyInput.Input input)
    {
        using (input.Assembly)
        {
            if (Current is not { } attempt || !attempt.Is(input.Round, input.Attempt))
            {
                context.Inputs.Drop(planHash, input.Round, input.Attempt); // it was put aside after the attempt had ended
                return new UploadAnswer.Refused(new Refusal(AbortCode.Timeout, "this attempt is over; the input stays hidden."));
            }

            var isFirst = attempt.Machine.Awaited.Contains(input.Site);
            if (isFirst && ChargeFault(attempt, input) is { } unpaid)
            {
                return new UploadAnswer.Refused(new Refusal(AbortCode.Malformed, unpaid));
            }

            var steps = attempt.Machine.Take(
                input.Site,
                input.Assembly.Header,
                input.Assembly.Bytes,
                input.Assembly.Digest,
                out var receipt
            );
            if (receipt is not null && isFirst)
            {
                record.Received(input.Site, input.Round, input.Attempt);
                record.Tell(Happened.Received(input.Site, input.Round));
                if (input.Charge is { } charge)
                {
                    statements.Take(charge);
                    record.Log(charge.ToLine()); // on disk with the survivors: no input counts whose charge is not in the log
                }
            }

            Do(steps);
            return receipt is not null
                ? new UploadAnswer.Done(receipt)
                : new UploadAnswer.Refused(
                    steps.OfType<AggregatorStep.Refused>().FirstOrDefault()?.Refusal
                        ?? new Refusal(AbortCode.Malformed, "the input was refused.")
                );
        }
    }

    /// <summary>Why an input is not paid for, or null.</summary>
    private string? ChargeFault(Attempt attempt, StudyInput.Input input) =>
        input.Charge is { } charge && attempt.Machine.MaskedFor is { } h2
            ? statements.FaultOf(charge, attempt.Round, attempt.Number, h2)
            : null;

    /// <summary>What came of this very input over a connection that broke.</summary>
    private InputAssembly? Half(Attempt attempt, StudyInput.UploadAsked asked)
    {
        if (!attempt.Uploads.Remove(asked.Site, out var half) || !context.Room.TryResume(half))
        {
            return null;
        }

        if (half.Header.IsSameAs(asked.Header))
        {
            return half;
        }

        half.Dispose();
        return null;
    }

    private void Do(IEnumerable<AggregatorStep> steps)
    {
        var attempt = Current!;
        CarryOut(attempt, steps);
        while (attempt.Left.FirstOrDefault(left => attempt.Machine.Awaited.Contains(left.Key)) is { Value: { } reason } left)
        {
            CarryOut(attempt, attempt.Machine.Drop(left.Key, reason)); // it had answered the stage before, and then left
        }

        SetDeadline(attempt);
    }

    private void CarryOut(Attempt attempt, IEnumerable<AggregatorStep> steps)
    {
        var queue = new Queue<AggregatorStep>(steps);
        while (queue.TryDequeue(out var step))
        {
            switch (step)
            {
                case AggregatorStep.Tell tell:
                    Tell(attempt, tell.Site, tell.Message);
                    break;
                case AggregatorStep.Refused refused:
                    context.Log.MessageRefused(
                        refused.Site.Value,
                        attempt.Round.Value,
                        attempt.Number.Value,
                        refused.Refusal.Code.ToString(),
                        ForeignText.Clean(refused.Refusal.Reason)
                    );
                    break;
                case AggregatorStep.Form cohort:
                    // On disk before the cohort hears of itself: no charge and no journal then speaks of an attempt that the log does not have.
                    var formed = context.Trail.Formed(plan, planHash, attempt, cohort);
                    statements.Form(formed);
                    record.Log(formed);
                    record.ForceLog();
                    break;
                case AggregatorStep.Fix fix:
                    // If we die before this returns, nobody has heard of these survivors, and the attempt dies with us. After it, they are known to have been chosen: the
                    // restarted coordinator has no masked input of this attempt, never announces others for it, and begins another.
                    record.Fix(attempt.Round, attempt.Number, fix.Survivors, fix.H3);
                    foreach (var next in attempt.Machine.Announce())
                    {
                        queue.Enqueue(next);
                    }

                    break;
                default:
                    Outcome = step;
                    break;
            }
        }
    }

    private void Tell(Attempt attempt, SiteName site, SignedMessage message)
    {
        if (!attempt.Left.ContainsKey(site)) // a process that restarted would not know what is spoken of
        {
            if (message.Type == MessageType.Invitation)
            {
                context.Witnessing.Tell(
                    site,
                    planHash,
                    plan.Roster,
                    attempt.Log,
                    Placed(record.Milestone),
                    plan.Privacy is not null && context.Charges.Of(site) is { } charge ? Placed(charge) : null
                );
            }

            context.Sessions.Send(site, new V1.CoordinatorMessage { Protocol = message.ToWire(planHash, attempt.Round, attempt.Number) });
        }
    }

    private PlacedEntry Placed(LogLine line) => new(line.Entry, context.Store.FindInLog(line) ?? long.MaxValue);

    /// <summary>Inputs have the plan's time, from the invitation on; every other stage is an exchange of small messages, and has a quarter of it.</summary>
    private void SetDeadline(Attempt attempt)
    {
        var stage = attempt.Machine.Stage;
        if (attempt.Machine.IsOver || attempt.TimedStage == stage)
        {
            return;
        }

        attempt.TimedStage = stage;
        var time = plan.Aggregation.Timeout;
        var rest = attempt.Machine.AwaitsInputs ? time - context.Time.GetElapsedTime(attempt.InvitedAt) : time / 4;
        var (round, number) = (attempt.Round, attempt.Number);
        context.After(rest > TimeSpan.Zero ? rest : TimeSpan.FromTicks(1), () => post(new StudyInput.Deadline(round, number, stage)));
    }
}
