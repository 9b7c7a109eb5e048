using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Aggregators;

/// <summary>Collects M9 until every secret that is needed can be put together, then takes the masks off the sum (design section 2.7).</summary>
internal sealed class UnmaskingStage(
    AttemptTerms terms,
    AggregatorContext context,
    Digest h0,
    Sharing sharing,
    ImmutableArray<Dealer> dealers,
    SurvivorSet survivors,
    Digest h3,
    AcknowledgementSet acknowledgements,
    SignedMessage quorumMessage,
    SignedMessage announcement,
    ImmutableArray<ReadOnlyMemory<byte>> inputSignatures,
    byte[] sum
) : AggregatorStage(terms, context, h0, sharing.Cohort.NamesOf(survivors.Survivors))
{
    private readonly int _threshold = terms.Study.Threshold;
    private readonly SortedDictionary<int, UnmaskingShares> _shown = [];

    internal override string Name => "unmasking";

    private protected override bool IsEnough => _shown.Count >= _threshold || _shown.Count + Awaited.Count < _threshold;

    internal override bool Has(SiteName site) => survivors.Survivors.Contains(sharing.Cohort.IndexOf(site));

    internal override IReadOnlyList<SignedMessage> MessagesFor(SiteName site) =>
        Awaited.Contains(site) ? [announcement, quorumMessage] : [];

    internal override Outcome Receive(SiteName site, SignedMessage message)
    {
        if (message.Type == MessageType.Acknowledgement && Has(site))
        {
            return Outcome.Same; // there was a quorum without it
        }

        if (message.Type != MessageType.UnmaskingShares || !Has(site))
        {
            return Ignored(site, AbortCode.Unexpected, $"a {message.Type} of {site} is not awaited now.");
        }

        var holder = sharing.Cohort.IndexOf(site);
        if (_shown.ContainsKey(holder))
        {
            return Outcome.Same;
        }

        if (!message.IsSignedBy(sharing.Cohort.Members[holder].Site.Key, h3))
        {
            return Refused(site, new Refusal(AbortCode.BadSignature, $"the shares of {site} are not signed by it for these survivors."));
        }

        if (UnmaskingShares.Parse(message.Body) is not { } shown || !AreHeld(holder, shown))
        {
            return Refused(site, new Refusal(AbortCode.BadShare, $"the shares of {site} are not those that it holds."));
        }

        _shown[holder] = shown;
        return Taken(site);
    }

    internal override Outcome Close(bool isDeadline)
    {
        if (_shown.Count < _threshold)
        {
            return TooFew(_shown.Count, _threshold, "survivors showed shares", isDeadline);
        }

        var masks = new List<MaskTerm>();
        var opened = ImmutableArray.CreateBuilder<OpenedDealer>(dealers.Length);
        var isOpen = false;
        try
        {
            if (Masks(masks, opened) is { } culprit)
            {
                return Failed(culprit);
            }

            var outcome = Sum(masks, new RoundOpening([.. opened], inputSignatures));
            isOpen = outcome.Next is SumStage;
            return outcome;
        }
        finally
        {
            masks.ForEach(mask => mask.Key.Dispose());
            if (!isOpen)
            {
                foreach (var dealer in opened)
                {
                    dealer.Dispose();
                }
            }
        }
    }

    /// <summary>True if a holder shows exactly one share of each dealer, of the right kind and as the dealer committed to it.</summary>
    private bool AreHeld(int holder, UnmaskingShares shown)
    {
        if (shown.Shares.Length != dealers.Length)
        {
            return false;
        }

        foreach (var (dealer, share) in dealers.Zip(shown.Shares))
        {
            var (selfMask, maskKey) = dealer.Commitments[holder];
            var kind = KindOf(dealer.Index);
            if (
                share.Owner != dealer.Index
                || share.Kind != kind
                || !SecretSharing.IsWellFormed(share.Share.Span)
                || Derivations.ShareCommitment(sharing.Cohort.H1, dealer.Index, holder, kind, share.Share.Span)
                    != (kind == ShareKind.SelfMask ? selfMask : maskKey)
            )
            {
                return false;
            }
        }

        return true;
    }

    private ShareKind KindOf(int owner) => survivors.Survivors.Contains(owner) ? ShareKind.SelfMask : ShareKind.MaskKey;

    /// <summary>Puts the secrets together and derives every mask that is still in the sum, each with the sign that takes it off.</summary>
    /// <returns>The dealer whose shares give no secret of its own, or null.</returns>
    private SiteName? Masks(List<MaskTerm> masks, ImmutableArray<OpenedDealer>.Builder opened)
    {
        var unmasking = new Unmasking(Terms.Study, H0, sharing, survivors.Survivors);
        var holders = _shown.Take(_threshold).ToArray();
        var basis = new LagrangeBasis([.. holders.Select(pair => pair.Key + 1)]);
        using var shares = new SecretBytes(_threshold * SecretSharing.ShareLength);
        using var secret = new SecretBytes(SecretSharing.SecretLength);
        for (var i = 0; i < dealers.Length; i++)
        {
            for (var k = 0; k < holders.Length; k++)
            {
                holders[k].Value.Shares[i].Share.Span.CopyTo(shares.Span[(k * SecretSharing.ShareLength)..]);
            }

            var dealer = dealers[i];
            if (!basis.TryCombine(shares.Span, secret.Span) || !unmasking.TryAdd(dealer.Index, dealer.Commitment, secret.Span, masks))
            {
                return sharing.Cohort.Members[dealer.Index].Site.Name;
            }

            opened.Add(new OpenedDealer(dealer.Header.Body, secret.Span));
        }

        return null;
    }

    private Outcome Sum(List<MaskTerm> masks, RoundOpening opening)
    {
        var study = Terms.Study;
        MaskStream.Apply(sum, study.Format, masks, Context.Parallelism);
        var lanes = new long[study.Dimension];
        LaneBuffers.DecodeCentred(sum, study.Format, lanes);
        var most = survivors.Survivors.Count * study.InputBound;
        if (Array.Exists(lanes, lane => lane < -most || lane > most))
        {
            // The masks of honest sites cancel, and honest inputs are within the bound: somebody masked otherwise, and nobody can say who.
            return Over(
                new AggregatorStep.Fail(
                    Name,
                    "a site's input was beyond the plan's bound, or not masked as agreed; who it was is hidden.",
                    []
                )
            );
        }

        var names = sharing.Cohort.NamesOf(survivors.Survivors);
        return new Outcome(new SumStage(this, sharing, survivors, acknowledgements, h3, opening), [new AggregatorStep.Sum(lanes, names)]);
    }

    private Outcome Failed(SiteName culprit) =>
        Over(new AggregatorStep.Fail(Name, $"the shares that {culprit} dealt give no secret of its own.", [culprit]));

    private Outcome Over(AggregatorStep step) => new(new OverStage(this), [step]);
}

/// <summary>The sum is open; what it comes to is computed elsewhere.</summary>
internal sealed class SumStage(
    AggregatorStage last,
    Sharing sharing,
    SurvivorSet survivors,
    AcknowledgementSet acknowledgements,
    Digest h3,
    RoundOpening opening
) : AggregatorStage(last.Terms, last.Context, last.H0, [])
{
    internal override string Name => "sum";

    internal Digest H3 => h3;

    internal RoundOpening Opening => opening;

    internal override bool Has(SiteName site) => survivors.Survivors.Contains(sharing.Cohort.IndexOf(site));

    internal override IReadOnlyList<SignedMessage> MessagesFor(SiteName site) => [];

    internal override Outcome Receive(SiteName site, SignedMessage message) => Outcome.Same; // it was not needed any more

    private protected override bool IsEnough => false;

    internal override Outcome Close(bool isDeadline) => Outcome.Same;

    internal RoundTranscript Summary =>
        new(
            H0,
            sharing.Cohort.H1,
            sharing.H2,
            h3,
            sharing.Cohort.Names,
            sharing.Cohort.NamesOf(sharing.Sharers),
            sharing.Cohort.NamesOf(survivors.Survivors),
            Digest.Of(acknowledgements.ToBody())
        );

    internal RoundProof Proof(SignedMessage invitation, RoundResult result) =>
        new(
            invitation,
            [.. sharing.Cohort.Members.Select(member => member.Message.Body)],
            sharing.Sharers,
            sharing.Headers,
            survivors,
            acknowledgements,
            SignedMessage.Sign(MessageType.RoundResult, result.ToBody(), h3, Context.Signer)
        );
}
