using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Sites;

namespace Federated.SecureAggregation.Tests.Rounds;

/// <summary>
/// One attempt in memory: every message goes through a queue in which a test can lose, change or add some. Both machines are the product's own.
/// </summary>
internal sealed class Round : IDisposable
{
    private readonly Rig _rig;
    private readonly Queue<AggregatorStep> _steps = [];
    private readonly Dictionary<SiteName, SiteAttempt> _sites = [];
    private readonly HashSet<SiteName> _gone = [];

    public Round(Rig rig, uint round = 1, uint attempt = 1, IReadOnlyCollection<SiteName>? invited = null, RandomSource? random = null)
    {
        _rig = rig;
        Aggregator = new AggregatorAttempt(
            rig.Terms(round, attempt),
            rig.AggregatorContext with
            {
                Random = random ?? System.Security.Cryptography.RandomNumberGenerator.Fill,
            },
            invited ?? rig.Names,
            TimeSpan.FromSeconds(30)
        );
        Expect = _ => rig.Expectation(round);
        Context = site => rig.ContextOf(site);
        var numbers = new Queue<int>(Enumerable.Range(0, rig.Names.Length * rig.Study.Dimension));
        Inputs = rig.Names.ToDictionary(
            name => name,
            _ => Enumerable.Range(0, rig.Study.Dimension).Select(_ => Input(rig, numbers.Dequeue())).ToArray()
        );
    }

    public AggregatorAttempt Aggregator { get; }

    /// <summary>What each site knows of the round.</summary>
    public Func<SiteName, SiteExpectation> Expect { get; set; }

    /// <summary>Who each site is: its generator, and the keys that it saw before.</summary>
    public Func<SiteName, SiteContext> Context { get; set; }

    public Dictionary<SiteName, int[]> Inputs { get; }

    /// <summary>Changes a message on its way to a site; null loses it.</summary>
    public Func<SiteName, SignedMessage, SignedMessage?> Down { get; set; } = (_, message) => message;

    /// <summary>Changes a message on its way from a site; null loses it.</summary>
    public Func<SiteName, SignedMessage, SignedMessage?> Up { get; set; } = (_, message) => message;

    /// <summary>Changes the bytes of an input on their way.</summary>
    public Func<SiteName, byte[], byte[]?> Vector { get; set; } = (_, bytes) => bytes;

    /// <summary>What each site last did.</summary>
    public Dictionary<SiteName, SiteStep> Last { get; } = [];

    /// <summary>Everything that came out of the coordinator's machine that was no message to a site.</summary>
    public List<AggregatorStep> Outcomes { get; } = [];

    /// <summary>Everything that sites said, in order.</summary>
    public List<(SiteName Site, SignedMessage Message)> Said { get; } = [];

    /// <summary>Everything that the coordinator said, in order.</summary>
    public List<(SiteName Site, SignedMessage Message)> Told { get; } = [];

    public SiteAttempt? Site(SiteName name) => _sites.GetValueOrDefault(name);

    public AggregatorStep.Sum? Sum => Outcomes.OfType<AggregatorStep.Sum>().SingleOrDefault();

    public AggregatorStep.Fail? Failure => Outcomes.OfType<AggregatorStep.Fail>().SingleOrDefault();

    public ImmutableArray<SiteName> Survivors => Outcomes.OfType<AggregatorStep.Fix>().Single().Survivors;

    /// <summary>What a site was told so far, and the transcript that follows from it.</summary>
    public Heard HeardBy(SiteName site) => new(_rig, [.. Told.Where(told => told.Site == site).Select(told => told.Message)]);

    /// <summary>True if a site said a message of this kind.</summary>
    public bool HasSaid(SiteName site, MessageType type) => Said.Exists(said => said.Site == site && said.Message.Type == type);

    /// <summary>True if anybody said a message of this kind.</summary>
    public bool HasSaid(MessageType type) => Said.Exists(said => said.Message.Type == type);

    /// <summary>The coordinator says something else to one site than its machine would.</summary>
    public void ChangeDown(SiteName site, MessageType type, Func<SignedMessage, SignedMessage?> change) =>
        Down = Changed(Down, site, type, change);

    /// <summary>A site hears nothing more, and its machine with it; the test speaks for it.</summary>
    public void Silence(SiteName site)
    {
        var before = Down;
        Down = (to, message) => to == site ? null : before(to, message);
    }

    /// <summary>One site says something else than its machine would.</summary>
    public void ChangeUp(SiteName site, MessageType type, Func<SignedMessage, SignedMessage?> change) =>
        Up = Changed(Up, site, type, change);

    public Refusal? RefusalOf(SiteName site) => (Last.GetValueOrDefault(site) as SiteStep.Leave)?.Refusal;

    /// <summary>The sum in clear of these sites' inputs.</summary>
    public long[] ClearSum(IEnumerable<SiteName> sites) =>
        [.. Enumerable.Range(0, _rig.Study.Dimension).Select(lane => sites.Sum(site => (long)Inputs[site][lane]))];

    /// <summary>A site's process ends: nothing of it is answered any more.</summary>
    public void Kill(SiteName site) => _gone.Add(site);

    /// <summary>From the invitation until nothing is under way; then, for every stage that still waits, its deadline.</summary>
    public Round Run()
    {
        Do(Aggregator.Begin());
        while (!Aggregator.IsOver)
        {
            var stage = Aggregator.Stage;
            Do(Aggregator.CloseStage());
            if (Aggregator.Stage == stage && !Aggregator.IsOver)
            {
                throw new InvalidOperationException($"Stage {stage} does not end at its deadline.");
            }
        }

        return this;
    }

    /// <summary>Carries out steps, and everything that follows from them.</summary>
    public void Do(IEnumerable<AggregatorStep> steps)
    {
        Add(steps);
        while (_steps.TryDequeue(out var step))
        {
            switch (step)
            {
                case AggregatorStep.Tell tell:
                    Tell(tell.Site, tell.Message);
                    break;
                case AggregatorStep.Fix:
                    Outcomes.Add(step);
                    Add(Aggregator.Announce());
                    break;
                default:
                    Outcomes.Add(step);
                    break;
            }
        }
    }

    /// <summary>The coordinator says something to a site, by whatever lies on the way.</summary>
    public void Tell(SiteName site, SignedMessage message)
    {
        if (_gone.Contains(site) || Down(site, message) is not { } heard)
        {
            return;
        }

        Told.Add((site, heard));
        if (_sites.TryGetValue(site, out var attempt))
        {
            Do(site, attempt.Receive(heard));
            return;
        }

        var step = SiteAttempt.Begin(Context(site), Expect(site), heard, out var begun);
        if (begun is not null)
        {
            _sites[site] = begun;
        }

        Do(site, step);
    }

    public void Dispose()
    {
        foreach (var site in _sites.Values)
        {
            site.Dispose();
        }
    }

    private void Add(IEnumerable<AggregatorStep> steps)
    {
        foreach (var step in steps)
        {
            _steps.Enqueue(step);
        }
    }

    private void Do(SiteName site, SiteStep step)
    {
        if (step is not SiteStep.Wait || RefusalOf(site) is null)
        {
            Last[site] = step; // who left stays gone
        }

        switch (step)
        {
            case SiteStep.Say say:
                Say(site, say.Message);
                break;
            case SiteStep.Compute when _sites[site].AwaitsInput:
                Do(site, _sites[site].Mask(Inputs[site], parallelism: 1));
                break;
            case SiteStep.Send send:
                Send(site, send.Input);
                break;
            case SiteStep.Record:
                Do(site, _sites[site].Reveal());
                break;
            case SiteStep.Leave leave:
                Say(site, leave.Notice);
                Add(Aggregator.Drop(site, $"{leave.Refusal.Code}"));
                break;
        }
    }

    private void Say(SiteName site, SignedMessage message)
    {
        if (!_gone.Contains(site) && Up(site, message) is { } heard)
        {
            Said.Add((site, heard));
            Add(Aggregator.Receive(site, heard));
        }
    }

    /// <summary>A site's masked input goes to the coordinator, by whatever lies on the way.</summary>
    public void Send(SiteName site, MaskedInput input)
    {
        if (_gone.Contains(site) || Up(site, input.Header) is not { } header || Vector(site, input.Bytes.ToArray()) is not { } bytes)
        {
            return;
        }

        Said.Add((site, header));
        Add(Aggregator.Take(site, header, bytes, MaskedInputHeader.DigestOf(bytes), out var receipt));
        if (receipt is not null)
        {
            Tell(site, receipt);
        }
    }

    private static Func<SiteName, SignedMessage, SignedMessage?> Changed(
        Func<SiteName, SignedMessage, SignedMessage?> before,
        SiteName site,
        MessageType type,
        Func<SignedMessage, SignedMessage?> change
    ) =>
        (to, message) =>
            before(to, message) is not { } passed ? null
            : to == site && passed.Type == type ? change(passed)
            : passed;

    private static int Input(Rig rig, int index)
    {
        var bound = (long)rig.Study.InputBound;
        return (int)((index * 7919L % ((2 * bound) + 1)) - bound);
    }
}
