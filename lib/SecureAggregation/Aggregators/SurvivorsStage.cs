using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Aggregators;

/// <summary>The survivors are fixed, once. Collects their acknowledgements until they are a quorum.</summary>
internal sealed class SurvivorsStage : AggregatorStage
{
    private readonly Sharing _sharing;
    private readonly ImmutableArray<Dealer> _dealers;
    private readonly SurvivorSet _survivors;
    private readonly ImmutableArray<ReadOnlyMemory<byte>> _inputSignatures;
    private readonly byte[] _sum;
    private readonly SignedMessage _announcement;
    private readonly int _quorum;
    private readonly SortedDictionary<int, ReadOnlyMemory<byte>> _acknowledgements = [];
    private bool _isAnnounced;

    internal SurvivorsStage(
        AttemptTerms terms,
        AggregatorContext context,
        Digest h0,
        Sharing sharing,
        ImmutableArray<Dealer> dealers,
        SurvivorSet survivors,
        ImmutableArray<ReadOnlyMemory<byte>> inputSignatures,
        byte[] sum
    )
        : base(terms, context, h0, sharing.Cohort.NamesOf(survivors.Survivors))
    {
        _sharing = sharing;
        _dealers = dealers;
        _survivors = survivors;
        _inputSignatures = inputSignatures;
        _sum = sum;
        _quorum = terms.Study.Threshold;
        H3 = Transcript.H3(sharing.H2, survivors);
        _announcement = SignedMessage.Sign(MessageType.SurvivorSet, survivors.ToBody(), sharing.H2, context.Signer);
    }

    internal Digest H3 { get; }

    internal override string Name => "survivors";

    private protected override bool IsEnough =>
        _isAnnounced && (_acknowledgements.Count >= _quorum || _acknowledgements.Count + Awaited.Count < _quorum);

    internal override bool Has(SiteName site) => _survivors.Survivors.Contains(_sharing.Cohort.IndexOf(site));

    internal override IReadOnlyList<SignedMessage> MessagesFor(SiteName site) =>
        _isAnnounced && Awaited.Contains(site) ? [_announcement] : [];

    /// <summary>M6 to every survivor, now that the choice is durable.</summary>
    internal Outcome Announce()
    {
        if (_isAnnounced)
        {
            return Outcome.Same;
        }

        _isAnnounced = true;
        var tell = _sharing.Cohort.NamesOf(_survivors.Survivors).Select(site => new AggregatorStep.Tell(site, _announcement));
        var next = IsEnough ? Close(isDeadline: false) : Outcome.Same; // sites may have left before they could hear of it
        return next with { Steps = [.. tell, .. next.Steps] };
    }

    internal override Outcome Receive(SiteName site, SignedMessage message)
    {
        if (message.Type != MessageType.Acknowledgement || !Has(site) || !_isAnnounced)
        {
            return Ignored(site, AbortCode.Unexpected, $"a {message.Type} of {site} is not awaited now.");
        }

        var index = _sharing.Cohort.IndexOf(site);
        if (_acknowledgements.ContainsKey(index))
        {
            return Outcome.Same;
        }

        if (!message.Body.IsEmpty || !message.IsSignedBy(_sharing.Cohort.Members[index].Site.Key, H3))
        {
            return Refused(
                site,
                new Refusal(AbortCode.BadSignature, $"the acknowledgement of {site} is not its signature over these survivors.")
            );
        }

        _acknowledgements[index] = message.Signature;
        return Taken(site);
    }

    internal override Outcome Close(bool isDeadline)
    {
        if (!_isAnnounced)
        {
            return Outcome.Same; // nobody could answer yet
        }

        if (_acknowledgements.Count < _quorum)
        {
            return TooFew(_acknowledgements.Count, _quorum, "survivors acknowledged the sum", isDeadline);
        }

        var set = new AcknowledgementSet(SiteSet.Of(_sharing.Cohort.Size, _acknowledgements.Keys), [.. _acknowledgements.Values]);
        var message = SignedMessage.Carrier(MessageType.AcknowledgementSet, set.ToBody());
        return new Outcome(
            new UnmaskingStage(Terms, Context, H0, _sharing, _dealers, _survivors, H3, set, message, _announcement, _inputSignatures, _sum),
            [.. _sharing.Cohort.NamesOf(_survivors.Survivors).Select(site => new AggregatorStep.Tell(site, message))]
        );
    }
}
