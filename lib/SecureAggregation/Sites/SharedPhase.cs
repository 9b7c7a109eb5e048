using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Sites;

/// <summary>M3 is said; the others' shares are awaited.</summary>
internal sealed class SharedPhase : SitePhase
{
    private readonly AttemptView _view;
    private readonly Cohort _cohort;
    private readonly int _self;
    private readonly AgreedSecrets _agreed;
    private readonly Secret32 _selfSeed; // b_i
    private readonly HeldShares _held; // so far the own ones
    private readonly SignedMessage _own;
    private bool _handedOver;

    private SharedPhase(AttemptView view, Cohort cohort, int self, AgreedSecrets agreed, Secret32 maskSeed)
    {
        _view = view;
        _cohort = cohort;
        _self = self;
        _agreed = agreed;
        _selfSeed = Secret32.Draw(view.Context.Random);
        _held = new HeldShares(cohort.Size);
        _own = Dealing.Deal(view, cohort, self, agreed, _selfSeed, maskSeed, _held.Of(self));
    }

    internal static (SitePhase? Next, SiteStep Step) Deal(
        AttemptView view,
        Cohort cohort,
        int self,
        AgreedSecrets agreed,
        Secret32 maskSeed
    )
    {
        var phase = new SharedPhase(view, cohort, self, agreed, maskSeed);
        return (phase, new SiteStep.Say(phase._own));
    }

    internal override string Name => "shares";

    internal override (SitePhase? Next, SiteStep Step) Receive(SignedMessage message)
    {
        if (message.Type != MessageType.ShareSet)
        {
            return Unexpected(message);
        }

        if (ShareSet.Parse(message.Body, _cohort.Size, _self) is not { } set)
        {
            return Refuse(AbortCode.Malformed, "the set of shares cannot be read.");
        }

        if (Refusal(set) is { } refusal)
        {
            return Refuse(refusal);
        }

        _handedOver = true;
        var sharing = new Sharing(_cohort, set.Sharers, [.. set.Shares.Select(share => Digest.Of(share.Header.Body.Span))]);
        return (new ReadyPhase(_view, sharing, _self, _agreed, _selfSeed, _held), new SiteStep.Compute());
    }

    public override void Dispose()
    {
        if (!_handedOver)
        {
            _agreed.Dispose();
            _selfSeed.Dispose();
            _held.Dispose();
        }
    }

    private Refusal? Refusal(ShareSet set)
    {
        if (!set.Sharers.Contains(_self))
        {
            return new Refusal(AbortCode.OwnKeyChanged, "this site's own shares are left out.");
        }

        if (set.Sharers.Count < _view.Study.MinimumSurvivors)
        {
            return new Refusal(
                AbortCode.CohortSmall,
                $"{set.Sharers.Count} members shared; the plan wants {_view.Study.MinimumSurvivors}."
            );
        }

        foreach (var (dealer, share) in set.Sharers.Members.Zip(set.Shares))
        {
            if ((dealer == _self ? OwnRefusal(share) : RefusalOf(dealer, share)) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private Refusal? OwnRefusal(DealtShare share) =>
        share.Header.Body.Span.SequenceEqual(_own.Body.Span) && share.Header.Signature.Span.SequenceEqual(_own.Signature.Span)
            ? null
            : new Refusal(AbortCode.OwnKeyChanged, "this site's own commitments are not in the set as it said them.");

    /// <summary>Checks one dealer's share, and takes it over if it is right.</summary>
    private Refusal? RefusalOf(int dealer, DealtShare share)
    {
        var site = _cohort.Members[dealer].Site;
        if (!share.Header.IsSignedBy(site.Key, _cohort.H1))
        {
            return new Refusal(AbortCode.BadSignature, $"the commitments of {site.Name} are not signed by it for this cohort.");
        }

        if (ShareHeader.Parse(share.Header.Body) is not { } header || ShareItem.Parse(share.Item) is not { } item)
        {
            return new Refusal(AbortCode.Malformed, $"the shares of {site.Name} cannot be read.");
        }

        if (
            header.Items != _cohort.Size
            || item.Holder != _self
            || !MerklePath.Includes(header.ItemsRoot, _self, _cohort.Size, MerkleHash.Leaf(share.Item.Span), share.Path.AsSpan())
        )
        {
            return new Refusal(AbortCode.Graph, $"the item of {site.Name} is not the one for this site that it signed.");
        }

        var held = _held.Of(dealer);
        if (!ShareCipher.TryOpen(_cohort, dealer, _self, _agreed.Channel(dealer), item.Ciphertext.Span, held))
        {
            return new Refusal(AbortCode.BadCiphertext, $"the ciphertext of {site.Name} does not open.");
        }

        var selfMask = held[..SecretSharing.ShareLength];
        var maskKey = held[SecretSharing.ShareLength..];
        return !SecretSharing.IsWellFormed(selfMask) || !SecretSharing.IsWellFormed(maskKey)
                ? new Refusal(AbortCode.BadShare, $"a share of {site.Name} is not of the field.")
            : Derivations.ShareCommitment(_cohort.H1, dealer, _self, ShareKind.SelfMask, selfMask) != item.SelfMaskCommitment
            || Derivations.ShareCommitment(_cohort.H1, dealer, _self, ShareKind.MaskKey, maskKey) != item.MaskKeyCommitment
                ? new Refusal(AbortCode.ShareCommitment, $"a share of {site.Name} is not the one that it committed to.")
            : null;
    }
}
