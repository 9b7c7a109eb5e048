using System.Security.Cryptography;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.Identity;
using Federated.Node.Tests.Hosting;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Suites;
using Federated.V1;

namespace Federated.Node.Tests.Studies;

/// <summary>
/// What a node plays with: the other sites of its study and a coordinator's aggregator, in this process, with the product's own machines and real keys. The other sites give
/// zeros, so that a sum is the node's own input.
/// </summary>
internal sealed class Ensemble : IDisposable
{
    private static readonly SiteName s_alpha = SiteName.Parse("alpha");

    private readonly StudyPlan _plan;
    private readonly ScriptedCoordinator _coordinator;
    private readonly CredentialBook _credentials;
    private readonly Dictionary<SiteName, MemberKeys> _keys = [];
    private readonly Dictionary<SiteName, SiteAttempt> _peers = [];
    private readonly SemaphoreSlim _turn = new(1);
    private AggregatorAttempt? _hub;
    private ScriptedSession? _session;

    public Ensemble(StudyPlan plan, Consortium consortium, TlsIdentity hub, ScriptedCoordinator coordinator)
    {
        _plan = plan;
        _coordinator = coordinator;
        _credentials = new CredentialBook(hub);
        Log = new TestLog(coordinator.Keys, hub);
        foreach (var site in plan.Roster)
        {
            using var tls = consortium.Identity(Role.Site, site.Value);
            _keys[site] = Consortium.KeysOf(tls);
        }

        coordinator.Heard = HeardAsync;
        coordinator.Take = TakeAsync;
        coordinator.InputLength = (ulong)Terms().InputLength;
    }

    /// <summary>Changes a message on its way to the node; null loses it.</summary>
    public Func<SignedMessage, SignedMessage?> Down { get; set; } = message => message;

    /// <summary>The log that the coordinator keeps.</summary>
    public TestLog Log { get; set; }

    /// <summary>What the log says of the study's past before an invitation; null for the truth.</summary>
    public Action<TestLog>? AppendPast { get; set; }

    /// <summary>Changes what the node is shown of the log.</summary>
    public Func<LogShown, LogShown> Bend { get; set; } = shown => shown;

    /// <summary>Other sites that share and then send no input.</summary>
    public HashSet<SiteName> SendNothing { get; } = [];

    /// <summary>Everything that the node said.</summary>
    public List<SignedMessage> Said { get; } = [];

    /// <summary>Everything that the node was told.</summary>
    public List<SignedMessage> Told { get; } = [];

    /// <summary>Completes with the sum of the attempt under way, or with why there is none.</summary>
    public TaskCompletionSource<AggregatorStep> Outcome { get; private set; } = New();

    /// <summary>What the node's messages are verified with, by the root's word in its keys.</summary>
    public IdentityKey IdentityOfNode
    {
        get
        {
            var suite = Terms().Suite;
            var keys = KeyAdvertisement.Parse(Said.Last(message => message.Type == MessageType.KeyAdvertisement).Body, suite)!;
            return _credentials.CheckSite(keys.Credential, suite, out var site, out var fault)
                ? site.Key
                : throw new AssertFailedException(fault);
        }
    }

    public StudyTerms Terms(uint round = 1) => PlanTerms.Of(_plan, _plan.Hash(), new RoundNumber(round));

    /// <summary>Begins an attempt with the node and all others, true or not.</summary>
    public async Task InviteAsync(
        ScriptedSession session,
        uint round,
        uint attempt,
        Digest model,
        Digest previous,
        Digest planHash,
        uint timeoutMs,
        IEnumerable<SiteName>? without = null
    )
    {
        var terms = new AttemptTerms(
            Terms(round) with
            {
                PlanHash = planHash,
            },
            new RoundNumber(round),
            new AttemptNumber(attempt),
            model,
            previous
        );
        await _turn.WaitAsync();
        try
        {
            var before = AppendPast ?? (log => log.AppendPast(_plan, round is 0 or > int.MaxValue ? 0 : round - 1, model, previous)); // a log cannot say such rounds
            before(Log);
            terms = terms with { Log = Log.View };
            await session.SayAsync(new CoordinatorMessage { LogShown = Bend(Log.Shown(_plan, session.SeenOfLog, _keys)) });
            session.SeenOfLog = Log.Head.Size;
            Forget();
            _session = session;
            _coordinator.InputLength = (ulong)terms.Study.InputLength;
            Outcome = New();
            _hub = new AggregatorAttempt(terms, Hub, [.. _plan.Roster.Except(without ?? [])], TimeSpan.FromMilliseconds(timeoutMs));
            await DoAsync(_hub.Begin());
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Says something to the node, whatever it is.</summary>
    public Task TellAsync(SignedMessage message) => SayAsync(_hub!.Terms, message);

    /// <summary>Nobody else is waited for in the attempt under way.</summary>
    public async Task PassDeadlineAsync()
    {
        await _turn.WaitAsync();
        try
        {
            await DoAsync(_hub!.CloseStage());
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The real round that the node took part in, once its sum is open.</summary>
    public async Task<HonestSum> SumAsync(ModelState before, CancellationToken cancellationToken)
    {
        var outcome = await Outcome.Task.WaitAsync(cancellationToken);
        var sum = outcome as AggregatorStep.Sum ?? throw new AssertFailedException($"there is no sum: {outcome}");
        return new HonestSum(_plan, before, sum.Lanes.ToArray(), [.. sum.Survivors], _hub!);
    }

    /// <summary>A whole round of these sites alone, whose sum is what the test wants.</summary>
    public HonestSum Simulate(ModelState before, Digest previous, long[] lanes, uint attempt, params string[] survivors)
    {
        SiteName[] sites = [.. survivors.Select(SiteName.Parse)];
        var terms = new AttemptTerms(Terms(before.Round.Next.Value), before.Round.Next, new AttemptNumber(attempt), before.Hash, previous);
        var hub = new AggregatorAttempt(terms, Hub, sites, TimeSpan.FromMinutes(1));
        var machines = new Dictionary<SiteName, SiteAttempt>();
        var steps = new Queue<AggregatorStep>(hub.Begin());
        AggregatorStep.Sum? sum = null;
        while (steps.TryDequeue(out var step))
        {
            switch (step)
            {
                case AggregatorStep.Tell tell:
                    var input = tell.Site == sites[0] ? lanes.Select(lane => (int)lane).ToArray() : new int[lanes.Length];
                    Answer(hub, machines, tell.Site, tell.Message, input).ForEach(steps.Enqueue);
                    break;
                case AggregatorStep.Form:
                    break; // for the log
                case AggregatorStep.Fix:
                    hub.Announce().ToList().ForEach(steps.Enqueue);
                    break;
                case AggregatorStep.Sum opened:
                    sum = opened;
                    break;
                default:
                    throw new AssertFailedException($"{step}");
            }
        }

        machines.Values.ToList().ForEach(machine => machine.Dispose());
        return new HonestSum(_plan, before, sum!.Lanes.ToArray(), [.. sum.Survivors], hub);
    }

    public void Dispose()
    {
        Forget();
        _turn.Dispose();
        foreach (var keys in _keys.Values)
        {
            keys.Dispose();
        }
    }

    private AggregatorContext Hub =>
        new(_coordinator.Keys.Private.IdentityFor(Terms().Suite), _credentials.CheckSite, RandomNumberGenerator.Fill, Parallelism: 1);

    private static TaskCompletionSource<AggregatorStep> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Forget()
    {
        foreach (var peer in _peers.Values)
        {
            peer.Dispose();
        }

        _peers.Clear();
    }

    private async Task HeardAsync(ProtocolMessage protocol)
    {
        await _turn.WaitAsync();
        try
        {
            var message = protocol.FromWire(out var fault) ?? throw new AssertFailedException(fault!);
            Said.Add(message);
            if (_hub!.Terms.Attempt.Value != protocol.Attempt || _hub.Terms.Round.Value != protocol.Round)
            {
                return;
            }

            await DoAsync(
                message.Type == MessageType.Abort
                    ? _hub.Drop(s_alpha, $"{AbortNotice.Parse(message.Body)}")
                    : _hub.Receive(s_alpha, message)
            );
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<ProtocolMessage> TakeAsync(ProtocolMessage header, byte[] bytes)
    {
        await _turn.WaitAsync();
        try
        {
            var message = header.FromWire(out var fault) ?? throw new AssertFailedException(fault!);
            var steps = _hub!.Take(s_alpha, message, bytes, MaskedInputHeader.DigestOf(bytes), out var receipt);
            await DoAsync(steps);
            return receipt?.ToWire(_plan.Hash(), _hub.Terms.Round, _hub.Terms.Attempt)
                ?? throw new Grpc.Core.RpcException(
                    new Grpc.Core.Status(Grpc.Core.StatusCode.FailedPrecondition, "This attempt is over; wait for the next invitation.")
                );
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task DoAsync(IEnumerable<AggregatorStep> first)
    {
        var steps = new Queue<AggregatorStep>(first);
        while (steps.TryDequeue(out var step))
        {
            switch (step)
            {
                case AggregatorStep.Tell { Site: var site, Message: var message } when site == s_alpha:
                    if (Down(message) is { } heard)
                    {
                        await SayAsync(_hub!.Terms, heard);
                    }

                    break;
                case AggregatorStep.Tell tell:
                    Answer(_hub!, _peers, tell.Site, tell.Message, new int[_plan.DimensionOf(_hub!.Terms.Round)]).ForEach(steps.Enqueue);
                    break;
                case AggregatorStep.Fix:
                    _hub!.Announce().ToList().ForEach(steps.Enqueue);
                    break;
                case AggregatorStep.Sum or AggregatorStep.Fail:
                    Outcome.TrySetResult(step);
                    break;
            }
        }
    }

    private async Task SayAsync(AttemptTerms terms, SignedMessage message)
    {
        Told.Add(message);
        var wire = message.ToWire(terms.Study.PlanHash, terms.Round, terms.Attempt);
        await _session!.SayAsync(new CoordinatorMessage { Protocol = wire });
    }

    /// <summary>What an honest site makes of a message, and what the hub makes of that.</summary>
    private List<AggregatorStep> Answer(
        AggregatorAttempt hub,
        Dictionary<SiteName, SiteAttempt> machines,
        SiteName site,
        SignedMessage message,
        int[] input
    )
    {
        SiteStep step;
        if (machines.TryGetValue(site, out var machine))
        {
            step = machine.Receive(message);
        }
        else
        {
            var terms = hub.Terms;
            var expected = new SiteExpectation(terms.Study, terms.Round, terms.ModelHash, terms.PreviousResult, default, null, _ => null);
            step = SiteAttempt.Begin(ContextOf(site, terms.Study), expected, message, out machine);
            machines[site] = machine ?? throw new AssertFailedException($"{site} refused: {step}");
        }

        step = step switch
        {
            SiteStep.Compute when machine.AwaitsInput => machine.Mask(input, parallelism: 1),
            SiteStep.Record => machine.Reveal(),
            _ => step,
        };
        switch (step)
        {
            case SiteStep.Say say:
                return [.. hub.Receive(site, say.Message)];
            case SiteStep.Send when SendNothing.Contains(site):
                return [];
            case SiteStep.Send send:
                var bytes = send.Input.Bytes.Span;
                return [.. hub.Take(site, send.Input.Header, bytes, MaskedInputHeader.DigestOf(bytes), out _)];
            case SiteStep.Leave leave:
                throw new AssertFailedException($"{site} left: {leave.Refusal}");
            default:
                return [];
        }
    }

    private SiteContext ContextOf(SiteName site, StudyTerms terms)
    {
        var hub = Hub.Signer.PublicKey.ToArray();
        return new SiteContext(
            site,
            _keys[site].CredentialFile,
            _keys[site].Private.IdentityFor(terms.Suite),
            terms.Suite.TryReadIdentity(hub)!,
            _credentials.CheckSite,
            RandomNumberGenerator.Fill,
            new KeyHistory()
        );
    }
}
