using System.Collections.Immutable;
using Federated.Coordinator.Aggregation;
using Federated.Coordinator.Log;
using Federated.Coordinator.Rounds;
using Federated.Coordinator.Sessions;
using Federated.Coordinator.Studies;
using Federated.Coordinator.Tests.Hosting;
using Federated.Federation;
using Federated.Hosting;
using Federated.SecureAggregation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Sites;
using Federated.TransparencyLog.Entries;
using Federated.V1;
using Google.Protobuf;

namespace Federated.Coordinator.Tests.Studies;

/// <summary>What became of a masked input.</summary>
internal enum Sent
{
    /// <summary>It is in the sum.</summary>
    Fresh,

    /// <summary>It was in the sum before.</summary>
    Same,

    /// <summary>The attempt is over.</summary>
    Late,

    /// <summary>It is not this site's to send.</summary>
    Refused,
}

/// <summary>
/// One site as the study sees it. It follows the protocol by itself, keys and shares and all, with the product's own machine; what it answers to offers, and when it gives its
/// input, the test decides.
/// </summary>
internal sealed class ScriptedSite(StudyBench bench, SiteName name)
{
    /// <summary>Ends a test that a fault would otherwise keep for ever; no test is about this value.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TestWitness _witness = new(
        BenchConsortium.KeysOf(name),
        BenchConsortium.HubKeys.Credential,
        BenchConsortium.HubTls.Root
    );
    private readonly Guid _instance = Guid.NewGuid();
    private readonly Queue<CoordinatorMessage> _heard = new();
    private readonly Dictionary<(uint, uint), MaskedInput> _inputs = [];
    private SiteSession? _session;
    private SiteAttempt? _machine;
    private (RoundNumber Round, ImmutableArray<SiteName> Survivors)? _revealed;

    public SiteName Name => name;

    /// <summary>Joins and gives zeros to every sum, without being asked.</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>True while it reads nothing.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>Why it left the last attempt, if it did.</summary>
    public Refusal? Left { get; private set; }

    /// <summary>Changes what its machine says of the protocol on the way; null loses it.</summary>
    public Func<SignedMessage, SignedMessage?> Up { get; set; } = message => message;

    /// <summary>Everything of the protocol that it was told, in order.</summary>
    public List<SignedMessage> Told { get; } = [];

    /// <summary>Everything of the protocol that it said, in order, as it left.</summary>
    public List<SignedMessage> Said { get; } = [];

    /// <summary>Connects, for the first time or again: the same process.</summary>
    public void Connect()
    {
        _session = new SiteSession(name, _instance);
        Assert.IsTrue(bench.Sessions.TryEnter(_session));
        var keys = BenchConsortium.KeysOf(name);
        bench.Members.Enter(name, keys.CredentialFile, _witness.Size);
        bench.Add(this);
        bench.Study.Post(new StudyInput.Connected(name));
    }

    public void Leave()
    {
        Assert.IsTrue(bench.Sessions.Leave(_session!));
        bench.Study.Post(new StudyInput.Disconnected(name, "it left."));
    }

    /// <summary>Accepts with the coordinator's own model of now, or with another.</summary>
    public void Accept(RoundNumber? round = null, Digest? model = null)
    {
        State(EntryKind.PlanApproved);
        AcceptUnsaid(round, model);
    }

    /// <summary>Accepts, and says nothing of it in the log.</summary>
    public void AcceptUnsaid(RoundNumber? round = null, Digest? model = null) =>
        bench.Study.Post(
            new StudyInput.Answered(name, SiteDecision.Accepts, "", round ?? bench.Study.Model.Round, model ?? bench.Study.Model.Hash)
        );

    /// <summary>Says in the log what it decided; why that was refused, or null.</summary>
    public Task<string?> State(EntryKind kind)
    {
        var keys = BenchConsortium.KeysOf(name);
        return StateAsync(TestWitness.Approval(keys, bench.Study.Plan, kind));
    }

    /// <summary>Says anything in the log of the bench's study; why that was refused, or null.</summary>
    public Task<string?> StateAsync(ReadOnlyMemory<byte> entry)
    {
        var read = SiteEntry.Read(entry, name, bench.Members.LogKeyOf(name), out var fault);
        return read is null ? Task.FromResult(fault) : bench.Study.HearAsync(read, CancellationToken.None);
    }

    public void Decline(string reason) => Answer(SiteDecision.Declines, reason);

    public void Answer(SiteDecision decision, string reason) =>
        bench.Study.Post(new StudyInput.Answered(name, decision, reason, default, default));

    public void DeclineAttempt(uint round, uint attempt) =>
        bench.Study.Post(new StudyInput.Declined(name, new RoundNumber(round), new AttemptNumber(attempt), "BUSY: later"));

    public void Report(uint round, Digest model) => bench.Study.Post(new StudyInput.Reported(name, new RoundNumber(round), model));

    /// <summary>Says something of the protocol, true or not.</summary>
    public void Say(uint round, uint attempt, SignedMessage message)
    {
        Said.Add(message);
        bench.Study.Post(new StudyInput.Said(name, new RoundNumber(round), new AttemptNumber(attempt), message));
    }

    /// <summary>Leaves the attempt under way with a notice, as its machine would have it.</summary>
    public void LeaveAttempt(uint round, uint attempt, AbortCode code) =>
        Say(round, attempt, ((SiteStep.Leave)_machine!.Leave(code, "a test wants it.")).Notice);

    /// <summary>Gives its input, masked; what was given before for the attempt is sent again.</summary>
    public async Task<Sent> SendAsync(uint round, uint attempt, params int[] lanes)
    {
        await bench.SettleAsync();
        return await UploadAsync(round, attempt, Mask(round, attempt, lanes));
    }

    /// <summary>Its masked input for an attempt, not sent: made now if the attempt awaits it, or before; null if never.</summary>
    public MaskedInput? Mask(uint round, uint attempt, params int[] lanes)
    {
        if (
            _machine is { AwaitsInput: true } machine
            && (machine.Terms.Round.Value, machine.Terms.Attempt.Value) == (round, attempt)
            && machine.Mask(lanes, parallelism: 1) is SiteStep.Send send
        )
        {
            _inputs[(round, attempt)] = send.Input;
        }

        return _inputs.GetValueOrDefault((round, attempt));
    }

    /// <summary>Sends the masked input of an earlier attempt as if it were that of this one.</summary>
    public async Task<Sent> ReplayAsync(uint round, uint attempt, (uint Round, uint Attempt) of)
    {
        await bench.SettleAsync();
        return await UploadAsync(round, attempt, _inputs[of]);
    }

    /// <summary>Begins to send its input, and loses the connection before the first chunk; what the coordinator holds of it.</summary>
    public async Task<InputAssembly> BreakUploadAsync(uint round, uint attempt, params int[] lanes)
    {
        await bench.SettleAsync();
        var input = Mask(round, attempt, lanes)!;
        Assert.IsInstanceOfType<UploadAnswer.Go>(await AskAsync(round, attempt, input.Header));
        var half = await bench.Context.Room.TakeAsync(input.Header, input.Bytes.Length, CancellationToken.None);
        bench.Study.Post(new StudyInput.UploadBroken(name, new RoundNumber(round), new AttemptNumber(attempt), half));
        await bench.SettleAsync();
        return half;
    }

    /// <summary>The next message said to this site, which must be of that kind; of the protocol, invitations alone are shown.</summary>
    public async Task<T> NextAsync<T>(Func<CoordinatorMessage, T?> kind)
        where T : class
    {
        await bench.SettleAsync();
        Assert.IsTrue(_heard.TryDequeue(out var message), $"{name} was told nothing");
        return kind(message) ?? throw new AssertFailedException($"{name} was told {message} instead.");
    }

    /// <summary>What was said to this site and not looked at, once everything said so far is handled.</summary>
    public async Task<List<CoordinatorMessage>> LeftoversAsync()
    {
        IsDeaf = false;
        await bench.SettleAsync();
        var rest = _heard.ToList();
        _heard.Clear();
        return rest;
    }

    /// <summary>What was said to it by now.</summary>
    internal List<CoordinatorMessage> Take()
    {
        List<CoordinatorMessage> said = [];
        while (!IsDeaf && _session!.Outgoing.TryRead(out var message))
        {
            said.Add(message);
        }

        return said;
    }

    /// <summary>Handles what was said.</summary>
    internal async Task HearAsync(IEnumerable<CoordinatorMessage> messages)
    {
        foreach (var message in messages)
        {
            await HearAsync(message);
        }
    }

    private async Task HearAsync(CoordinatorMessage message)
    {
        if (message.LogGrowth is { } growth)
        {
            bench.Witnessing.Answer(name, _witness.Cosign(growth).Span); // refused where another process of the site was asked meanwhile
            return;
        }

        if (message.KindCase == CoordinatorMessage.KindOneofCase.LogShown)
        {
            return; // what a node makes of it is the node's tests'
        }

        if (message.KindCase != CoordinatorMessage.KindOneofCase.Protocol)
        {
            if (!IsAutomatic)
            {
                _heard.Enqueue(message);
            }
            else if (message.StudyOffer is not null)
            {
                Accept();
            }
            else if (message.RoundCommitted is { } committed)
            {
                Report(committed.Round, new Digest(committed.NextModelHash.Span));
            }

            return;
        }

        var protocol = message.Protocol;
        var heard = protocol.FromWire(out var fault) ?? throw new AssertFailedException(fault!);
        Told.Add(heard);
        if (heard.Type == MessageType.Invitation && !IsAutomatic)
        {
            _heard.Enqueue(message);
        }

        await DoAsync(protocol, heard);
    }

    private async Task DoAsync(ProtocolMessage protocol, SignedMessage heard)
    {
        if (
            heard.Type == MessageType.Invitation
            && _machine?.Terms.Attempt.Value != protocol.Attempt | _machine?.Terms.Round.Value != protocol.Round
        )
        {
            _machine?.Dispose();
            var terms = PlanTerms.Of(bench.Study.Plan, bench.Study.PlanHash, bench.Study.Model.Round.Next);
            var before = bench.Study.Committed(bench.Study.Model.Round);
            var expected = new SiteExpectation(
                terms,
                bench.Study.Model.Round.Next,
                bench.Study.Model.Hash,
                before?.Result ?? default,
                default,
                _revealed?.Round == bench.Study.Model.Round.Next ? _revealed?.Survivors : null,
                _ => null
            );
            Do(protocol, SiteAttempt.Begin(BenchConsortium.Site(name, terms.Suite), expected, heard, out _machine));
            return;
        }

        if (_machine?.Receive(heard) is { } step)
        {
            Do(protocol, step);
        }

        if (IsAutomatic && _machine?.AwaitsInput == true)
        {
            var zeros = new int[bench.Study.Plan.DimensionOf(bench.Study.Model.Round.Next)];
            if (_machine.Mask(zeros, parallelism: 1) is SiteStep.Send send)
            {
                await UploadAsync(protocol.Round, protocol.Attempt, send.Input);
            }
        }
    }

    private void Do(ProtocolMessage protocol, SiteStep step)
    {
        switch (step)
        {
            case SiteStep.Say say when Up(say.Message) is { } said:
                Say(protocol.Round, protocol.Attempt, said);
                break;
            case SiteStep.Record record:
                _revealed = (_machine!.Terms.Round, record.Survivors);
                Do(protocol, _machine!.Reveal());
                break;
            case SiteStep.Leave leave:
                Left = leave.Refusal;
                Say(protocol.Round, protocol.Attempt, leave.Notice);
                break;
        }
    }

    private async Task<Sent> UploadAsync(uint round, uint attempt, MaskedInput? input)
    {
        var header = input?.Header ?? SignedMessage.Carrier(MessageType.MaskedInput, default);
        switch (await AskAsync(round, attempt, header))
        {
            case UploadAnswer.Done:
                return Sent.Same;
            case UploadAnswer.Refused refused:
                return refused.Refusal.Code == AbortCode.Timeout ? Sent.Late : Sent.Refused;
        }

        var assembly = new InputAssembly(header, input!.Bytes.Length, () => { });
        Assert.IsNull(assembly.Add(new Chunk { Data = ByteString.CopyFrom(input.Bytes.Span) }));
        var taken = new TaskCompletionSource<UploadAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Study.Post(new StudyInput.Input(name, new RoundNumber(round), new AttemptNumber(attempt), assembly, default, taken));
        var answer = await taken.Task.WaitAsync(Patience);
        _machine!.Receive(((UploadAnswer.Done)answer).Receipt);
        return Sent.Fresh;
    }

    private Task<UploadAnswer> AskAsync(uint round, uint attempt, SignedMessage header)
    {
        var asked = new TaskCompletionSource<UploadAnswer>(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Study.Post(new StudyInput.UploadAsked(name, new RoundNumber(round), new AttemptNumber(attempt), header, asked));
        return asked.Task.WaitAsync(Patience);
    }
}
