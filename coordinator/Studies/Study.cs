using System.Collections.Immutable;
using System.Threading.Channels;
using Federated.Coordinator.Aggregation;
using Federated.Coordinator.Rounds;
using Federated.Coordinator.Storage;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.V1;

namespace Federated.Coordinator.Studies;

/// <summary>
/// One study from offer to end. All its state changes in one loop, in the order of its inputs, so that no lock is needed and a round can
/// be followed on paper. What others may rely on is saved before they hear of it (<see cref="CoordinatorStore"/>).
/// </summary>
internal sealed class Study
{
    private readonly StudyContext _context;
    private readonly StudyMessages _messages;
    private readonly Channel<StudyInput> _inputs = Channel.CreateUnbounded<StudyInput>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ReleaseGrid _grid;
    private readonly Dictionary<SiteName, SiteStanding> _sites;
    private readonly Dictionary<SiteName, (RoundNumber Round, AttemptNumber Attempt)> _lastReceived;
    private readonly Dictionary<SiteName, (RoundNumber Round, AttemptNumber Attempt)> _unsavedReceipts = [];
    private readonly List<StudyEvent> _unsavedEvents = [];

    private AttemptNumber _attempt; // the highest of the next round that any site may have heard of
    private int _failures; // of the round under way, since it began or a researcher resumed
    private RoundState? _round;
    private (AttemptNumber Attempt, RoundState Round)? _last; // of the round behind the model: a site whose answer was lost asks again
    private ClearSum? _sum;
    private long _invitedAt;
    private bool _joinTimeOver;

    internal Study(StoredStudy stored, StudyPlan plan, StudyContext context)
    {
        Plan = plan;
        Signed = stored.Signed;
        PlanHash = stored.Signed.Hash;
        ParameterCount = plan.Shape.ParameterCount;
        Phase = stored.Phase;
        Reason = stored.Reason;
        Progress = new Progress(plan);
        Progress.Restore(stored);
        Events = new EventLog(context.Time, stored.Events);
        _context = context;
        _messages = new StudyMessages(plan, PlanHash);
        _grid = plan.Grid;
        _sites = plan.Roster.ToDictionary(site => site, _ => SiteStanding.Away);
        _lastReceived = new Dictionary<SiteName, (RoundNumber, AttemptNumber)>(stored.Receipts);
        _attempt = stored.Attempt;
    }

    internal StudyPlan Plan { get; }

    internal SignedPlan Signed { get; }

    internal Digest PlanHash { get; }

    internal int ParameterCount { get; }

    /// <summary>What is committed.</summary>
    internal Progress Progress { get; }

    internal EventLog Events { get; }

    internal StudyPhase Phase { get; private set; }

    internal string Reason { get; private set; }

    private bool IsOver => Phase is StudyPhase.Completed or StudyPhase.Cancelled;

    /// <summary>Hands the study something to handle.</summary>
    internal bool Post(StudyInput input) => _inputs.Writer.TryWrite(input);

    /// <summary>Runs the study until the coordinator stops; one that is over still answers sites that come back late.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        if (IsOver)
        {
            Events.Close();
        }

        _context.After(Plan.Aggregation.Timeout, () => Post(new StudyInput.JoinDeadline()));
        foreach (var site in Plan.Roster.Where(site => _context.Sessions.TryFind(site, out _)))
        {
            Offer(site);
        }

        await foreach (var input in _inputs.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            Handle(input);
        }
    }

    /// <summary>How a committed round's sum begins on the wire.</summary>
    internal RoundCommitted Header(CommittedRound round) => _messages.Header(round);

    private void Handle(StudyInput input)
    {
        switch (input)
        {
            case StudyInput.Connected connected:
                Offer(connected.Site);
                break;
            case StudyInput.Disconnected left:
                Left(left);
                break;
            case StudyInput.Answered answer:
                Answered(answer);
                break;
            case StudyInput.Reported report when _sites[report.Site] != SiteStanding.Excluded:
                Compare(report.Site, report.Round, report.ModelHash);
                break;
            case StudyInput.Declined declined when IsCurrent(declined.Round, declined.Attempt):
                _round = _round?.AfterRefusal(declined.Site, declined.Reason);
                break;
            case StudyInput.Vector vector:
                Take(vector);
                break;
            case StudyInput.Deadline deadline when IsCurrent(deadline.Round, deadline.Attempt):
                _round = _round?.AfterDeadline();
                break;
            case StudyInput.JoinDeadline:
                _joinTimeOver = true;
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

    private bool IsCurrent(RoundNumber round, AttemptNumber attempt) => round == Progress.Model.Round.Next && attempt == _attempt;

    private void Offer(SiteName site)
    {
        if (IsOver)
        {
            // It may have missed the last rounds: it hears of them all the same, and ends with our model.
            BringUpToDate(site, new RoundNumber(0));
            _context.Sessions.Send(site, _messages.Ended(Phase, Reason));
        }
        else if (_sites[site] != SiteStanding.Excluded)
        {
            _context.Sessions.Send(site, _messages.Offer(Progress.Model, _lastReceived.GetValueOrDefault(site)));
        }
    }

    private void Left(StudyInput.Disconnected left)
    {
        if (_sites[left.Site] == SiteStanding.Ready)
        {
            _sites[left.Site] = SiteStanding.Away;
            Tell(
                new StudyEvent
                {
                    SiteLeft = new SiteLeft { Site = left.Site.Value, Reason = left.Reason },
                }
            );
        }
    }

    private void Answered(StudyInput.Answered answer)
    {
        if (IsOver || _sites[answer.Site] == SiteStanding.Excluded)
        {
            return;
        }

        if (!answer.Accepted)
        {
            _sites[answer.Site] = SiteStanding.Declined;
            Tell(
                new StudyEvent
                {
                    SiteDeclined = new SiteDeclined { Site = answer.Site.Value, Reason = answer.Reason },
                }
            );
            _round = _round?.AfterRefusal(answer.Site, answer.Reason);
            return;
        }

        if (_sites[answer.Site] != SiteStanding.Ready)
        {
            _sites[answer.Site] = SiteStanding.Ready;
            Tell(new StudyEvent { SiteJoined = new SiteJoined { Site = answer.Site.Value } });
        }

        Compare(answer.Site, answer.Round, answer.ModelHash);
        if (_sites[answer.Site] == SiteStanding.Ready)
        {
            BringUpToDate(answer.Site, answer.Round);
        }
    }

    /// <summary>A site that comes back hears of the rounds it missed, and of the attempt under way if it was invited to it.</summary>
    private void BringUpToDate(SiteName site, RoundNumber has)
    {
        for (var round = has.Next; Progress.Committed(round) is { } missed; round = round.Next)
        {
            _context.Sessions.Send(site, _messages.Committed(missed));
        }

        if (_round is RoundState.Collecting collecting && collecting.Cohort.Contains(site) && !collecting.Received.ContainsKey(site))
        {
            _context.Sessions.Send(site, _messages.Invite(Progress.Model, _attempt));
        }
    }

    /// <summary>Every party computes the model itself: a different hash means different arithmetic or a different past.</summary>
    private void Compare(SiteName site, RoundNumber round, Digest hash)
    {
        if (round > Progress.Model.Round)
        {
            // A site knows a round that we do not: we are the ones who forgot.
            Pause(
                $"{site} has taken part in round {round}, and this coordinator knows {Progress.Model.Round}: it was probably restored from an older backup. "
                    + "Restore the latest one; rounds are never computed again."
            );
        }
        else if (Progress.HashAfter(round) is { } expected && expected != hash)
        {
            Exclude(
                site,
                $"its model after round {round} is {hash.Abbreviated}…, ours {expected.Abbreviated}…; the site must not go on with it."
            );
        }
    }

    private void Exclude(SiteName site, string reason)
    {
        _sites[site] = SiteStanding.Excluded;
        Tell(
            new StudyEvent
            {
                SiteDeclined = new SiteDeclined { Site = site.Value, Reason = reason },
            }
        );
        _context.Log.SiteExcluded(PlanHash.Abbreviated, site.Value, reason);
        _round = _round?.AfterRefusal(site, reason);
    }

    private void Take(StudyInput.Vector vector)
    {
        using (vector.Bytes)
        {
            var attempt =
                IsCurrent(vector.Round, vector.Attempt) ? _round
                : vector.Round == Progress.Model.Round && vector.Attempt == _last?.Attempt ? _last?.Round
                : null;
            var verdict = attempt?.Judge(vector.Site, vector.Bytes.Digest) ?? new Verdict.Late();
            if (verdict is Verdict.Fresh)
            {
                _sum!.Add(vector.Bytes.Bytes);
                _round = _round!.After(vector.Site, vector.Bytes.Digest);
                _lastReceived[vector.Site] = _unsavedReceipts[vector.Site] = (vector.Round, vector.Attempt);
                Tell(
                    new StudyEvent
                    {
                        VectorReceived = new VectorReceived { Site = vector.Site.Value, Round = vector.Round.Value },
                    }
                );
            }

            vector.Answer.TrySetResult(verdict);
        }
    }

    private void Advance()
    {
        if (Phase != StudyPhase.Running)
        {
            return;
        }

        switch (_round)
        {
            case null when CanStart():
                Invite();
                break;
            case RoundState.Complete complete:
                Commit(complete);
                break;
            case RoundState.Failed failed:
                Fail(failed);
                break;
        }
    }

    /// <summary>Everybody who may still come is here; or everybody has had time to come and enough did.</summary>
    private bool CanStart()
    {
        var ready = _sites.Values.Count(standing => standing == SiteStanding.Ready);
        var awaited = _sites.Values.Count(standing => standing == SiteStanding.Away);
        if (ready + awaited < Plan.Aggregation.MinimumSites)
        {
            var gone = _sites
                .Where(pair => pair.Value is SiteStanding.Declined or SiteStanding.Excluded)
                .Select(pair => pair.Key.Value)
                .Order();
            Pause(
                $"{ready + awaited} sites are left, and the plan wants at least {Plan.Aggregation.MinimumSites} ({string.Join(", ", gone)} will not take part). "
                    + "When a site can again, run 'fed study resume'; otherwise submit a plan with other sites."
            );
            return false;
        }

        return awaited == 0 || (_joinTimeOver && ready >= Plan.Aggregation.MinimumSites);
    }

    private void Invite()
    {
        var model = Progress.Model;
        _attempt = new AttemptNumber(_attempt.Value + 1);
        ImmutableSortedSet<SiteName> ready = [.. _sites.Where(pair => pair.Value == SiteStanding.Ready).Select(pair => pair.Key)];
        _sum = new ClearSum(ParameterCount);
        _round = RoundState.Invite(ready, Plan.Aggregation.MinimumSites);
        Tell(
            new StudyEvent
            {
                RoundStarted = new RoundStarted { Round = model.Round.Next.Value, Attempt = _attempt.Value },
            }
        );
        if (_attempt.Value > 1)
        {
            Save(); // number 1 is in the commit of the round before
        }

        _invitedAt = _context.Time.GetTimestamp();
        foreach (var site in ready)
        {
            _context.Sessions.Send(site, _messages.Invite(model, _attempt));
        }

        var deadline = new StudyInput.Deadline(model.Round.Next, _attempt);
        _context.After(Plan.Aggregation.Timeout, () => Post(deadline));
        if (_round is RoundState.Failed failed)
        {
            Fail(failed);
        }
    }

    private void Commit(RoundState.Complete complete)
    {
        var survivors = complete.Received.Keys.ToImmutableArray();
        var model = Progress.Model;
        var next = ServerStep.Next(model, _sum!.Total.Span, Plan.ShareOf(survivors), _grid, Plan.Server);
        if (next is null)
        {
            EndAttempt();
            Pause($"the model is not finite after round {model.Round.Next}; submit a plan with a lower learning rate.");
            return;
        }

        var sum = Lanes.ToBytes(_sum.Total.Span);
        var committed = new CommittedRound(next.Round, _attempt, survivors, sum, Digest.Of(sum), next.Hash);
        var elapsed = _context.Time.GetElapsedTime(_invitedAt);
        _last = (_attempt, complete);
        _attempt = new AttemptNumber(0);
        _failures = 0;
        EndAttempt();
        Tell(
            new StudyEvent
            {
                RoundDone = new RoundDone
                {
                    Round = committed.Round.Value,
                    Attempt = committed.Attempt.Value,
                    Survivors = (uint)survivors.Length,
                    ElapsedUs = (uint)Math.Min(uint.MaxValue, elapsed.TotalMicroseconds),
                    NextModelHash = StudyMessages.BytesOf(next.Hash),
                },
            }
        );
        if (next.Round.Value == Plan.Training.Rounds)
        {
            (Phase, Reason) = (StudyPhase.Completed, "all rounds are done.");
        }

        Save(committed, next);
        Progress.Add(committed, next);
        foreach (var site in _sites.Keys)
        {
            _context.Sessions.Send(site, _messages.Committed(committed));
        }

        _context.Metrics.RoundCommitted(PlanHash.Abbreviated, committed.Round.Value, _context.Time.GetUtcNow(), elapsed, survivors.Length);
        if (Phase == StudyPhase.Completed)
        {
            Finish();
            return;
        }

        Advance();
    }

    private void Fail(RoundState.Failed failed)
    {
        var round = Progress.Model.Round.Next;
        Tell(
            new StudyEvent
            {
                AttemptFailed = new AttemptFailed
                {
                    Round = round.Value,
                    Attempt = _attempt.Value,
                    Reason = failed.Reason,
                },
            }
        );
        _context.Log.AttemptFailed(PlanHash.Abbreviated, round.Value, _attempt.Value, failed.Reason);
        EndAttempt();
        _failures++;
        if (_failures >= Plan.Aggregation.Attempts)
        {
            Pause(
                $"round {round} failed {_failures} times; the last time: {failed.Reason} When the sites are ready, run 'fed study resume'."
            );
        }
        else if (CanStart())
        {
            Invite();
        }
    }

    private void Pause(string reason)
    {
        if (Phase != StudyPhase.Running)
        {
            return;
        }

        EndAttempt();
        (Phase, Reason) = (StudyPhase.Paused, reason);
        Tell(new StudyEvent { StudyPaused = new StudyPaused { Reason = reason } });
        Save();
        _context.Log.StudyPaused(PlanHash.Abbreviated, reason);
    }

    private void Resume(StudyInput.Resume resume)
    {
        if (Phase == StudyPhase.Paused)
        {
            (Phase, Reason) = (StudyPhase.Running, "");
            _failures = 0;
            _joinTimeOver = true; // whoever resumes has looked at who is there
            foreach (var site in _sites.Keys.Where(site => _sites[site] is SiteStanding.Declined or SiteStanding.Excluded).ToList())
            {
                _sites[site] = SiteStanding.Away;
                Offer(site);
            }

            Tell(new StudyEvent { StudyResumed = new StudyResumed { By = resume.By } });
            Save();
        }

        resume.Answer.TrySetResult(Phase);
    }

    private void Cancel(StudyInput.Cancel cancel)
    {
        if (!IsOver)
        {
            EndAttempt();
            (Phase, Reason) = (StudyPhase.Cancelled, $"{cancel.By} cancelled it.");
            Save();
            Finish();
        }

        cancel.Answer.TrySetResult(Phase);
    }

    /// <summary>Tells everybody of an end that is durable.</summary>
    private void Finish()
    {
        foreach (var site in _sites.Keys)
        {
            _context.Sessions.Send(site, _messages.Ended(Phase, Reason));
        }

        Tell(
            new StudyEvent
            {
                StudyDone = new StudyDone
                {
                    Completed = Phase == StudyPhase.Completed,
                    Reason = Reason,
                    ModelHash = StudyMessages.BytesOf(Progress.Model.Hash),
                },
            }
        );
        Save();
        Events.Close();
        _context.Log.StudyEnded(PlanHash.Abbreviated, Phase == StudyPhase.Completed, Reason);
    }

    private void EndAttempt()
    {
        _round = null;
        _sum = null;
    }

    private void Tell(StudyEvent what)
    {
        Events.Append(what);
        _unsavedEvents.Add(what);
    }

    private void Save(CommittedRound? round = null, ModelState? model = null)
    {
        _context.Store.Save(
            PlanHash,
            new StudyChange
            {
                Phase = Phase,
                Reason = Reason,
                Attempt = round is null ? _attempt : new AttemptNumber(1), // its invitation may follow at once
                Round = round,
                Snapshot = model is not null && Progress.IsSnapshotDue(model.Round) ? model : null,
                Receipts = _unsavedReceipts,
                Events = _unsavedEvents,
            }
        );
        _unsavedReceipts.Clear();
        _unsavedEvents.Clear();
    }
}

/// <summary>Where a site stands in one study.</summary>
internal enum SiteStanding
{
    /// <summary>Not connected, or has not answered the offer.</summary>
    Away,

    /// <summary>Accepted, connected, same model as ours.</summary>
    Ready,

    /// <summary>Will not take part, by its own word; asked again when it comes back.</summary>
    Declined,

    /// <summary>Computed another model: takes no further part unless a researcher resumes.</summary>
    Excluded,
}
