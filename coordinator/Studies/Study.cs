using System.Collections.Immutable;
using System.Threading.Channels;
using Federated.Coordinator.Aggregation;
using Federated.Coordinator.Rounds;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Federation.Steps;
using Federated.V1;

namespace Federated.Coordinator.Studies;

/// <summary>
/// One study from offer to end. All its state changes in one loop, in the order of its inputs, so that no lock is needed and a round can
/// be followed on paper.
/// </summary>
internal sealed class Study
{
    private readonly StudyContext _context;
    private readonly StudyMessages _messages;
    private readonly Channel<(StudyInput Input, TaskCompletionSource? Handled)> _inputs = Channel.CreateUnbounded<(
        StudyInput,
        TaskCompletionSource?
    )>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ReleaseGrid _grid;
    private readonly Dictionary<SiteName, SiteStanding> _sites;
    private readonly Progress _progress;

    private AttemptNumber _attempt = new(0);
    private RoundState? _round;
    private (AttemptNumber Attempt, RoundState Round)? _last; // of the round behind the model: a site whose answer was lost asks again
    private ClearSum? _sum;
    private long _invitedAt;
    private bool _joinTimeOver;
    private bool _saidWhoIsMissing;
    private HashSet<SiteName>? _unconfirmed; // after the last round: survivors whose own model is not yet known to be ours
    private (RoundNumber Round, AttemptNumber Attempt, ImmutableSortedSet<SiteName> Cohort)[] _open = []; // replaced whole, so that endpoints may read it

    internal Study(StudyPlan plan, StudyContext context)
    {
        Plan = plan;
        PlanBytes = plan.ToBytes();
        PlanHash = Digest.Of(PlanBytes);
        ParameterCount = plan.Shape.ParameterCount;
        _context = context;
        _messages = new StudyMessages(plan, PlanHash);
        _grid = plan.Grid;
        _sites = plan.Roster.ToDictionary(site => site, _ => SiteStanding.Away);
        _progress = new Progress(plan);
        LaneBound = _grid.LaneBound;
        Events = new EventLog(context.Time);
    }

    internal StudyPlan Plan { get; }

    internal byte[] PlanBytes { get; }

    internal Digest PlanHash { get; }

    internal int ParameterCount { get; }

    /// <summary>Largest absolute value of a lane of one site.</summary>
    internal long LaneBound { get; }

    internal EventLog Events { get; }

    /// <summary>The model after the last committed round. Immutable, so that readers need no lock.</summary>
    internal ModelState Model => _progress.Model;

    /// <summary>How it ended, or null while it runs.</summary>
    internal StudyDone? Outcome { get; private set; }

    /// <summary>Hands the study something to handle.</summary>
    internal void Post(StudyInput input) => _inputs.Writer.TryWrite((input, null));

    /// <summary>Hands over what a site said, and waits until it is handled: so a site that talks fast fills nobody's memory.</summary>
    internal Task HandledAsync(StudyInput input, CancellationToken cancellationToken)
    {
        var handled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _inputs.Writer.TryWrite((input, handled));
        return handled.Task.WaitAsync(cancellationToken);
    }

    /// <summary>True if a vector of that site for that attempt is awaited, or was and may be sent again.</summary>
    internal bool MayUpload(SiteName site, RoundNumber round, AttemptNumber attempt) =>
        Volatile.Read(ref _open).Any(open => open.Round == round && open.Attempt == attempt && open.Cohort.Contains(site));

    /// <summary>A committed round, or null.</summary>
    internal CommittedRound? Committed(RoundNumber round) => _progress.Committed(round);

    /// <summary>Runs the study to its end, or until the coordinator stops.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        _context.After(Plan.Aggregation.Timeout, () => Post(new StudyInput.JoinDeadline()));
        foreach (var site in Plan.Roster.Where(site => _context.Sessions.TryFind(site, out _)))
        {
            Offer(site);
        }

        await foreach (var (input, handled) in _inputs.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            Handle(input);
            handled?.TrySetResult();
        }
    }

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
                Confirm(report.Site, report.Round);
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
            case StudyInput.ConfirmationDeadline when _unconfirmed is not null:
                Complete("all rounds are done.");
                break;
        }

        Advance();
    }

    private bool IsCurrent(RoundNumber round, AttemptNumber attempt) => round == Model.Round.Next && attempt == _attempt;

    private void Offer(SiteName site)
    {
        if (Outcome is { } done)
        {
            _context.Sessions.Send(site, _messages.Ended(done));
        }
        else if (_sites[site] != SiteStanding.Excluded)
        {
            _context.Sessions.Send(site, _messages.Offer());
        }
    }

    private void Left(StudyInput.Disconnected left)
    {
        // The end of an old stream may be heard of after the beginning of the next.
        if (Outcome is null && _sites[left.Site] == SiteStanding.Ready && !_context.Sessions.TryFind(left.Site, out _))
        {
            _sites[left.Site] = SiteStanding.Away;
            Events.Append(Happened.Left(left.Site, left.Reason));
        }
    }

    private void Answered(StudyInput.Answered answer)
    {
        if (Outcome is not null || _sites[answer.Site] == SiteStanding.Excluded)
        {
            return;
        }

        if (!answer.Accepted && _unconfirmed is not null)
        {
            return; // too late to decline; whether it has the last model stays open
        }

        if (!answer.Accepted)
        {
            Exclude(answer.Site, answer.Reason);
            return;
        }

        if (_sites[answer.Site] == SiteStanding.Away)
        {
            _sites[answer.Site] = SiteStanding.Ready;
            Events.Append(Happened.Joined(answer.Site));
        }

        Compare(answer.Site, answer.Round, answer.ModelHash);
        Confirm(answer.Site, answer.Round); // its report may have been lost with its session
        if (_sites[answer.Site] == SiteStanding.Ready)
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

        if (_round is RoundState.Collecting collecting && collecting.Cohort.Contains(site) && !collecting.HasAnswered(site))
        {
            _context.Sessions.Send(site, _messages.Invite(Model, _attempt));
        }
    }

    /// <summary>Every party computes the model itself: a different hash means different arithmetic or a different past, and ends that site's part.</summary>
    private void Compare(SiteName site, RoundNumber round, Digest hash)
    {
        var expected = _progress.HashAfter(round);
        if (expected != hash)
        {
            Exclude(
                site,
                $"its model after round {round} is {hash.Abbreviated}…, ours {expected?.Abbreviated ?? "none"}…; the site must not go on with it."
            );
        }
    }

    private void Exclude(SiteName site, string reason)
    {
        _sites[site] = SiteStanding.Excluded;
        if (Outcome is null) // the last round's models are reported after the end: then the operator's log alone can say it
        {
            Events.Append(Happened.Declined(site, reason));
        }

        _context.Log.SiteExcluded(PlanHash.Abbreviated, site.Value, reason);
        _round = _round?.AfterRefusal(site, reason);
        if (_unconfirmed?.Contains(site) == true)
        {
            End(completed: false, $"after the last round, {site} does not have our model: {reason}");
        }
    }

    private void Confirm(SiteName site, RoundNumber round)
    {
        if (_unconfirmed is not null && round == Model.Round && _unconfirmed.Remove(site) && _unconfirmed.Count == 0)
        {
            Complete("all rounds are done, and every survivor computed the same model.");
        }
    }

    private void Complete(string reason)
    {
        var silent = _unconfirmed is { Count: > 0 } ? $" Not heard from since: {string.Join(", ", _unconfirmed.Order())}." : "";
        End(completed: true, reason + silent);
    }

    private void Take(StudyInput.Vector vector)
    {
        using (vector.Bytes)
        {
            var attempt =
                IsCurrent(vector.Round, vector.Attempt) ? _round
                : vector.Round == Model.Round && vector.Attempt == _last?.Attempt ? _last?.Round
                : null;
            var verdict = attempt?.Judge(vector.Site, vector.Bytes.Digest) ?? new Verdict.Late();
            if (verdict is Verdict.Fresh)
            {
                _sum!.Add(vector.Bytes.Bytes);
                _round = _round!.After(vector.Site, vector.Bytes.Digest);
                Events.Append(Happened.Received(vector.Site, vector.Round));
            }

            vector.Answer.TrySetResult(verdict);
        }
    }

    private void Advance()
    {
        if (Outcome is not null || _unconfirmed is not null)
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
                Retry(failed);
                break;
        }
    }

    /// <summary>Everybody who may still come is here; or everybody has had time to come and enough did.</summary>
    private bool CanStart()
    {
        var ready = _sites.Values.Count(standing => standing == SiteStanding.Ready);
        var awaited = _sites.Values.Count(standing => standing == SiteStanding.Away);
        var possible = ready + awaited;
        if (possible < Plan.Aggregation.MinimumSites)
        {
            End(completed: false, $"{possible} sites are left; the plan wants at least {Plan.Aggregation.MinimumSites}.");
            return false;
        }

        var enough = ready >= Plan.Aggregation.MinimumSites;
        if (_joinTimeOver && !enough && !_saidWhoIsMissing)
        {
            _saidWhoIsMissing = true;
            var missing = _sites.Where(pair => pair.Value == SiteStanding.Away).Select(pair => pair.Key).Order();
            Events.Append(Happened.Waiting(missing));
        }

        return awaited == 0 || (_joinTimeOver && enough);
    }

    private void Invite()
    {
        _attempt = new AttemptNumber(_attempt.Value + 1);
        _sum = new ClearSum(ParameterCount);
        ImmutableSortedSet<SiteName> ready = [.. _sites.Where(pair => pair.Value == SiteStanding.Ready).Select(pair => pair.Key)];
        _round = RoundState.Invite(ready, Plan.Aggregation.MinimumSites);
        _invitedAt = _context.Time.GetTimestamp();
        _saidWhoIsMissing = false;
        var round = Model.Round.Next;
        var attempt = _attempt;
        Volatile.Write(ref _open, [.. _open.Where(open => open.Round == Model.Round), (round, attempt, ready)]);
        Events.Append(Happened.Started(round, attempt));
        foreach (var site in ready)
        {
            _context.Sessions.Send(site, _messages.Invite(Model, _attempt));
        }

        _context.After(Plan.Aggregation.Timeout, () => Post(new StudyInput.Deadline(round, attempt)));
        if (_round is RoundState.Failed failed)
        {
            Retry(failed);
        }
    }

    private void Commit(RoundState.Complete complete)
    {
        var survivors = complete.Received.Keys.ToImmutableArray();
        var next = ServerStep.Next(Model, _sum!.Total.Span, Plan.ShareOf(survivors), _grid, Plan.Server);
        if (next is null)
        {
            End(completed: false, $"the model is not finite after round {Model.Round.Next}; lower the learning rate.");
            return;
        }

        var sum = Lanes.ToBytes(_sum.Total.Span);
        var committed = new CommittedRound(next.Round, _attempt, survivors, sum, Digest.Of(sum), next.Hash);
        var elapsed = _context.Time.GetElapsedTime(_invitedAt);
        _progress.Add(committed, next);
        _last = (_attempt, complete);
        Volatile.Write(ref _open, [.. _open.Where(open => open.Attempt == _attempt && open.Round == committed.Round)]);
        _attempt = new AttemptNumber(0);
        _round = null;
        _sum = null;
        foreach (var site in _sites.Keys)
        {
            _context.Sessions.Send(site, _messages.Committed(committed));
        }

        _context.Metrics.RoundCommitted(PlanHash.Abbreviated, committed.Round.Value, _context.Time.GetUtcNow(), elapsed, survivors.Length);
        Events.Append(Happened.Committed(committed, elapsed));
        if (next.Round.Value == Plan.Training.Rounds)
        {
            // The last model is the one that is published: it counts once the survivors have it too, or have had time to say otherwise.
            _unconfirmed = [.. survivors.Where(site => _sites[site] != SiteStanding.Excluded)];
            if (_unconfirmed.Count == 0)
            {
                Complete("all rounds are done.");
                return;
            }

            _context.After(Plan.Aggregation.Timeout, () => Post(new StudyInput.ConfirmationDeadline()));
            return;
        }

        Advance();
    }

    private void Retry(RoundState.Failed failed)
    {
        Events.Append(Happened.Failed(Model.Round.Next, _attempt, failed.Reason));
        _context.Log.AttemptFailed(PlanHash.Abbreviated, Model.Round.Next.Value, _attempt.Value, failed.Reason);
        _round = null;
        _sum = null;
        if (_attempt.Value >= Plan.Aggregation.Attempts)
        {
            End(completed: false, $"round {Model.Round.Next} failed {_attempt} times; the last time: {failed.Reason}");
            return;
        }

        if (CanStart())
        {
            Invite();
        }
    }

    private void End(bool completed, string reason)
    {
        Outcome = new StudyDone
        {
            Completed = completed,
            Reason = reason,
            ModelHash = StudyMessages.BytesOf(Model.Hash),
        };
        _round = null;
        _sum = null;
        _unconfirmed = null;
        foreach (var site in _sites.Keys)
        {
            _context.Sessions.Send(site, _messages.Ended(Outcome));
        }

        Events.Append(new StudyEvent { StudyDone = Outcome });
        Events.Close();
        _context.Log.StudyEnded(PlanHash.Abbreviated, completed, reason);
    }

    /// <summary>How a committed round's sum begins on the wire.</summary>
    internal RoundCommitted Header(CommittedRound round) => _messages.Header(round);
}
