using System.Collections.Immutable;
using System.Threading.Channels;
using Federated.Coordinator.Log;
using Federated.Coordinator.Rounds;
using Federated.Coordinator.Storage;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.Hosting;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Rounds;
using Federated.TransparencyLog.Entries;
using Federated.V1;

namespace Federated.Coordinator.Studies;

/// <summary>
/// One study from offer to end. All its state changes in one loop, in the order of its inputs, so that no lock is needed and a round can
/// be followed on paper. What others rely on is on disk before they hear of it (<see cref="CoordinatorStore"/>).
/// </summary>
internal sealed class Study
{
    private const int MostChangesTold = 1000;

    private readonly StudyContext _context;
    private readonly StudyMessages _messages;
    private readonly Channel<(StudyInput Input, TaskCompletionSource? Handled)> _inputs = Channel.CreateUnbounded<(
        StudyInput,
        TaskCompletionSource?
    )>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Attendance _sites;
    private readonly Progress _progress;
    private readonly StudyRecord _record;
    private readonly Statements _statements;
    private readonly LogGate _logGate;

    private readonly RoundDriver _rounds;
    private readonly Dictionary<SiteName, int> _changes = []; // how often each site changed its mind, as far as watchers heard of it
    private readonly List<SiteName> _dissenters = []; // survivors of the last round that computed another model
    private int _failures; // of the round under way, since it began or a researcher resumed
    private bool _joinTimeOver;
    private HashSet<SiteName>? _unconfirmed; // after the last round: survivors whose own model is not yet known to be ours

    /// <summary>Takes a study over from disk, a new one too.</summary>
    /// <exception cref="OperatorException">What is on disk was altered.</exception>
    /// <param name="stored">What is on disk.</param>
    /// <param name="plan">Its plan.</param>
    /// <param name="milestone">What its past ends with, by the log.</param>
    /// <param name="context">The world around it.</param>
    internal Study(StoredStudy stored, StudyPlan plan, LogLine milestone, StudyContext context)
    {
        Plan = plan;
        Signed = stored.Signed;
        PlanHash = stored.Signed.Hash;
        _context = context;
        _messages = new StudyMessages(PlanHash);
        _sites = new Attendance(plan.Roster);
        _progress = new Progress(plan, stored, context.Store);
        Events = new EventLog(context.Time, stored.Events);
        _record = new StudyRecord(PlanHash, Events, stored, milestone, context);
        _statements = new Statements(plan, PlanHash, context);
        _logGate = new LogGate(plan, context, _record, Post);
        _rounds = new RoundDriver(plan, PlanHash, context, _record, _statements, Post);
    }

    internal StudyPlan Plan { get; }

    internal SignedPlan Signed { get; }

    internal Digest PlanHash { get; }

    /// <summary>Bytes of a site's masked input of a round.</summary>
    internal int InputLengthIn(RoundNumber round) => PlanTerms.Of(Plan, PlanHash, round).InputLength;

    internal EventLog Events { get; }

    /// <summary>The model after the last committed round. Immutable, so that readers need no lock.</summary>
    internal ModelState Model => _progress.Model;

    internal StudyPhase Phase => _record.Phase;

    /// <summary>Why it is in this phase, for people.</summary>
    internal string Reason => _record.Reason;

    /// <summary>Every site of the roster, and where it stands.</summary>
    internal ImmutableSortedDictionary<SiteName, (SiteStanding Standing, string Reason)> Sites => _sites.All;

    /// <inheritdoc cref="LogGate.Awaited"/>
    internal WitnessQuorum? AwaitedCosigners => _logGate.Awaited;

    /// <summary>Hands the study something to handle.</summary>
    internal void Post(StudyInput input) => _inputs.Writer.TryWrite((input, null));

    /// <summary>Hands over what a site said, and waits until it is handled: so a site that talks fast fills nobody's memory.</summary>
    internal Task HandledAsync(StudyInput input, CancellationToken cancellationToken)
    {
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _inputs.Writer.TryWrite((input, handled));
        return handled.Task.WaitAsync(cancellationToken);
    }

    /// <summary>A committed round, or null.</summary>
    internal CommittedRound? Committed(RoundNumber round) => _progress.Committed(round);

    /// <summary>The sum of a committed round, shape [d], 64-bit little-endian lanes.</summary>
    internal ReadOnlyMemory<byte> SumOf(CommittedRound round) => _progress.SumOf(round);

    /// <summary>The proof that a quorum of its sites signed a committed round.</summary>
    internal ReadOnlyMemory<byte> ProofOf(CommittedRound round) => _progress.ProofOf(round);

    /// <summary>How a committed round's sum begins on the wire.</summary>
    internal RoundCommitted Header(CommittedRound round) => _messages.Header(round);

    /// <summary>Has the log say that somebody takes the model after a round, or the sum of the evaluation, before it is sent.</summary>
    internal Task ReleaseAsync(EntryKind kind, Digest artefact, SiteName recipient, CancellationToken cancellationToken) =>
        HandledAsync(new StudyInput.Releasing(kind, artefact, recipient), cancellationToken);

    /// <summary>Has the log say what a site states of this study.</summary>
    /// <returns>Null once it is on disk; or why the log may not say it.</returns>
    internal Task<string?> HearAsync(SiteEntry entry, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(new StudyInput.Stated(entry, answer));
        return answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Runs the study until the coordinator stops; one that is over still answers sites that come back late.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        _logGate.Listen(cancellationToken);
        if (Phase.IsOver())
        {
            Events.Close();
        }
        else if (_progress.IsComplete)
        {
            AwaitConfirmations(); // we died between the last round and its confirmations
        }

        _context.After(Plan.Aggregation.Timeout, () => Post(new StudyInput.JoinDeadline()));
        foreach (var site in Plan.Roster.Where(site => _context.Sessions.TryFind(site, out _)))
        {
            Offer(site);
        }

        while (await _inputs.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var handled = new List<TaskCompletionSource>();
            while (_inputs.Reader.TryRead(out var next))
            {
                Handle(next.Input);
                if (next.Handled is { } waiter)
                {
                    handled.Add(waiter);
                }
            }

            _record.Flush(); // once for all that came at once
            handled.ForEach(waiter => waiter.TrySetResult());
        }
    }

    private void Handle(StudyInput input)
    {
        switch (input)
        {
            case StudyInput.Connected connected:
                Offer(connected.Site);
                _rounds.DropIfRestarted(connected.Site);
                break;
            case StudyInput.Disconnected left:
                Left(left);
                break;
            case StudyInput.Answered answer when !Phase.IsOver() && _sites.Of(answer.Site) != SiteStanding.Excluded:
                Answered(answer);
                break;
            case StudyInput.Reported report when _sites.Of(report.Site) != SiteStanding.Excluded:
                Compare(report.Site, report.Round, report.ModelHash);
                Confirm(report.Site, report.Round);
                break;
            case StudyInput.Declined declined when _rounds.Current?.Is(declined.Round, declined.Attempt) == true:
                _rounds.Drop(declined.Site, declined.Reason);
                break;
            case StudyInput.Stated stated:
                stated.Answer.TrySetResult(Hear(stated.Entry));
                break;
            case StudyInput.KeysChange change:
                _rounds.Drop(change.Site, change.Reason);
                _record.ForceLog();
                break;
            case StudyInput.Releasing release:
                LogRelease(release.Kind, release.Artefact, release.Recipient);
                _record.ForceLog();
                break;
            case StudyInput.Said said:
                _rounds.Hear(said);
                break;
            case StudyInput.UploadAsked asked:
                asked.Answer.TrySetResult(_rounds.MayUpload(asked));
                break;
            case StudyInput.UploadBroken broken:
                _rounds.Keep(broken);
                break;
            case StudyInput.Input complete:
                complete.Answer.TrySetResult(_rounds.Take(complete));
                break;
            case StudyInput.Deadline deadline:
                _rounds.DeadlinePassed(deadline);
                break;
            case StudyInput.LogDeadline late when _logGate.IsLate(late) && Phase is StudyPhase.Running or StudyPhase.Waiting:
                Wait($"round {Model.Round.Next} waits for the audit log: {_logGate.Reason}");
                break;
            case StudyInput.JoinDeadline:
                _joinTimeOver = true;
                break;
            case StudyInput.ConfirmationDeadline when _unconfirmed is not null:
                Complete("all rounds are done.");
                break;
            case StudyInput.Cancel cancel:
                Cancel(cancel);
                break;
            case StudyInput.Resume resume:
                Resume(resume);
                break;
        }

        Advance();
    }

    /// <summary>A site wants the log to say something: on disk when this returns null, or refused, with why.</summary>
    private string? Hear(SiteEntry entry)
    {
        var line = entry.ToLine();
        if (_statements.FaultOf(entry) is { } fault)
        {
            return fault;
        }

        _statements.Take(entry);
        _record.Log(line);
        _record.ForceLog();
        if (entry.Entry.Kind is EntryKind.PlanRejected or EntryKind.PlanWithdrawn && !Phase.IsOver())
        {
            StandAside(entry.Site, "it ended its approval of the plan.");
        }

        return null;
    }

    /// <summary>A site that takes no part until it says otherwise.</summary>
    private void StandAside(SiteName site, string reason)
    {
        _rounds.Drop(site, reason);
        if (_sites.Of(site) != SiteStanding.Excluded)
        {
            Change(site, SiteStanding.Declined, reason, Happened.Declined(site, reason));
        }
    }

    private void Offer(SiteName site)
    {
        if (Phase.IsOver())
        {
            // It may have missed the last round: it hears of that all the same, and ends with our model.
            if (Phase == StudyPhase.Completed && Committed(Model.Round) is { } newest)
            {
                _context.Sessions.Send(site, _messages.Committed(newest));
            }

            _context.Sessions.Send(site, _messages.Ended(Phase, Reason));
        }
        else if (_sites.Of(site) != SiteStanding.Excluded)
        {
            _context.Sessions.Send(site, _messages.Offer(Model, _record.LastReceived(site)));
        }
    }

    private void Left(StudyInput.Disconnected left)
    {
        // The end of an old stream may be heard of after the beginning of the next.
        if (
            !Phase.IsOver()
            && _sites.Of(left.Site) is SiteStanding.Ready or SiteStanding.Waiting
            && !_context.Sessions.TryFind(left.Site, out _)
        )
        {
            Change(left.Site, SiteStanding.Away, "", Happened.Left(left.Site, left.Reason));
        }
    }

    private void Answered(StudyInput.Answered answer)
    {
        if (answer.Decision != SiteDecision.Accepts && _unconfirmed is not null)
        {
            return; // too late to decline; whether it has the last model stays open
        }

        switch (answer.Decision)
        {
            case SiteDecision.Accepts when _statements.Unapproved(answer.Site) is not null:
                // No cohort may have it: an audit would find nobody's approval.
                StandAside(answer.Site, "it accepts the study and has not said so in the audit log.");
                break;
            case SiteDecision.Accepts:
                Joined(answer);
                break;
            case SiteDecision.NotNow:
                Change(answer.Site, SiteStanding.Waiting, answer.Reason, Happened.Waits(answer.Site, answer.Reason));
                _rounds.Drop(answer.Site, answer.Reason);
                break;
            case SiteDecision.Declines:
                Change(answer.Site, SiteStanding.Declined, answer.Reason, Happened.Declined(answer.Site, answer.Reason));
                _rounds.Drop(answer.Site, answer.Reason);
                break;
            case SiteDecision.KnowsMore:
                _sites.Set(answer.Site, SiteStanding.Waiting, answer.Reason);
                Forgot(answer.Site);
                break;
        }
    }

    /// <summary>Notes where a site stands. Watchers hear of changes only, and of so many: a site that changes its mind for ever fills no disk.</summary>
    private void Change(SiteName site, SiteStanding standing, string reason, StudyEvent news)
    {
        if (_sites.All[site] == (standing, reason))
        {
            return;
        }

        _sites.Set(site, standing, reason);
        var changes = _changes[site] = _changes.GetValueOrDefault(site) + 1;
        if (changes <= MostChangesTold)
        {
            _record.Tell(news);
        }
        else if (changes == MostChangesTold + 1)
        {
            _context.Log.SiteRestless(PlanHash.Abbreviated, site.Value, MostChangesTold);
        }
    }

    private void Joined(StudyInput.Answered answer)
    {
        Change(answer.Site, SiteStanding.Ready, "", Happened.Joined(answer.Site));
        Compare(answer.Site, answer.Round, answer.ModelHash);
        Confirm(answer.Site, answer.Round); // its report may have been lost with its session
        if (_sites.Of(answer.Site) == SiteStanding.Ready)
        {
            BringUpToDate(answer.Site, answer.Round);
        }
    }

    /// <summary>A site that comes back hears of the rounds it missed, and of the attempt under way if it was invited to it.</summary>
    private void BringUpToDate(SiteName site, RoundNumber has)
    {
        if (has < Model.Round && Committed(Model.Round) is { } newest)
        {
            _context.Sessions.Send(site, _messages.Committed(newest)); // it fetches those before by itself
        }

        _rounds.Reconnected(site);
    }

    /// <summary>Every party computes the model itself: a different hash means different arithmetic or a different past, and ends that site's part.</summary>
    private void Compare(SiteName site, RoundNumber round, Digest hash)
    {
        var expected = _progress.HashAfter(round);
        if (expected is null && round.Value <= Plan.Rounds)
        {
            Forgot(site);
        }
        else if (expected != hash)
        {
            Exclude(
                site,
                $"its model after round {round} is {hash.Abbreviated}…, ours {expected?.Abbreviated ?? "none"}…; the site must not go on with it."
            );
        }
    }

    /// <summary>A site knows a round that we do not: then we are the ones who lost it, and must not compute it again. Nobody can resume that.</summary>
    private void Forgot(SiteName site)
    {
        if (Phase.IsOver() || Phase == StudyPhase.Behind)
        {
            return;
        }

        Stop(
            StudyPhase.Behind,
            $"{site} has committed rounds behind it that this coordinator does not know (its last is {Model.Round}): the coordinator was probably restored "
                + "from an older backup. Its operator should restore the latest one; rounds are never computed again. Without it, cancel this study and submit it "
                + $"under another name, or without {site} if that site should be wrong."
        );
    }

    private void Exclude(SiteName site, string reason)
    {
        _sites.Set(site, SiteStanding.Excluded, reason);
        if (!Phase.IsOver()) // the last round's models are reported after the end: then the operator's log alone can say it
        {
            _record.Tell(Happened.Declined(site, reason));
        }

        _context.Log.SiteExcluded(PlanHash.Abbreviated, site.Value, reason);
        _rounds.Drop(site, reason);
        if (_unconfirmed?.Remove(site) == true)
        {
            _dissenters.Add(site);
            var survivors = Committed(Model.Round)!.Survivors.Length;
            if (survivors - _dissenters.Count < Plan.Aggregation.MinimumSites)
            {
                End(StudyPhase.Failed, $"after the last round, {string.Join(", ", _dissenters)} do not have our model: {reason}");
            }
            else if (_unconfirmed.Count == 0)
            {
                Complete("all rounds are done.");
            }
        }
    }

    private void AwaitConfirmations()
    {
        // The last model is the one that is published: it counts once the survivors have it too, or have had time to say otherwise.
        _unconfirmed = [.. Committed(Model.Round)!.Survivors.Where(site => _sites.Of(site) != SiteStanding.Excluded)];
        _context.After(Plan.Aggregation.Timeout, () => Post(new StudyInput.ConfirmationDeadline()));
    }

    private void Confirm(SiteName site, RoundNumber round)
    {
        if (_unconfirmed is not null && round == Model.Round && _unconfirmed.Remove(site) && _unconfirmed.Count == 0)
        {
            Complete(_dissenters.Count == 0 ? "all rounds are done, and every survivor computed the same model." : "all rounds are done.");
        }
    }

    private void Complete(string reason)
    {
        var silent = _unconfirmed is { Count: > 0 } ? $" Not heard from since: {string.Join(", ", _unconfirmed.Order())}." : "";
        var others = _dissenters.Count > 0 ? $" Computed another model: {string.Join(", ", _dissenters.Order())}." : "";
        End(StudyPhase.Completed, reason + silent + others);
    }

    private void Advance()
    {
        if (Phase is not (StudyPhase.Running or StudyPhase.Waiting) || _unconfirmed is not null)
        {
            return;
        }

        switch (_rounds.Outcome)
        {
            case null when _rounds.Current is null && MayStart():
                Invite();
                break;
            case AggregatorStep.Sum sum:
                Commit(_rounds.Current!, sum);
                break;
            case AggregatorStep.Fail fail:
                Fail(_rounds.Current!, fail);
                break;
        }
    }

    /// <summary>Everybody who may still come is here; or everybody has had time to come and enough did.</summary>
    private bool MayStart()
    {
        var minimum = Plan.Aggregation.MinimumSites;
        var (ready, awaited) = (_sites.Ready.Count, _sites.Awaited);
        if (MissingSurvivors() is { Length: > 0 } missing)
        {
            Wait(
                $"round {Model.Round.Next} waits for {string.Join(", ", missing)}: its survivors {string.Join(", ", _record.Fixed!.Value)} were announced before it was lost, and a "
                    + "site that showed shares for them signs no others. The study goes on by itself once they are here; 'fed study resume' tries without, which "
                    + $"works if no share was shown, 'fed study cancel' ends it. {_sites.Missing()}."
            );
            return false;
        }

        if (ready + awaited < minimum || (_joinTimeOver && ready < minimum))
        {
            Wait(
                $"{ready} of at least {minimum} sites are ready ({_sites.Missing()}). The study goes on by itself once enough are; "
                    + "'fed study resume' asks again those that computed another model, 'fed study cancel' ends it."
            );
            return false;
        }

        if (awaited > 0 && !_joinTimeOver)
        {
            return false;
        }

        if (!_logGate.IsOpen())
        {
            return false;
        }

        if (Phase == StudyPhase.Waiting)
        {
            _record.Tell(Happened.Resumed(by: ""));
            _record.Enter(StudyPhase.Running, "");
        }

        return true;
    }

    /// <summary>Survivors of the round under way that were announced in an earlier attempt and are not ready: without them, those who showed shares take no part.</summary>
    private SiteName[] MissingSurvivors() => [.. (_record.Fixed ?? []).Where(site => _sites.Of(site) != SiteStanding.Ready)];

    private void Wait(string reason)
    {
        if (Phase == StudyPhase.Waiting && Reason == reason)
        {
            return;
        }

        if (Phase != StudyPhase.Waiting)
        {
            _context.Log.StudyPaused(PlanHash.Abbreviated, reason);
            _record.Tell(Happened.Paused(reason));
        }

        _record.Enter(StudyPhase.Waiting, reason);
    }

    private void Invite()
    {
        var round = Model.Round.Next;
        var number = new AttemptNumber(_record.Attempt.Value + 1);
        if (number.Value > Plan.Aggregation.HighestAttempt)
        {
            End(
                StudyPhase.Failed,
                $"round {round} was begun {_record.Attempt} times, and the plan allows no more; submit it under another name."
            );
            return;
        }

        var log = _logGate.Cosigned!; // MayStart has just found it; more may have been cosigned since, never less
        IReadOnlyCollection<SiteName> ready = _record.Fixed is { } survivors ? survivors : _sites.Ready;
        _context.Store.RequireRoom(2L * Plan.DimensionOf(round) * Lanes.SumBytes); // before a number is used up for a round that could not be kept
        _record.Tell(Happened.Started(round, number));
        _record.Begin(number);
        _rounds.Begin(Model, Committed(Model.Round)?.Result ?? default, number, ready, log);
    }

    private void Commit(Attempt attempt, AggregatorStep.Sum sum)
    {
        using var opening = attempt.Machine.Opening;
        var survivors = sum.Survivors;
        var next = StudyStep.Next(Plan, Model, sum.Lanes.Span, survivors);
        if (next is null)
        {
            End(StudyPhase.Failed, $"the model is not finite after round {Model.Round.Next}; lower the learning rate.");
            return;
        }

        var bytes = Lanes.ToBytes(sum.Lanes.Span);
        var sumHash = Digest.Of(bytes);
        var transcript = attempt.Machine.Summary;
        var (proof, result) = attempt.Conclude(sumHash, next.Hash);
        var committed = new CommittedRound(next.Round, attempt.Number, survivors, sumHash, next.Hash, result);
        var elapsed = _context.Time.GetElapsedTime(attempt.InvitedAt);
        _record.Tell(Happened.Committed(committed, elapsed));
        var entry = _context.Trail.Committed(Plan, PlanHash, committed, transcript, Digest.Of(proof));
        _context.Inputs.Close(PlanHash, next.Round, attempt.Number, survivors, InputLengthIn(next.Round), opening);
        _record.Commit(committed, bytes, proof, Progress.IsSnapshotDue(next.Round) ? next : null, entry);
        _context.Inputs.Prune(PlanHash, next.Round);
        _progress.Add(committed, bytes, proof, next);
        _rounds.End();
        _failures = 0;
        foreach (var site in Plan.Roster)
        {
            _context.Sessions.Send(site, _messages.Committed(committed));
        }

        _context.Metrics.RoundCommitted(PlanHash.Abbreviated, committed.Round.Value, _context.Time.GetUtcNow(), elapsed, survivors.Length);
        if (_progress.IsComplete)
        {
            AwaitConfirmations();
            return;
        }

        Advance();
    }

    private void Fail(Attempt attempt, AggregatorStep.Fail failed)
    {
        var round = Model.Round.Next;
        var reason = $"{failed.Stage}: {failed.Reason}";
        _record.Tell(Happened.Failed(round, attempt.Number, reason));
        _context.Log.AttemptFailed(PlanHash.Abbreviated, round.Value, attempt.Number.Value, reason);
        _record.Log(_context.Trail.Aborted(Plan, PlanHash, attempt, failed));
        _record.ForceLog();
        _rounds.End();
        foreach (var culprit in failed.Culprits)
        {
            Exclude(culprit, failed.Reason); // until a researcher resumes: the same site would spoil the next attempt too
        }

        _failures++;
        if (_failures >= Plan.Aggregation.Attempts)
        {
            Pause($"round {round} failed {_failures} times; the last time: {reason} When the sites are ready, run 'fed study resume'.");
            return;
        }

        Advance();
    }

    private void Pause(string reason)
    {
        if (Phase is StudyPhase.Running or StudyPhase.Waiting)
        {
            Stop(StudyPhase.Paused, reason);
        }
    }

    private void Stop(StudyPhase phase, string reason)
    {
        _rounds.End();
        _logGate.Forget();
        _context.Log.StudyPaused(PlanHash.Abbreviated, reason);
        _record.Tell(Happened.Paused(reason));
        _record.Enter(phase, reason);
    }

    private void Resume(StudyInput.Resume resume)
    {
        if (!Phase.IsOver() && Phase != StudyPhase.Behind)
        {
            _failures = 0;
            if (Phase == StudyPhase.Waiting && MissingSurvivors().Length > 0)
            {
                _record.Unfix();
            }

            _joinTimeOver = true; // whoever resumes has looked at who is there
            foreach (var site in _sites.In(SiteStanding.Declined, SiteStanding.Excluded).ToList())
            {
                _sites.Set(site, SiteStanding.Away);
                Offer(site);
            }

            _record.Tell(Happened.Resumed(resume.By.Value));
            _record.Enter(StudyPhase.Running, "");
        }

        resume.Answer.TrySetResult(Phase);
    }

    private void Cancel(StudyInput.Cancel cancel)
    {
        if (!Phase.IsOver())
        {
            End(StudyPhase.Cancelled, $"{cancel.By} cancelled it.");
        }

        cancel.Answer.TrySetResult(Phase);
    }

    /// <summary>What the study's researcher may take from here on.</summary>
    private void LogReleases()
    {
        var researcher = SiteName.Parse(Signed.Researcher);
        LogRelease(EntryKind.ModelReleased, Model.Hash, researcher);
        if (Plan.Privacy?.Evaluation is not null && Committed(Model.Round) is { } evaluation)
        {
            LogRelease(EntryKind.EvaluationReleased, evaluation.SumHash, researcher);
        }
    }

    /// <summary>Says once for each recipient that it may take something.</summary>
    private void LogRelease(EntryKind kind, Digest artefact, SiteName recipient)
    {
        if (_statements.AddRelease(kind, artefact, recipient))
        {
            _record.Log(_context.Trail.Released(kind, Plan, PlanHash, artefact, recipient));
        }
    }

    private void End(StudyPhase phase, string reason)
    {
        _rounds.End();
        _unconfirmed = null;
        _logGate.Forget();
        if (phase == StudyPhase.Completed)
        {
            LogReleases();
        }

        _record.Tell(Happened.Ended(phase, reason, Model.Hash));
        _record.Enter(phase, reason);
        foreach (var site in Plan.Roster)
        {
            _context.Sessions.Send(site, _messages.Ended(phase, reason));
        }

        Events.Close();
        _context.Log.StudyEnded(PlanHash.Abbreviated, phase == StudyPhase.Completed, reason);
    }
}
