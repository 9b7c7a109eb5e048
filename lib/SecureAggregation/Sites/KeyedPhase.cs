using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Sites;

/// <summary>M1 is said; the cohort's keys are awaited.</summary>
internal sealed class KeyedPhase : SitePhase
{
    private readonly AttemptView _view;
    private readonly Secret32 _sigma; // σ_i: whoever has it has every pairwise mask of this site
    private readonly AgreementKey _mask; // s_i
    private readonly AgreementKey _channel; // c_i
    private readonly SignedMessage _own;

    private KeyedPhase(AttemptView view)
    {
        var (context, suite) = (view.Context, view.Study.Suite);
        Span<byte> salt = stackalloc byte[Digest.Length];
        view.H0.CopyTo(salt);
        _view = view;
        _sigma = Secret32.Draw(context.Random);
        _mask = suite.DeriveMaskKey(salt, _sigma.Bytes);
        _channel = suite.GenerateChannelKey(context.Random);
        var keys = new KeyAdvertisement(
            suite.Number,
            context.Name,
            context.Credential,
            _channel.PublicKey.ToArray(),
            _mask.PublicKey.ToArray(),
            Invitation.DrawNonce(context.Random),
            view.Terms.Log
        );
        _own = SignedMessage.Sign(MessageType.KeyAdvertisement, keys.ToBody(), view.H0, context.Signer);
    }

    internal static (KeyedPhase Phase, SignedMessage Said) Begin(AttemptView view)
    {
        var phase = new KeyedPhase(view);
        return (phase, phase._own);
    }

    internal override string Name => "keys";

    internal override (SitePhase? Next, SiteStep Step) Receive(SignedMessage message)
    {
        if (message.Type != MessageType.CohortKeys)
        {
            return Unexpected(message);
        }

        if (SignedList.Parse(message.Body, MessageType.KeyAdvertisement) is not { } list)
        {
            return Refuse(AbortCode.Malformed, "the list of the cohort's keys cannot be read.");
        }

        if (CohortOf(list, out var refusal) is not { } cohort)
        {
            return Refuse(refusal!);
        }

        var self = cohort.IndexOf(_view.Context.Name);
        var peers = cohort.Members.Where((_, index) => index != self).ToList();
        var seen = _view.Context.SeenKeys;
        if (!seen.TryAdd([.. peers.SelectMany(Cohort.KeysOf)]))
        {
            var again = peers.Where(peer => Cohort.KeysOf(peer).Any(seen.Contains)).Select(peer => peer.Site.Name);
            return Refuse(AbortCode.DuplicateKey, $"{string.Join(", ", again)} uses an ephemeral key of an earlier attempt.");
        }

        return Agree(cohort, self, out var without) is { } agreed
            ? SharedPhase.Deal(_view, cohort, self, agreed, _sigma)
            : Refuse(AbortCode.ZeroAgreement, $"a key of {without} agrees on no secret.");
    }

    public override void Dispose()
    {
        _sigma.Dispose();
        _mask.Dispose();
        _channel.Dispose();
    }

    private Cohort? CohortOf(ImmutableArray<SignedMessage> list, out Refusal? refusal)
    {
        if (!list.Any(message => message.IsSameAs(_own)))
        {
            refusal = new Refusal(AbortCode.OwnKeyChanged, "this site's own keys are not in the list as it said them.");
            return null;
        }

        var members = ImmutableArray.CreateBuilder<Member>(list.Length);
        foreach (var one in list)
        {
            if (Cohort.Admit(_view.Terms, _view.H0, one, _view.Context.Check, out refusal) is not { } member)
            {
                return null;
            }

            members.Add(member);
        }

        if (Cohort.Form(_view.Terms, _view.H0, members.DrainToImmutable(), out refusal) is not { } cohort)
        {
            return null;
        }

        if (_view.Revealed is { } survivors && survivors.Any(site => cohort.IndexOf(site) < 0))
        {
            refusal = new Refusal(
                AbortCode.Revealed,
                $"this site showed shares for a sum of {string.Join(", ", survivors)} in this round; only a sum of the same sites can follow."
            );
            return null;
        }

        return cohort;
    }

    /// <summary>Agrees with every peer, twice; null if a key is no key.</summary>
    private AgreedSecrets? Agree(Cohort cohort, int self, out SiteName? without)
    {
        without = null;
        var agreed = new AgreedSecrets(cohort.Size);
        for (var i = 0; i < cohort.Size; i++)
        {
            if (i == self)
            {
                continue;
            }

            var keys = cohort.Members[i].Advertisement;
            if (!_channel.TryAgree(keys.ChannelKey.Span, agreed.Channel(i)) || !_mask.TryAgree(keys.MaskKey.Span, agreed.Mask(i)))
            {
                agreed.Dispose();
                without = cohort.Members[i].Site.Name;
                return null;
            }
        }

        return agreed;
    }
}
