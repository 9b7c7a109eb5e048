using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Aggregators;

/// <summary>Collects M3 from the cohort.</summary>
internal sealed class SharesStage(AttemptTerms terms, AggregatorContext context, Digest h0, Cohort cohort, SignedMessage cohortKeys)
    : AggregatorStage(terms, context, h0, cohort.Members.Select(member => member.Site.Name))
{
    private readonly SortedDictionary<int, Dealer> _dealers = [];

    internal override string Name => "shares";

    internal override bool Has(SiteName site) => Awaited.Contains(site) || _dealers.ContainsKey(cohort.IndexOf(site));

    internal override IReadOnlyList<SignedMessage> MessagesFor(SiteName site) => Awaited.Contains(site) ? [cohortKeys] : [];

    internal override Outcome Receive(SiteName site, SignedMessage message)
    {
        if (message.Type != MessageType.ShareKeys || !Has(site))
        {
            return Ignored(site, AbortCode.Unexpected, $"a {message.Type} of {site} is not awaited now.");
        }

        var index = cohort.IndexOf(site);
        if (_dealers.TryGetValue(index, out var first))
        {
            return first.Header.Body.Span.SequenceEqual(message.Body.Span)
                ? Outcome.Same
                : Ignored(site, AbortCode.Equivocation, $"{site} sent other shares before; the first stand.");
        }

        if (Dealer.Read(cohort, index, message, out var refusal) is not { } dealer)
        {
            return Refused(site, refusal!);
        }

        _dealers[index] = dealer;
        return Taken(site);
    }

    private protected override bool IsEnough => _dealers.Count + Awaited.Count < Terms.Study.MinimumSurvivors; // enough can never be

    internal override Outcome Close(bool isDeadline)
    {
        if (_dealers.Count < Terms.Study.MinimumSurvivors)
        {
            return TooFew(_dealers.Count, Terms.Study.MinimumSurvivors, "sites sent shares", isDeadline);
        }

        var sharing = new Sharing(
            cohort,
            SiteSet.Of(cohort.Size, _dealers.Keys),
            [.. _dealers.Values.Select(dealer => Digest.Of(dealer.Header.Body.Span))]
        );
        var sets = _dealers.Keys.ToImmutableSortedDictionary(holder => holder, holder => SetFor(sharing, holder));
        return new Outcome(
            new InputsStage(Terms, Context, H0, sharing, [.. _dealers.Values], sets),
            [.. sets.Select(pair => new AggregatorStep.Tell(cohort.Members[pair.Key].Site.Name, pair.Value))]
        );
    }

    private SignedMessage SetFor(Sharing sharing, int holder)
    {
        var shares = _dealers.Values.Select(dealer => new DealtShare(
            dealer.Header,
            dealer.Items[holder],
            ImmutableArray.Create(dealer.Paths[holder])
        ));
        return SignedMessage.Carrier(MessageType.ShareSet, new ShareSet(sharing.Sharers, [.. shares]).ToBody());
    }
}

/// <summary>One site's verified M3.</summary>
/// <param name="Index">In the cohort.</param>
/// <param name="Header">Body and signature, without the items.</param>
/// <param name="Commitment">com_i.</param>
/// <param name="Items">One for each member.</param>
/// <param name="Commitments">sc of both shares of each member.</param>
/// <param name="Paths">Inclusion path of each item.</param>
internal sealed record Dealer(
    int Index,
    SignedMessage Header,
    Digest Commitment,
    ImmutableArray<ReadOnlyMemory<byte>> Items,
    ImmutableArray<(Digest SelfMask, Digest MaskKey)> Commitments,
    Digest[][] Paths
)
{
    /// <summary>Verifies and reads an M3; null, with the reason, if it is not one of that member.</summary>
    internal static Dealer? Read(Cohort cohort, int index, SignedMessage message, out Refusal? refusal)
    {
        var site = cohort.Members[index].Site;
        refusal = null;
        if (!message.IsSignedBy(site.Key, cohort.H1))
        {
            refusal = new Refusal(AbortCode.BadSignature, $"the commitments of {site.Name} are not signed by it for this cohort.");
        }
        else if (
            ShareHeader.Parse(message.Body) is not { } header
            || header.Items != cohort.Size
            || ShareItem.Split(message.Attachment, cohort.Size) is not { } items
            || ItemsOf(items, index) is not { } read
        )
        {
            refusal = new Refusal(AbortCode.Malformed, $"the shares of {site.Name} are not one for each member.");
        }
        else
        {
            var leaves = items.Select(item => MerkleHash.Leaf(item.Span)).ToArray();
            if (MerkleTree.Root(leaves) == header.ItemsRoot)
            {
                return new Dealer(
                    index,
                    new SignedMessage(message.Type, message.Body, message.Signature),
                    header.SelfMaskCommitment,
                    items,
                    [.. read.Select(item => (item.SelfMaskCommitment, item.MaskKeyCommitment))],
                    MerkleTree.AllPaths(leaves)
                );
            }

            refusal = new Refusal(AbortCode.ShareCommitment, $"the shares of {site.Name} are not those that it signed.");
        }

        return null;
    }

    private static List<ShareItem>? ItemsOf(ImmutableArray<ReadOnlyMemory<byte>> items, int dealer)
    {
        var read = new List<ShareItem>(items.Length);
        for (var holder = 0; holder < items.Length; holder++)
        {
            if (ShareItem.Parse(items[holder]) is not { } item || item.Holder != holder || item.Ciphertext.IsEmpty != (holder == dealer))
            {
                return null;
            }

            read.Add(item);
        }

        return read;
    }
}
