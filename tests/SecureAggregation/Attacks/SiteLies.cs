using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>Lies told to a site before its input is masked (design section 6.2, numbers 7 to 13 and 24).</summary>
internal static class SiteLies
{
    /// <summary>Index of the colluder who helps the coordinator where a site must.</summary>
    private const int Liar = 2;

    public static ImmutableArray<Lie> OfTheInvitation { get; } =
    [
        Invited("an invitation to another plan", AbortCode.PlanHash, i => i with { PlanHash = Digest.Of("another"u8) }),
        Invited("an invitation to a study of another name", AbortCode.PlanHash, i => i with { Study = "another" }),
        Invited(
            "an invitation with one bit of the model flipped",
            AbortCode.ModelHash,
            i => i with { ModelHash = FlippedBit(i.ModelHash) }
        ),
        Invited("an invitation after another result", AbortCode.ModelHash, i => i with { PreviousResult = Digest.Of("another"u8) }),
        Invited("an invitation to a round too far ahead", AbortCode.ModelHash, i => i with { Round = new RoundNumber(2) }),
        Invited("attempt 0", AbortCode.Replay, i => i with { Attempt = new AttemptNumber(0) }),
        Answered("the attempt that it answered last", 1, 1),
        Answered("an attempt before the one that it answered last", 1, 3),
        Answered("a round before the one that it answered last", 2, 1),
        new(
            "an invitation that somebody else signed",
            AbortCode.BadSignature,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.Invitation,
                    m => SignedMessage.Sign(m.Type, m.Body, rig.Previous, rig.Signers[rig.Names[Liar]])
                )
        ),
        new(
            "an invitation that was signed over another result",
            AbortCode.BadSignature,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.Invitation,
                    m => SignedMessage.Sign(m.Type, m.Body, Digest.Of("another"u8), rig.CoordinatorSigner)
                )
        ),
        new(
            "an invitation with a byte behind it",
            AbortCode.Malformed,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.Invitation,
                    m => SignedMessage.Sign(m.Type, (byte[])[.. m.Body.Span, 0], rig.Previous, rig.CoordinatorSigner)
                )
        ),
        new(
            "an invitation that points into a log which does not exist",
            AbortCode.Malformed,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.Invitation,
                    m => SignedMessage.Sign(m.Type, Forge.Flipped(m.Body, m.Body.Length - 5), rig.Previous, rig.CoordinatorSigner)
                )
        ),
        new(
            "a plan of its own in which one site is the minimum",
            AbortCode.Thresholds,
            (rig, round, victim) => round.Expect = _ => rig.Expectation(study: rig.Study with { MinimumSurvivors = 1 })
        ),
        new(
            "a plan for two that does not say that each learns the other's input",
            AbortCode.Thresholds,
            (rig, round, victim) => round.Expect = _ => rig.Expectation(study: rig.Study with { AllowPair = false })
        )
        {
            Sites = 2,
        },
        new(
            "a plan in which everybody else may collude",
            AbortCode.Thresholds,
            (rig, round, victim) => round.Expect = _ => rig.Expectation(study: rig.Study with { Colluders = 3 })
        ),
    ];

    public static ImmutableArray<Lie> OfTheCohort { get; } =
    [
        Keyed("a peer with the channel key of this site", AbortCode.DuplicateKey, (own, k) => k with { ChannelKey = own.ChannelKey }),
        Keyed("a peer with the mask key of this site", AbortCode.DuplicateKey, (own, k) => k with { MaskKey = own.MaskKey }),
        Keyed("a peer whose mask key is this site's channel key", AbortCode.DuplicateKey, (own, k) => k with { MaskKey = own.ChannelKey }),
        Keyed("a peer with one key for both purposes", AbortCode.DuplicateKey, (_, k) => k with { MaskKey = k.ChannelKey }),
        Keyed("a mask key of zeros", AbortCode.ZeroAgreement, (_, k) => k with { MaskKey = new byte[32] }),
        Keyed("a channel key of zeros", AbortCode.ZeroAgreement, (_, k) => k with { ChannelKey = new byte[32] }),
        .. SmallOrder.Select(point =>
            Keyed($"the small-order mask key {point}", AbortCode.ZeroAgreement, (_, k) => k with { MaskKey = Hex.Bytes(point) })
        ),
        Keyed("a peer of another suite", AbortCode.Malformed, (_, k) => k with { SuiteNumber = 2 }),
        Keyed("a credential that the root did not sign", AbortCode.Certificate, (_, k) => k with { Credential = new byte[] { 1 } }),
        Keyed(
            "the keys of one site under the credential of another",
            AbortCode.Roster,
            (_, k) => k with { Credential = Rig.CredentialOf(SiteName.Parse("site-003")) }
        ),
        Listed("a list without this site", AbortCode.OwnKeyChanged, (list, victim) => list.RemoveAt(victim)),
        Listed(
            "its own keys with another signature",
            AbortCode.OwnKeyChanged,
            (list, victim) => list.SetItem(victim, list[victim] with { Signature = Forge.Flipped(list[victim].Signature, 0) })
        ),
        Listed(
            "a peer's keys with one bit flipped",
            AbortCode.BadSignature,
            (list, _) => list.SetItem(Liar, list[Liar] with { Body = Forge.Flipped(list[Liar].Body, -45) })
        ),
        Listed("one peer twice", AbortCode.Roster, (list, _) => list.Insert(Liar, list[Liar])),
        Listed("members in another order", AbortCode.Roster, (list, _) => [.. list.Reverse()]),
        Listed("fewer members than the plan's minimum", AbortCode.CohortSmall, (list, victim) => [list[victim], list[Liar]]),
        new(
            "its own keys changed, and signed by it in another attempt",
            AbortCode.OwnKeyChanged,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.CohortKeys,
                    m => Forge.ListWith(rig, round.HeardBy(victim).H0, m, 0, k => k with { Nonce = default })
                )
        ),
        new(
            "a certified site that is not on the plan's roster",
            AbortCode.Roster,
            (rig, round, victim) =>
            {
                var stranger = SiteName.Parse("stranger");
                rig.Certify(stranger, "a stranger");
                round.ChangeDown(
                    victim,
                    MessageType.CohortKeys,
                    m =>
                        Forge.ListWith(
                            rig,
                            round.HeardBy(victim).H0,
                            m,
                            3,
                            k => k with { Site = stranger, Credential = Rig.CredentialOf(stranger) }
                        )
                );
            }
        ),
        new(
            "two sites of one legal entity",
            AbortCode.Roster,
            (rig, round, victim) =>
            {
                rig.Certify(rig.Names[Liar], "one hospital");
                rig.Certify(rig.Names[3], "one hospital");
                // The honest coordinator drops the second, so the liar lists it in place of one that it leaves out.
                SignedMessage? second = null;
                round.ChangeUp(
                    rig.Names[3],
                    MessageType.KeyAdvertisement,
                    m =>
                    {
                        second = m;
                        return m;
                    }
                );
                round.ChangeDown(victim, MessageType.CohortKeys, m => Forge.List(m, list => [.. list, second!]));
            }
        ),
        new(
            "a peer whose credential was revoked",
            AbortCode.Certificate,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.CohortKeys,
                    m =>
                    {
                        rig.Revoked.Add(rig.Names[Liar]);
                        return m;
                    }
                )
        ),
        new(
            "a cohort in which another site answered another invitation",
            AbortCode.BadSignature,
            (rig, round, victim) =>
                round.ChangeDown(victim, MessageType.CohortKeys, m => Forge.ListWith(rig, Digest.Of("another H0"u8), m, Liar, keys => keys))
        ),
        new(
            "a list that cannot be read",
            AbortCode.Malformed,
            (rig, round, victim) => round.ChangeDown(victim, MessageType.CohortKeys, m => m with { Body = m.Body[..^1] })
        ),
        new(
            "shares where keys are awaited",
            AbortCode.Unexpected,
            (rig, round, victim) => round.ChangeDown(victim, MessageType.CohortKeys, m => m with { Type = MessageType.ShareSet })
        ),
        new(
            "a second invitation to the same attempt",
            AbortCode.Equivocation,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.CohortKeys,
                    _ => Forge.Invitation(rig, round.Aggregator.Invitation, i => i with { Nonce = default })
                )
        ),
        new(
            "a peer's ephemeral key of an earlier attempt",
            AbortCode.DuplicateKey,
            (rig, round, victim) =>
            {
                var seen = new KeyHistory();
                RandomSource stuck = destination => destination.Fill(7); // the peer draws the same keys in each attempt
                Func<SiteName, SiteContext> context = site =>
                    rig.ContextOf(site, site == victim ? seen : null, site == rig.Names[Liar] ? Varying(stuck) : null);
                using var before = new Round(rig) { Context = context }.Run();
                round.Context = context;
            }
        ),
    ];

    /// <summary>Canonical encodings of X25519's points of small order (RFC 7748, section 6.1, and its errata).</summary>
    private static string[] SmallOrder =>
        [
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ];

    private static Lie Invited(string what, AbortCode code, Func<Invitation, Invitation> change) =>
        new(what, code, (rig, round, victim) => round.ChangeDown(victim, MessageType.Invitation, m => Forge.Invitation(rig, m, change)));

    private static Lie Answered(string what, uint lastRound, uint lastAttempt) =>
        new(what, AbortCode.Replay, (rig, round, victim) => round.Expect = _ => rig.Expectation(last: (lastRound, lastAttempt)));

    private static Lie Keyed(string what, AbortCode code, Func<KeyAdvertisement, KeyAdvertisement, KeyAdvertisement> change) =>
        new(
            what,
            code,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.CohortKeys,
                    m =>
                    {
                        var list = SignedList.Parse(m.Body, MessageType.KeyAdvertisement)!.Value;
                        var own = KeyAdvertisement.Parse(list[rig.Names.IndexOf(victim)].Body, rig.Suite)!;
                        return Forge.ListWith(rig, round.HeardBy(victim).H0, m, Liar, keys => change(own, keys));
                    }
                )
        );

    private static Lie Listed(
        string what,
        AbortCode code,
        Func<ImmutableArray<SignedMessage>, int, ImmutableArray<SignedMessage>> change
    ) =>
        new(
            what,
            code,
            (rig, round, victim) =>
                round.ChangeDown(victim, MessageType.CohortKeys, m => Forge.List(m, list => change(list, rig.Names.IndexOf(victim))))
        );

    private static Digest FlippedBit(Digest digest) => new(Forge.Flipped(digest.ToArray(), 31).Span);

    /// <summary>The same numbers in each life, and no two alike within one.</summary>
    private static RandomSource Varying(RandomSource start)
    {
        byte count = 0;
        return destination =>
        {
            start(destination);
            destination[0] = count++;
        };
    }
}
