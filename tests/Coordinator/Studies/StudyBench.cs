using Federated.Coordinator.Aggregation;
using Federated.Coordinator.Hosting;
using Federated.Coordinator.Rounds;
using Federated.Coordinator.Sessions;
using Federated.Coordinator.Storage;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.V1;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Federated.Coordinator.Tests.Studies;

/// <summary>A study on its own, without server and clock: sites say what the test makes them say, and time stands until it is advanced.</summary>
internal sealed class StudyBench : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly CoordinatorMetrics _metrics;
    private readonly Task _loop;
    private readonly TestFolder? _folder;

    public StudyBench(StudyPlan plan)
        : this(plan, new TestFolder(), owned: true) { }

    /// <summary>On a folder that outlives the bench: what a restart finds.</summary>
    public StudyBench(StudyPlan plan, TestFolder folder)
        : this(plan, folder, owned: false) { }

    private StudyBench(StudyPlan plan, TestFolder folder, bool owned)
    {
        _folder = owned ? folder : null;
        _metrics = new CoordinatorMetrics(Sessions);
        Store = new CoordinatorStore(folder["state"]);
        var log = new CoordinatorLog(new Logger<CoordinatorLog>(new LoggerFactory([Log])));
        var signed = new SignedPlan(plan.ToBytes(), new byte[1], new byte[1], "researcher");
        var stored = Store.Load().SingleOrDefault();
        if (stored is null)
        {
            Store.AddStudy(signed, Time.GetUtcNow());
        }

        Study = new Study(stored ?? StoredStudy.New(signed), plan, new StudyContext(Time, Sessions, Store, log, _metrics));
        _loop = Study.RunAsync(_stop.Token);
    }

    public CoordinatorStore Store { get; }

    public ManualTime Time { get; } = new();

    public LogLines Log { get; } = new();

    public SessionRegistry Sessions { get; } = new();

    public Study Study { get; }

    /// <summary>A site of that name, on the roster or not; not yet connected.</summary>
    public ScriptedSite Site(string name) => new(this, SiteName.Parse(name));

    /// <summary>Sites that have connected and accepted, once all that follows from it is done.</summary>
    public async Task<ScriptedSite[]> JoinAsync(params string[] names)
    {
        ScriptedSite[] sites = [.. names.Select(Site)];
        foreach (var site in sites)
        {
            site.Connect();
            await site.NextAsync(m => m.StudyOffer);
            site.Accept();
        }

        await EventListAsync();
        return sites;
    }

    public Task<StudyPhase> ResumeAsync() => DecideAsync(answer => new StudyInput.Resume(SiteName.Parse("researcher"), answer));

    public Task<StudyPhase> CancelAsync() => DecideAsync(answer => new StudyInput.Cancel(SiteName.Parse("researcher"), answer));

    private async Task<StudyPhase> DecideAsync(Func<TaskCompletionSource<StudyPhase>, StudyInput> input)
    {
        var answer = new TaskCompletionSource<StudyPhase>(TaskCreationOptions.RunContinuationsAsynchronously);
        await Study.HandledAsync(input(answer), CancellationToken.None);
        return await answer.Task;
    }

    /// <summary>Advances the clock by the plan's timeout.</summary>
    public void PassDeadline() => Time.Advance(Study.Plan.Aggregation.Timeout);

    /// <summary>The kinds of all events once everything said so far is handled.</summary>
    public async Task<string> EventsAsync() => string.Join(' ', (await EventListAsync()).Select(Short));

    public async Task<List<StudyEvent>> EventListAsync()
    {
        // The loop handles inputs in order: when it has answered this one, all before it are done.
        await Study.HandledAsync(new StudyInput.Declined(SiteName.Parse("nobody"), default, default, ""), CancellationToken.None);
        using var enough = new CancellationTokenSource();
        var events = new List<StudyEvent>();
        var reader = Study.Events.ReadAsync(enough.Token).GetAsyncEnumerator(CancellationToken.None);
        var next = reader.MoveNextAsync();
        while (next.IsCompleted && await next)
        {
            events.Add(reader.Current);
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
        _metrics.Dispose();
        _stop.Dispose();
        _folder?.Dispose();
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

/// <summary>One site as the study sees it.</summary>
internal sealed class ScriptedSite(StudyBench bench, SiteName name)
{
    /// <summary>Ends a test that a fault would otherwise keep for ever; no test is about this value.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private SiteSession? _session;
    private IAsyncEnumerator<CoordinatorMessage>? _messages;

    public SiteName Name => name;

    public void Connect()
    {
        _session = new SiteSession(name, Guid.NewGuid());
        _messages = _session.Outgoing(CancellationToken.None).GetAsyncEnumerator();
        Assert.IsTrue(bench.Sessions.TryEnter(_session));
        bench.Study.Post(new StudyInput.Connected(name));
    }

    public void Leave()
    {
        Assert.IsTrue(bench.Sessions.Leave(_session!));
        bench.Study.Post(new StudyInput.Disconnected(name, "it left."));
    }

    /// <summary>Accepts with the coordinator's own model of now, or with another.</summary>
    public void Accept(RoundNumber? round = null, Digest? model = null) =>
        bench.Study.Post(
            new StudyInput.Answered(name, SiteDecision.Accepts, "", round ?? bench.Study.Model.Round, model ?? bench.Study.Model.Hash)
        );

    public void Decline(string reason) => Answer(SiteDecision.Declines, reason);

    public void Answer(SiteDecision decision, string reason) =>
        bench.Study.Post(new StudyInput.Answered(name, decision, reason, default, default));

    public void DeclineAttempt(uint round, uint attempt) =>
        bench.Study.Post(new StudyInput.Declined(name, new RoundNumber(round), new AttemptNumber(attempt), "BUSY: later"));

    public void Report(uint round, Digest model) => bench.Study.Post(new StudyInput.Reported(name, new RoundNumber(round), model));

    public Task<Verdict> SendAsync(uint round, uint attempt, params int[] lanes)
    {
        var bytes = Federation.Aggregation.Lanes.ToBytes(lanes);
        var header = new VectorHeader { Length = (uint)lanes.Length, Digest = ByteString.CopyFrom(Digest.Of(bytes).ToArray()) };
        var assembly = VectorAssembly.Start(header, lanes.Length, out _)!;
        assembly.Add(new Chunk { Data = ByteString.CopyFrom(bytes) });
        Assert.IsNull(assembly.Finish());
        var answer = new TaskCompletionSource<Verdict>(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Study.Post(new StudyInput.Vector(name, new RoundNumber(round), new AttemptNumber(attempt), assembly, answer));
        return answer.Task.WaitAsync(Patience);
    }

    /// <summary>The next message said to this site, which must be of that kind.</summary>
    public async Task<T> NextAsync<T>(Func<CoordinatorMessage, T?> kind)
        where T : class
    {
        Assert.IsTrue(await _messages!.MoveNextAsync().AsTask().WaitAsync(Patience), $"the session of {name} ended");
        return kind(_messages.Current) ?? throw new AssertFailedException($"{name} was told {_messages.Current} instead.");
    }

    /// <summary>What was said to this site and not looked at, once everything said so far is handled.</summary>
    public async Task<List<CoordinatorMessage>> LeftoversAsync()
    {
        await bench.EventListAsync();
        _session!.End();
        var rest = new List<CoordinatorMessage>();
        while (await _messages!.MoveNextAsync())
        {
            rest.Add(_messages.Current);
        }

        return rest;
    }
}
