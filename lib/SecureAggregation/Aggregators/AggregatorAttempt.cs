using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Aggregators;

/// <summary>
/// One attempt at the coordinator, from invitation to sum. A state machine: messages, departures and deadlines in, steps out; no clock, disk or network.
/// </summary>
/// <remarks>
/// Keys (M1) → Shares (M3) → Inputs (M5) → Survivors (fixed, durable, then M6; M7) → Unmasking (M8; M9) → Sum, or over. A stage ends when everybody it waits for has answered or
/// is out, or at <see cref="CloseStage"/>. With fewer than the plan's minimum it fails, and nothing is ever unmasked. Called by one thread at a time.
/// </remarks>
public sealed class AggregatorAttempt
{
    private readonly Dictionary<SiteName, (Digest Input, SignedMessage Receipt)> _receipts = [];
    private AggregatorStage _stage;

    /// <param name="terms">The attempt.</param>
    /// <param name="context">The coordinator.</param>
    /// <param name="invited">Sites of the roster that are there.</param>
    /// <param name="timeout">Until when inputs must be complete, from a site's receipt of the invitation.</param>
    public AggregatorAttempt(AttemptTerms terms, AggregatorContext context, IReadOnlyCollection<SiteName> invited, TimeSpan timeout)
    {
        Terms = terms;
        Invited = [.. invited];
        var invitation = new Invitation(
            terms.Study.Study,
            terms.Study.PlanHash,
            terms.Round,
            terms.Attempt,
            terms.ModelHash,
            terms.PreviousResult,
            Messages.Invitation.DrawNonce(context.Random),
            terms.Log,
            (uint)timeout.TotalMilliseconds
        );
        Invitation = SignedMessage.Sign(MessageType.Invitation, invitation.ToBody(), terms.PreviousResult, context.Signer);
        _stage = new KeysStage(terms, context, Invitation, Invited);
    }

    /// <summary>The attempt.</summary>
    public AttemptTerms Terms { get; }

    /// <summary>Sites that were invited.</summary>
    public ImmutableSortedSet<SiteName> Invited { get; }

    /// <summary>M0.</summary>
    public SignedMessage Invitation { get; }

    /// <summary>Where the attempt is: keys, shares, inputs, survivors, unmasking, sum or over. For deadlines and for people.</summary>
    public string Stage => _stage.Name;

    /// <summary>True while masked inputs may come.</summary>
    public bool AwaitsInputs => _stage is InputsStage;

    /// <summary>True once it failed, or its sum is open.</summary>
    public bool IsOver => _stage is OverStage or SumStage;

    /// <summary>Sites whose answer this stage waits for.</summary>
    public IReadOnlySet<SiteName> Awaited => _stage.Awaited;

    /// <summary>M0 for everybody.</summary>
    public ImmutableArray<AggregatorStep> Begin() => [.. Invited.Select(site => new AggregatorStep.Tell(site, Invitation))];

    /// <summary>What a site that reconnected within its life is told again.</summary>
    public IReadOnlyList<SignedMessage> MessagesFor(SiteName site) => _stage.MessagesFor(site);

    /// <summary>Takes M1, M3, M7 or M9. For a notice that a site leaves, call <see cref="Drop"/>.</summary>
    /// <param name="site">Whose connection it came over; the signature must be that site's too.</param>
    /// <param name="message">The message.</param>
    public ImmutableArray<AggregatorStep> Receive(SiteName site, SignedMessage message)
    {
        if (
            message.Body.Length > Protocol.MaxBodyBytes(message.Type)
            || message.Attachment.Length > Protocol.MaxAttachmentBytes(message.Type)
        )
        {
            return [new AggregatorStep.Refused(site, new Refusal(AbortCode.Malformed, $"a {message.Type} of {site} is too large."))];
        }

        return Move(_stage.Receive(site, message));
    }

    /// <summary>Whether a masked input may be sent: null, or why not. Verified before any of its bytes is taken.</summary>
    public Refusal? HeaderRefusal(SiteName site, SignedMessage header) =>
        _stage is InputsStage inputs ? inputs.HeaderRefusal(site, header)
        : ReceiptFor(site, header) is not null ? null
        : new Refusal(AbortCode.Timeout, "the attempt is past its inputs; wait for the next invitation.");

    /// <summary>H2, which inputs of this attempt are masked for; null unless it takes inputs now.</summary>
    public Digest? MaskedFor => (_stage as InputsStage)?.MaskedFor;

    /// <summary>The receipt that was given for this very input; null if none was.</summary>
    public SignedMessage? ReceiptFor(SiteName site, SignedMessage header) =>
        _receipts.TryGetValue(site, out var given)
        && MaskedInputHeader.Parse(header.Body, Terms.Study.Dimension, Terms.Study.Format)?.InputDigest == given.Input
            ? given.Receipt
            : null;

    /// <summary>Takes a complete masked input.</summary>
    /// <param name="site">Whose.</param>
    /// <param name="header">M5.</param>
    /// <param name="packed">All its bytes; not kept.</param>
    /// <param name="digest">D_i of those bytes, computed as they came.</param>
    /// <param name="receipt">For the site; null if it was refused.</param>
    public ImmutableArray<AggregatorStep> Take(
        SiteName site,
        SignedMessage header,
        ReadOnlySpan<byte> packed,
        Digest digest,
        out SignedMessage? receipt
    )
    {
        if (_stage is not InputsStage inputs)
        {
            receipt = ReceiptFor(site, header);
            return receipt is not null
                ? []
                : [new AggregatorStep.Refused(site, new Refusal(AbortCode.Timeout, $"the input of {site} is too late; it stays hidden."))];
        }

        (var outcome, receipt) = inputs.Take(site, header, packed, digest);
        if (receipt is not null)
        {
            _receipts[site] = (digest, receipt);
        }

        return Move(outcome);
    }

    /// <summary>A site is out of the attempt: it declined, restarted, or is gone.</summary>
    public ImmutableArray<AggregatorStep> Drop(SiteName site, string reason) => Move(_stage.Drop(site, reason));

    /// <summary>The stage's time is over.</summary>
    public ImmutableArray<AggregatorStep> CloseStage() => Move(_stage.Close(isDeadline: true));

    /// <summary>Announces the survivors, once they are on disk.</summary>
    /// <exception cref="InvalidOperationException">They are not fixed, or were announced.</exception>
    public ImmutableArray<AggregatorStep> Announce() =>
        _stage is SurvivorsStage survivors
            ? Move(survivors.Announce())
            : throw new InvalidOperationException($"No survivors are announced in stage {Stage}.");

    /// <summary>What the attempt's messages came to, for the record.</summary>
    /// <exception cref="InvalidOperationException">The sum is not open.</exception>
    public RoundTranscript Summary =>
        (_stage as SumStage)?.Summary ?? throw new InvalidOperationException($"There is nothing to sum up in stage {Stage}.");

    /// <summary>What the sum was opened with: for whoever keeps the masked inputs, so that auditors can compute it again. The caller disposes it, once, which wipes it.</summary>
    /// <exception cref="InvalidOperationException">The sum is not open.</exception>
    public RoundOpening Opening =>
        (_stage as SumStage)?.Opening ?? throw new InvalidOperationException($"Nothing is opened in stage {Stage}.");

    /// <summary>Closes the round over its sum and the model that it gives.</summary>
    /// <param name="sumHash">SHA-256 of the sum's bytes.</param>
    /// <param name="nextModelHash">Of the model after the step.</param>
    /// <returns>What a site that was away verifies the round by.</returns>
    /// <exception cref="InvalidOperationException">The sum is not open.</exception>
    public RoundProof Conclude(Digest sumHash, Digest nextModelHash)
    {
        var sum = _stage as SumStage ?? throw new InvalidOperationException($"Nothing is concluded in stage {Stage}.");
        return sum.Proof(Invitation, new RoundResult(sumHash, Transcript.H4(sum.H3, sumHash, nextModelHash), Terms.Log));
    }

    private ImmutableArray<AggregatorStep> Move(Outcome outcome)
    {
        _stage = outcome.Next ?? _stage;
        return outcome.Steps;
    }
}
