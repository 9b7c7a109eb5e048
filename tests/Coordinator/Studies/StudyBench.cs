using Federated.Coordinator.Aggregation;
using Federated.Coordinator.Hosting;
using Federated.Coordinator.Log;
using Federated.Coordinator.Sessions;
using Federated.Coordinator.Storage;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.TransparencyLog.Notes;
using Federated.V1;
using Microsoft.Extensions.Logging;

namespace Federated.Coordinator.Tests.Studies;

/// <summary>A study on its own, without server and clock: sites say what the test makes them say, and time stands until it is advanced.</summary>
internal sealed class StudyBench : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CoordinatorMetrics _metrics;
    private readonly Task _loop;
    private readonly TestFolder? _folder;
    private readonly LogWriter _writer;
    private readonly NoteSigner _signer;

    /// <param name="plan">The study.</param>
    /// <param name="room">Bytes of memory for masked inputs on their way.</param>
    public StudyBench(StudyPlan plan, long room = 64L << 20)
        : this(plan, new TestFolder(), owned: true, room) { }

    /// <summary>On a folder that outlives the bench: what a restart finds.</summary>
    public StudyBench(StudyPlan plan, TestFolder folder)
        : this(plan, folder, owned: false, room: 64L << 20) { }

    private StudyBench(StudyPlan plan, TestFolder folder, bool owned, long room)
    {
        _folder = owned ? folder : null;
        _metrics = new CoordinatorMetrics(Sessions);
        Store = new CoordinatorStore(folder["state"]);
        var log = new CoordinatorLog(new Logger<CoordinatorLog>(new LoggerFactory([Log])));
        var signed = new SignedPlan(plan.ToBytes(), new byte[1], new byte[1], "researcher");
        var stored = Store.Load().SingleOrDefault();
        var trail = new AuditTrail(BenchConsortium.HubKeys, BenchConsortium.HubTls, Time);
        _signer = BenchConsortium.HubKeys.Private.LogSigner(trail.Origin);
        Witnessing = new Witnessing(Sessions, log, Time);
        Members = new Members(BenchConsortium.Credentials, Store, BenchConsortium.HubTls, trail, Witnessing);
        _writer = new LogWriter(Store, new LogFiles(folder["state/log"]), trail, _signer, Witnessing, Members);
        _writer.Begin(BenchConsortium.HubKeys.CredentialFile, default);
        var inputs = new KeptInputs(folder["state"], new InputRetention(), Time, log);
        Context = new StudyContext(Time, Sessions, Store, log, _metrics, BenchConsortium.Hub, trail, Witnessing, Members, inputs)
        {
            Room = new UploadRoom(room),
        };
        var registered = new LogLine(trail.Registered(plan, signed.Hash), null, signed.Hash);
        if (stored is null)
        {
            Store.AddStudy(signed, Time.GetUtcNow(), registered);
        }

        Study = new Study(
            stored ?? StoredStudy.New(signed),
            plan,
            stored is null ? registered : StudyRegistry.MilestoneOf(stored, Store),
            Context
        );
        _loop = Study.RunAsync(_stop.Token);
        foreach (var helper in plan.Roster.Where(IsHelper))
        {
            new ScriptedSite(this, helper) { IsAutomatic = true }.Connect();
        }
    }

    /// <summary>
    /// A plan of a and b, of which one is enough: two helpers are in every sum, with zeros, and are left out of what events say. A sum of one site would be that site's own.
    /// </summary>
    public static StudyPlan OneOfTwo(int rounds = 2)
    {
        var plan = SamplePlan.ThreeOf("a", "b", "helper-1", "helper-2");
        return plan with { Training = plan.Training with { Rounds = rounds } };
    }

    public StudyContext Context { get; }

    public Witnessing Witnessing { get; }

    public Members Members { get; }

    private readonly List<ScriptedSite> _sites = [];

    public CoordinatorStore Store { get; }

    public ManualTime Time { get; } = new();

    public LogLines Log { get; } = new();

    public SessionRegistry Sessions { get; } = new();

    public Study Study { get; }

    /// <summary>A site of that name, on the roster or not; not yet connected.</summary>
    public ScriptedSite Site(string name) => new(this, SiteName.Parse(name));

    /// <summary>Sites of these names; not yet connected.</summary>
    public ScriptedSite[] Sites(params string[] names) => [.. names.Select(Site)];

    /// <summary>Sites that have connected and accepted, once all that follows from it is done.</summary>
    public async Task<ScriptedSite[]> JoinAsync(params string[] names)
    {
        var sites = Sites(names);
        await JoinAsync(sites);
        return sites;
    }

    /// <summary>Connects these, and has them accept.</summary>
    public async Task JoinAsync(ScriptedSite[] sites)
    {
        foreach (var site in sites)
        {
            site.Connect();
            await site.NextAsync(m => m.StudyOffer);
            site.Accept();
        }

        await EventListAsync();
    }

    public Task<StudyPhase> ResumeAsync() => DecideAsync(answer => new StudyInput.Resume(SiteName.Parse("researcher"), answer));

    public Task<StudyPhase> CancelAsync() => DecideAsync(answer => new StudyInput.Cancel(SiteName.Parse("researcher"), answer));

    private async Task<StudyPhase> DecideAsync(Func<TaskCompletionSource<StudyPhase>, StudyInput> input)
    {
        var answer = new TaskCompletionSource<StudyPhase>(TaskCreationOptions.RunContinuationsAsynchronously);
        await Study.HandledAsync(input(answer), CancellationToken.None);
        return await answer.Task;
    }

    /// <summary>Advances the clock by the plan's timeout, once everything said so far is handled.</summary>
    public Task PassDeadlineAsync() => PassAsync(Study.Plan.Aggregation.Timeout);

    /// <summary>Advances the clock by what an exchange of small messages has: a quarter of the plan's timeout.</summary>
    public Task PassQuarterAsync() => PassAsync(Study.Plan.Aggregation.Timeout / 4);

    private async Task PassAsync(TimeSpan time)
    {
        await SettleAsync();
        Time.Advance(time);
        await SettleAsync();
    }

    /// <summary>The sum of a committed round: what everybody may know.</summary>
    public long[] SumOf(uint round) => Lanes.SumFrom(Study.SumOf(Study.Committed(new RoundNumber(round))!).Span);

    /// <summary>Who is in it, in order.</summary>
    public string SurvivorsOf(uint round) => string.Join(' ', Study.Committed(new RoundNumber(round))!.Survivors);

    /// <summary>A site that is connected: the bench hands it what is said to it.</summary>
    public void Add(ScriptedSite site)
    {
        if (!_sites.Contains(site))
        {
            _sites.Add(site);
        }
    }

    /// <summary>Handles everything that was said, by the study and by its sites, until nobody has anything to say.</summary>
    public async Task SettleAsync()
    {
        for (var moved = true; moved; )
        {
            // The loop handles inputs in order: when it has answered this one, all before it are done.
            await Study.HandledAsync(new StudyInput.Declined(SiteName.Parse("nobody"), default, default, ""), CancellationToken.None);
            _writer.Publish(); // the product does that on a thread of its own
            var said = _sites.Select(site => (Site: site, Messages: site.Take())).ToList(); // all of one moment, then in the sites' order
            moved = said.Exists(one => one.Messages.Count > 0);
            foreach (var (site, messages) in said)
            {
                await site.HearAsync(messages);
            }
        }
    }

    /// <summary>The kinds of all events once everything said so far is handled.</summary>
    public async Task<string> EventsAsync() => string.Join(' ', (await EventListAsync()).Select(Short));

    public async Task<List<StudyEvent>> EventListAsync()
    {
        await SettleAsync();
        using var enough = new CancellationTokenSource();
        var events = new List<StudyEvent>();
        var reader = Study.Events.ReadAsync(enough.Token).GetAsyncEnumerator(CancellationToken.None);
        var next = reader.MoveNextAsync();
        while (next.IsCompleted && await next)
        {
            if (!IsHelper(reader.Current))
            {
                events.Add(reader.Current);
            }

            next = reader.MoveNextAsync();
        }

        await enough.CancelAsync();
        return events;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => _loop);
        Store.Dispose();
        Context.Trail.Dispose();
        _signer.Dispose();
        _metrics.Dispose();
        _stop.Dispose();
        _folder?.Dispose();
    }

    private static bool IsHelper(SiteName site) => site.Value.StartsWith("helper-", StringComparison.Ordinal);

    private static bool IsHelper(StudyEvent e)
    {
        var site = e.SiteJoined?.Site ?? e.VectorReceived?.Site;
        return site is not null && IsHelper(SiteName.Parse(site));
    }

    private static string Short(StudyEvent e) =>
        e.KindCase switch
        {
            StudyEvent.KindOneofCase.SiteJoined => $"+{e.SiteJoined.Site}",
            StudyEvent.KindOneofCase.SiteLeft => $"-{e.SiteLeft.Site}",
            StudyEvent.KindOneofCase.SiteDeclined => $"no:{e.SiteDeclined.Site}",
            StudyEvent.KindOneofCase.RoundStarted => $"start{e.RoundStarted.Round}.{e.RoundStarted.Attempt}",
            StudyEvent.KindOneofCase.VectorReceived => $"{e.VectorReceived.Site}{e.VectorReceived.Round}",
            StudyEvent.KindOneofCase.RoundDone => $"done{e.RoundDone.Round}.{e.RoundDone.Attempt}({e.RoundDone.Survivors})",
            StudyEvent.KindOneofCase.AttemptFailed => $"failed{e.AttemptFailed.Round}.{e.AttemptFailed.Attempt}",
            StudyEvent.KindOneofCase.SiteWaiting => $"wait:{e.SiteWaiting.Site}",
            StudyEvent.KindOneofCase.StudyPaused => "paused",
            StudyEvent.KindOneofCase.StudyResumed => $"resumed({e.StudyResumed.By})",
            StudyEvent.KindOneofCase.StudyDone => e.StudyDone.Completed ? "completed" : "ended",
            _ => throw new InvalidOperationException(),
        };
}
