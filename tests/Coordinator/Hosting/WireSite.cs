using System.Security.Cryptography;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Federation.Plans;
using Federated.Hosting;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Sites;
using Federated.V1;
using Google.Protobuf;

namespace Federated.Coordinator.Tests.Hosting;

/// <summary>A site that follows the protocol over the wire with the product's own machine; its input, and how it is sent, the test decides.</summary>
internal sealed class WireSite : IDisposable
{
    private readonly MemberKeys _keys;
    private readonly CredentialBook _credentials;
    private readonly StudyPlan _plan;
    private readonly SiteName _name;
    private Welcome? _welcome;
    private SiteAttempt? _machine;
    private ProtocolMessage? _address;

    public WireSite(RunningCoordinator coordinator, StudyPlan plan, string site)
    {
        (_name, _plan) = (SiteName.Parse(site), plan);
        (var tls, _keys) = coordinator.Site(site);
        _credentials = new CredentialBook(tls);
        Node = coordinator.WireNode(site);
        Model = InitialModel.Of(plan);
    }

    public WireNode Node { get; }

    /// <summary>The shared model, as the test moved it on.</summary>
    public ModelState Model { get; set; }

    /// <summary>H4 of the last round.</summary>
    public Digest PreviousResult { get; set; }

    public CredentialCheck Check => _credentials.CheckSite;

    /// <summary>Greets, and accepts the study once so many were offered.</summary>
    public async Task JoinAsync(CancellationToken cancellationToken, int offers = 1)
    {
        await Node.HelloAsync();
        _welcome = await Node.NextAsync(m => m.Welcome, cancellationToken);
        for (var i = 0; i < offers; i++)
        {
            await Node.NextAsync(m => m.StudyOffer, cancellationToken);
        }

        await Node.AcceptAsync(_plan);
    }

    /// <summary>Exchanges keys and shares until the input is awaited, and masks it.</summary>
    public async Task<MaskedInput> InputAsync(CancellationToken cancellationToken, params int[] lanes)
    {
        while (_machine?.AwaitsInput != true)
        {
            await AnswerAsync(await Node.NextAsync(m => m.Protocol, cancellationToken));
        }

        return ((SiteStep.Send)_machine.Mask(lanes, parallelism: 1)).Input;
    }

    /// <summary>Acknowledges and shows shares until the round is committed.</summary>
    public async Task<RoundCommitted> CommittedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var message = await Node.NextAsync(m => m, cancellationToken);
            if (message.RoundCommitted is { } committed)
            {
                _machine?.Dispose();
                _machine = null;
                return committed;
            }

            await AnswerAsync(message.Protocol);
        }
    }

    /// <summary>A masked input as it travels, in one chunk.</summary>
    public IEnumerable<MaskedInputMessage> Messages(MaskedInput input) => [Header(input.Header), Chunk(0, input.Bytes.ToArray())];

    public MaskedInputMessage Header(SignedMessage header, uint? round = null, uint? attempt = null, Digest? plan = null) =>
        new()
        {
            Header = header.ToWire(
                plan ?? Digest.Of(_plan.ToBytes()),
                new RoundNumber(round ?? _address!.Round),
                new AttemptNumber(attempt ?? _address!.Attempt)
            ),
        };

    public static MaskedInputMessage Chunk(ulong offset, byte[] bytes) =>
        new()
        {
            Chunk = new Chunk { Offset = offset, Data = ByteString.CopyFrom(bytes) },
        };

    public void Dispose()
    {
        _machine?.Dispose();
        Node.Dispose();
    }

    private async Task AnswerAsync(ProtocolMessage protocol)
    {
        if (new Digest(protocol.PlanHash.Span) != Digest.Of(_plan.ToBytes()))
        {
            return; // another study's
        }

        _address = protocol;
        var heard = protocol.FromWire(out var fault) ?? throw new AssertFailedException(fault!);
        var step = _machine is null ? Begin(heard) : _machine.Receive(heard);
        if (step is SiteStep.Record)
        {
            step = _machine!.Reveal();
        }

        if (step is SiteStep.Leave leave)
        {
            throw new AssertFailedException($"{_name} left: {leave.Refusal.Reason}");
        }

        if (step is SiteStep.Say say)
        {
            var wire = say.Message.ToWire(Digest.Of(_plan.ToBytes()), new RoundNumber(protocol.Round), new AttemptNumber(protocol.Attempt));
            await Node.SayAsync(new NodeMessage { Protocol = wire });
        }
    }

    private SiteStep Begin(SignedMessage invitation)
    {
        var terms = PlanTerms.Of(_plan, Digest.Of(_plan.ToBytes()), new RoundNumber(1));
        var hub =
            _credentials.CoordinatorKey(_welcome!.Credential.Memory, terms.Suite, out var fault) ?? throw new AssertFailedException(fault!);
        var context = new SiteContext(
            _name,
            _keys.CredentialFile,
            _keys.Private.IdentityFor(terms.Suite),
            hub,
            _credentials.CheckSite,
            RandomNumberGenerator.Fill,
            new KeyHistory()
        );
        var expected = new SiteExpectation(terms, Model.Round.Next, Model.Hash, PreviousResult, default, null, _ => null);
        return SiteAttempt.Begin(context, expected, invitation, out _machine);
    }
}
