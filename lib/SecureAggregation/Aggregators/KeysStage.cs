using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Aggregators;

/// <summary>Collects M1 from everybody who was invited.</summary>
internal sealed class KeysStage(
    AttemptTerms terms,
    AggregatorContext context,
    SignedMessage invitation,
    IReadOnlyCollection<SiteName> invited
) : AggregatorStage(terms, context, Transcript.H0(invitation.Body), invited)
{
    private readonly SortedDictionary<SiteName, Member> _members = [];
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _entities = new(StringComparer.Ordinal);

    internal override string Name => "keys";

    internal override bool Has(SiteName site) => Awaited.Contains(site) || _members.ContainsKey(site);

    internal override IReadOnlyList<SignedMessage> MessagesFor(SiteName site) => Awaited.Contains(site) ? [invitation] : [];

    internal override Outcome Receive(SiteName site, SignedMessage message)
    {
        if (message.Type != MessageType.KeyAdvertisement || !Has(site))
        {
            return Ignored(site, AbortCode.Unexpected, $"a {message.Type} of {site} is not awaited now.");
        }

        if (_members.TryGetValue(site, out var first))
        {
            return first.Message.IsSameAs(message)
                ? Outcome.Same
                : Ignored(site, AbortCode.Equivocation, $"{site} sent other keys before; the first stand.");
        }

        if (Cohort.Admit(Terms, H0, message, Context.Check, out var refusal) is not { } member)
        {
            return Refused(site, refusal!);
        }

        if (member.Site.Name != site)
        {
            return Refused(site, new Refusal(AbortCode.Roster, $"{site} sent the keys of {member.Site.Name}."));
        }

        if (!AreKeys(member.Advertisement))
        {
            // Left in, it would make every honest site leave, who cannot say whose key it was.
            return Refused(site, new Refusal(AbortCode.ZeroAgreement, $"a key of {site} agrees on no secret."));
        }

        if (!_entities.Add(member.Site.Entity))
        {
            return Refused(site, new Refusal(AbortCode.Roster, $"another site of {member.Site.Entity} is in this attempt."));
        }

        if (Cohort.KeysOf(member).Any(key => !_keys.Add(key)))
        {
            return Refused(site, new Refusal(AbortCode.DuplicateKey, $"{site} uses an ephemeral key that is in this cohort already."));
        }

        if (Context.SeenKeys?.TryAdd([.. Cohort.KeysOf(member)]) == false)
        {
            return Refused(site, new Refusal(AbortCode.DuplicateKey, $"{site} uses an ephemeral key of an earlier attempt."));
        }

        _members[site] = member;
        return Taken(site);
    }

    /// <summary>True if both keys agree with a key that nobody uses, and so with every key.</summary>
    private bool AreKeys(KeyAdvertisement keys)
    {
        using var probe = Terms.Study.Suite.GenerateChannelKey(Context.Random);
        Span<byte> agreed = stackalloc byte[Suite.SharedLength];
        return probe.TryAgree(keys.ChannelKey.Span, agreed) && probe.TryAgree(keys.MaskKey.Span, agreed);
    }

    private protected override bool IsEnough => _members.Count + Awaited.Count < Terms.Study.MinimumSurvivors; // enough can never be

    internal override Outcome Close(bool isDeadline)
    {
        if (_members.Count < Terms.Study.MinimumSurvivors)
        {
            return TooFew(_members.Count, Terms.Study.MinimumSurvivors, "sites sent keys", isDeadline);
        }

        var cohort =
            Cohort.Form(Terms, H0, [.. _members.Values], out var refusal)
            ?? throw new InvalidOperationException($"Members that were admitted one by one form no cohort: {refusal!.Reason}");
        var list = SignedMessage.Carrier(MessageType.CohortKeys, SignedList.ToBody([.. cohort.Members.Select(member => member.Message)]));
        return new Outcome(
            new SharesStage(Terms, Context, H0, cohort, list),
            [
                new AggregatorStep.Form(H0, cohort.H1, cohort.Names),
                .. cohort.Members.Select(member => new AggregatorStep.Tell(member.Site.Name, list)),
            ]
        );
    }
}
