using Federated.Federation.Plans;
using Federated.V1;
using Kind = Federated.V1.StudyEvent.KindOneofCase;

namespace Federated.Cli.Studies;

/// <summary>Where a study stands after the events so far. Events in, state out; not thread-safe.</summary>
internal sealed class WatchedStudy(StudyPlan plan)
{
    private const int RoundsKept = 5;

    private readonly Dictionary<string, (string Standing, string Reason)> _sites = plan.Sites.ToDictionary(
        site => site.Name.Value,
        _ => ("away", "")
    );

    private readonly HashSet<string> _sent = []; // sites whose update of the current attempt has arrived
    private readonly Queue<RoundDone> _lastRounds = [];

    internal StudyPlan Plan => plan;

    /// <summary>Committed rounds.</summary>
    internal uint Round { get; private set; }

    /// <summary>Round and attempt under way, or null.</summary>
    internal RoundStarted? UnderWay { get; private set; }

    /// <summary>The last rounds, the latest at the end.</summary>
    internal IReadOnlyCollection<RoundDone> LastRounds => _lastRounds;

    /// <summary>Why the last attempt failed and what happens next, until a round succeeds; or null.</summary>
    internal string? Failure { get; private set; }

    /// <summary>Why the study is paused and what can be done, or null.</summary>
    internal string? Pause { get; private set; }

    /// <summary>How it ended, or null.</summary>
    internal StudyDone? Done { get; private set; }

    /// <summary>What is wrong with the connection, or null.</summary>
    internal string? Away { get; private set; }

    /// <summary>Name, standing and reason of each site, in roster order.</summary>
    internal IEnumerable<(string Site, string Standing, string Reason)> Sites =>
        plan.Sites.Select(site =>
        {
            var (standing, reason) = _sites[site.Name.Value];
            return (site.Name.Value, standing == "ready" && _sent.Contains(site.Name.Value) ? "update sent" : standing, reason);
        });

    internal void Apply(StudyNews news)
    {
        switch (news)
        {
            case StudyNews.Connection connection:
                Away = connection.IsAway ? connection.Text : null;
                break;
            case StudyNews.Event { What: var what }:
                Apply(what);
                break;
        }
    }

    private void Apply(StudyEvent what)
    {
        switch (what.KindCase)
        {
            case Kind.SiteJoined:
                Set(what.SiteJoined.Site, "ready", "");
                break;
            case Kind.SiteLeft:
                Set(what.SiteLeft.Site, "away", what.SiteLeft.Reason);
                break;
            case Kind.SiteWaiting:
                Set(what.SiteWaiting.Site, "waiting", what.SiteWaiting.Reason);
                break;
            case Kind.SiteDeclined:
                Set(what.SiteDeclined.Site, "declined", what.SiteDeclined.Reason);
                break;
            case Kind.RoundStarted:
                (UnderWay, Pause) = (what.RoundStarted, null);
                _sent.Clear();
                break;
            case Kind.VectorReceived:
                _sent.Add(what.VectorReceived.Site);
                break;
            case Kind.AttemptFailed:
                (UnderWay, Failure) = (null, EventText.Of(what, plan));
                _sent.Clear();
                break;
            case Kind.RoundDone:
                Add(what.RoundDone);
                break;
            case Kind.StudyPaused:
                (UnderWay, Pause) = (null, what.StudyPaused.Reason);
                break;
            case Kind.StudyResumed:
                Pause = null;
                break;
            case Kind.StudyDone:
                (UnderWay, Pause, Done) = (null, null, what.StudyDone);
                break;
        }
    }

    private void Add(RoundDone round)
    {
        (Round, UnderWay, Failure) = (round.Round, null, null);
        _sent.Clear();
        _lastRounds.Enqueue(round);
        if (_lastRounds.Count > RoundsKept)
        {
            _lastRounds.Dequeue();
        }
    }

    /// <summary>A site outside the roster is no site of this study, whatever the coordinator says.</summary>
    private void Set(string site, string standing, string reason)
    {
        if (_sites.ContainsKey(site))
        {
            _sites[site] = (standing, reason);
        }
    }
}
