using System.Collections.Immutable;
using System.Reflection;
using Federated.Federation;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>One site of four lies to an honest coordinator. The round goes on without it, or fails and names it; the sum is never wrong.</summary>
[TestClass]
public sealed class CoordinatorTests
{
    private const int Liar = 2;

    private static readonly ImmutableArray<Lie> s_lies =
    [
        Keyed("another suite", AbortCode.Malformed, k => k with { SuiteNumber = 2 }),
        Keyed("a credential of nobody", AbortCode.Certificate, k => k with { Credential = new byte[3] }),
        Keyed("the name of another site", AbortCode.Roster, k => k with { Site = SiteName.Parse("site-001") }),
        Keyed("one key for both purposes", AbortCode.DuplicateKey, k => k with { MaskKey = k.ChannelKey }),
        Keyed("a mask key that agrees on nothing", AbortCode.ZeroAgreement, k => k with { MaskKey = new byte[32] }),
        Keyed("a channel key that is not canonical", AbortCode.ZeroAgreement, k => k with { ChannelKey = Hex.Repeated(0xff) }),
        Said(
            "keys signed for another invitation",
            MessageType.KeyAdvertisement,
            AbortCode.BadSignature,
            (rig, _, m) => Signed(rig, m, Digest.Of("x"u8))
        ),
        Said(
            "shares signed for another cohort",
            MessageType.ShareKeys,
            AbortCode.BadSignature,
            (rig, _, m) => Signed(rig, m, Digest.Of("x"u8))
        ),
        Said(
            "an item fewer",
            MessageType.ShareKeys,
            AbortCode.Malformed,
            (_, _, m) => m with { Attachment = m.Attachment[..(m.Attachment.Length / 4 * 3)] }
        ),
        Said(
            "an item that is not the one that it signed",
            MessageType.ShareKeys,
            AbortCode.ShareCommitment,
            (_, _, m) => m with { Attachment = Forge.Flipped(m.Attachment, -1) }
        ),
        Dealt("an item that names another holder", AbortCode.Malformed, (holder, i) => i with { Holder = (holder + 1) % 4 }),
        Dealt("no ciphertext for anybody", AbortCode.Malformed, (_, i) => i with { Ciphertext = default }),
        Dealt("shares of a cohort of another size", AbortCode.Malformed, header: h => h with { Items = 5 }),
        Said(
            "an input signed for another cohort",
            MessageType.MaskedInput,
            AbortCode.BadSignature,
            (rig, _, m) => Signed(rig, m, Digest.Of("x"u8))
        ),
        Said(
            "an input of one lane more",
            MessageType.MaskedInput,
            AbortCode.Malformed,
            (rig, round, m) => Input(rig, round, m, header => header with { Dimension = 6 })
        ),
        Said(
            "an input of another width",
            MessageType.MaskedInput,
            AbortCode.Malformed,
            (rig, round, m) => Input(rig, round, m, header => header with { ModulusBits = 16, LaneBits = 16 })
        ),
        new(
            "bytes that its input's header did not announce",
            AbortCode.Malformed,
            (rig, round, liar) => round.Vector = (site, bytes) => site == liar ? Forge.Flipped(bytes, 0).ToArray() : bytes
        ),
        Said(
            "an acknowledgement of other survivors",
            MessageType.Acknowledgement,
            AbortCode.BadSignature,
            (rig, _, m) => Signed(rig, m, Digest.Of("x"u8))
        ),
        Shown("a share with one bit flipped", shares => shares.SetItem(0, shares[0] with { Share = Forge.Flipped(shares[0].Share, 0) })),
        Shown("the other kind of share", shares => shares.SetItem(1, shares[1] with { Kind = ShareKind.MaskKey })),
        Shown("both kinds of share", shares => shares.Insert(1, shares[1] with { Kind = ShareKind.MaskKey })),
        Shown("a share less", shares => shares.RemoveAt(0)),
        Shown("one owner's share twice", shares => shares.SetItem(1, shares[0])),
        Shown(
            "a limb of p",
            shares =>
                shares.SetItem(
                    0,
                    shares[0] with
                    {
                        Share = (byte[])[.. BitConverter.GetBytes(Mersenne61.Modulus), .. shares[0].Share.Span[8..]],
                    }
                )
        ),
        Said(
            "shares signed for other survivors",
            MessageType.UnmaskingShares,
            AbortCode.BadSignature,
            (rig, _, m) => Signed(rig, m, Digest.Of("x"u8))
        ),
        Said(
            "a message out of turn",
            MessageType.ShareKeys,
            AbortCode.Unexpected,
            (_, _, m) => m with { Type = MessageType.UnmaskingShares, Attachment = default }
        ),
        Said(
            "a body over its limit",
            MessageType.KeyAdvertisement,
            AbortCode.Malformed,
            (rig, round, m) =>
                SignedMessage.Sign(
                    m.Type,
                    new byte[Protocol.MaxSiteBodyBytes + 1],
                    round.HeardBy(rig.Names[Liar]).H0,
                    rig.Signers[rig.Names[Liar]]
                )
        ),
    ];

    public static IEnumerable<object[]> Lies => s_lies.Select(lie => new object[] { lie.What });

    public static string NameOf(MethodInfo method, object[] data) => $"{method.Name}: {data[0]}";

    [TestMethod]
    [DynamicData(nameof(Lies), DynamicDataDisplayName = nameof(NameOf))]
    public void A_site_that_lies_to_the_coordinator_spoils_nothing_but_its_own_part(string what)
    {
        var lie = s_lies.Single(one => one.What == what);
        var rig = new Rig(4, minimum: 3);
        using var round = new Round(rig);
        lie.Tell(rig, round, rig.Names[Liar]);

        round.Run();

        var refused = round.Outcomes.OfType<AggregatorStep.Refused>().First(step => step.Site == rig.Names[Liar]);
        Assert.AreEqual(lie.Code, refused.Refusal.Code, refused.Refusal.Reason);
        Assert.IsNull(round.Failure, round.Failure?.Reason);
        CollectionAssert.AreEqual(round.ClearSum(round.Sum!.Survivors), round.Sum.Lanes.ToArray());
    }

    [TestMethod]
    public void A_site_that_uses_its_keys_again_is_out_and_the_others_go_on()
    {
        var rig = new Rig(4, minimum: 3) { SeenKeys = new KeyHistory() };
        var liar = rig.Names[Liar];
        var seen = rig.Names.ToDictionary(site => site, _ => new KeyHistory());
        Func<SiteName, SiteContext> context = site =>
            rig.ContextOf(site, seen[site], site == liar ? new Seeded("the same in each life").Source : null);
        using var round = new Round(rig) { Context = context };
        using var next = new Round(rig, attempt: 2) { Context = context };
        KeyAdvertisement? first = null;
        round.ChangeUp(
            liar,
            MessageType.KeyAdvertisement,
            m =>
            {
                first = KeyAdvertisement.Parse(m.Body, rig.Suite);
                return m;
            }
        );
        next.ChangeUp(liar, MessageType.KeyAdvertisement, m => Forge.Keys(rig, next.HeardBy(liar).H0, m, _ => first!));

        round.Run();
        next.Run();

        Assert.HasCount(4, round.Sum!.Survivors);
        Assert.AreEqual(AbortCode.DuplicateKey, next.Outcomes.OfType<AggregatorStep.Refused>().First().Refusal.Code);
        CollectionAssert.AreEqual(next.ClearSum(rig.Names.Remove(liar)), next.Sum!.Lanes.ToArray());
    }

    [TestMethod]
    [DataRow(true, DisplayName = "of the self mask")]
    [DataRow(false, DisplayName = "of the mask key")]
    public void A_dealer_whose_shares_are_off_the_polynomial_fails_the_round_and_is_named(bool ofSelfMask)
    {
        var rig = new Rig(4, minimum: 3);
        var liar = rig.Names[Liar];
        using var round = new Round(rig);
        var dealer = new DishonestDealer(rig, round, liar)
        {
            Share = (holder, both) =>
            {
                both[(ofSelfMask ? 0 : SecretSharing.ShareLength) + 3] ^= (byte)(holder == 0 ? 1 : 0);
                return both;
            },
        };
        if (ofSelfMask)
        {
            dealer.DealAndSend();
        }
        else
        {
            dealer.Deal(); // its machine leaves, and so its mask key is what must be opened
        }

        round.Run();

        Assert.IsNull(round.Sum);
        CollectionAssert.AreEqual(new[] { liar }, round.Failure!.Culprits.ToArray());
    }

    [TestMethod]
    public void A_dealer_that_commits_to_another_seed_fails_the_round_and_is_named()
    {
        var rig = new Rig(4, minimum: 3);
        using var round = new Round(rig);
        new DishonestDealer(rig, round, rig.Names[Liar])
        {
            Header = h => h with { SelfMaskCommitment = Digest.Of("another"u8) },
        }.DealAndSend();

        round.Run();

        Assert.IsNull(round.Sum);
        CollectionAssert.AreEqual(new[] { rig.Names[Liar] }, round.Failure!.Culprits.ToArray());
    }

    [TestMethod]
    public void A_mask_that_was_not_agreed_is_noticed_where_the_bound_leaves_room()
    {
        var rig = new Rig(4, minimum: 3, dimension: 64);
        rig.Study = rig.Study with { InputBound = 1000 }; // a mask that stays on is within the bound with probability 2^-19 in each lane
        using var round = new Round(rig);
        var noise = new Seeded("a false mask").Bytes(rig.Study.InputLength);
        DishonestDealer.SendInstead(rig, round, rig.Names[Liar], noise);

        round.Run();

        Assert.IsNull(round.Sum);
        Assert.IsNotNull(round.Failure);
    }

    [TestMethod]
    public void An_input_after_the_survivors_were_fixed_is_discarded_and_its_self_mask_never_opened()
    {
        var rig = new Rig(4, minimum: 3);
        var late = rig.Names[Liar];
        using var round = new Round(rig);
        SignedMessage? header = null;
        byte[]? bytes = null;
        round.ChangeUp(
            late,
            MessageType.MaskedInput,
            m =>
            {
                header = m;
                return m;
            }
        );
        round.Vector = (site, vector) =>
        {
            bytes = site == late ? vector : bytes;
            return site == late ? null : vector;
        };

        round.Run();
        var refusal = round.Aggregator.HeaderRefusal(late, header!);
        var steps = round.Aggregator.Take(late, header!, bytes, MaskedInputHeader.DigestOf(bytes), out var receipt);

        Assert.AreEqual(AbortCode.Timeout, refusal!.Code);
        Assert.AreEqual(AbortCode.Timeout, ((AggregatorStep.Refused)steps.Single()).Refusal.Code);
        Assert.IsNull(receipt);
        var shown = round
            .Said.Where(said => said.Message.Type == MessageType.UnmaskingShares)
            .Select(said => UnmaskingShares.Parse(said.Message.Body)!);
        Assert.IsTrue(shown.All(one => one.Shares[Liar].Kind == ShareKind.MaskKey));
        CollectionAssert.AreEqual(round.ClearSum(rig.Names.Remove(late)), round.Sum!.Lanes.ToArray());
    }

    [TestMethod]
    public void The_same_input_again_is_taken_once_and_another_one_not_at_all()
    {
        var rig = new Rig(4, minimum: 3);
        var twice = rig.Names[0];
        using var round = new Round(rig);
        SignedMessage? header = null;
        byte[]? bytes = null;
        round.ChangeUp(twice, MessageType.MaskedInput, m => header = m);
        round.Vector = (site, vector) => site == twice ? bytes = vector : vector;
        ImmutableArray<AggregatorStep> same = default;
        SignedMessage? receipt = null;
        Refusal? other = null;
        round.ChangeUp(
            rig.Names[3],
            MessageType.MaskedInput,
            m =>
            {
                same = round.Aggregator.Take(twice, header!, bytes, MaskedInputHeader.DigestOf(bytes), out receipt);
                other = round.Aggregator.HeaderRefusal(
                    twice,
                    Input(rig, round, header!, h => h with { InputDigest = Digest.Of("x"u8) }, twice)
                );
                return m;
            }
        );

        round.Run();

        Assert.IsEmpty(same);
        Assert.IsTrue(round.Told.Exists(told => told.Site == twice && told.Message.IsSameAs(receipt!)));
        Assert.AreEqual(AbortCode.Equivocation, other!.Code);
        CollectionAssert.AreEqual(round.ClearSum(rig.Names), round.Sum!.Lanes.ToArray());
    }

    private static Lie Said(string what, MessageType type, AbortCode code, Func<Rig, Round, SignedMessage, SignedMessage> change) =>
        new(what, code, (rig, round, liar) => round.ChangeUp(liar, type, m => change(rig, round, m)));

    private static Lie Keyed(string what, AbortCode code, Func<KeyAdvertisement, KeyAdvertisement> change) =>
        Said(
            what,
            MessageType.KeyAdvertisement,
            code,
            (rig, round, m) =>
            {
                var keys = change(KeyAdvertisement.Parse(m.Body, rig.Suite)!);
                return SignedMessage.Sign(m.Type, keys.ToBody(), round.HeardBy(rig.Names[Liar]).H0, rig.Signers[rig.Names[Liar]]);
            }
        );

    private static Lie Dealt(
        string what,
        AbortCode code,
        Func<int, ShareItem, ShareItem>? item = null,
        Func<ShareHeader, ShareHeader>? header = null
    ) =>
        new(
            what,
            code,
            (rig, round, liar) =>
                new DishonestDealer(rig, round, liar) { Item = item ?? ((_, one) => one), Header = header ?? (one => one) }.Deal()
        );

    private static Lie Shown(string what, Func<ImmutableArray<ShownShare>, ImmutableArray<ShownShare>> change) =>
        Said(
            what,
            MessageType.UnmaskingShares,
            AbortCode.BadShare,
            (rig, round, m) =>
            {
                var heard = round.HeardBy(rig.Names[Liar]);
                var survivors = SurvivorSet.Parse(heard.Last(MessageType.SurvivorSet).Body, 4)!;
                return SignedMessage.Sign(
                    m.Type,
                    new UnmaskingShares(change(UnmaskingShares.Parse(m.Body)!.Shares)).ToBody(),
                    SecureAggregation.Rounds.Transcript.H3(heard.H2, survivors),
                    rig.Signers[rig.Names[Liar]]
                );
            }
        );

    private static SignedMessage Input(
        Rig rig,
        Round round,
        SignedMessage message,
        Func<MaskedInputHeader, MaskedInputHeader> change,
        SiteName? site = null
    )
    {
        var sender = site ?? rig.Names[Liar];
        var header = change(MaskedInputHeader.Parse(message.Body, rig.Study.Dimension, rig.Study.Format)!);
        return SignedMessage.Sign(message.Type, header.ToBody(), round.HeardBy(sender).H2, rig.Signers[sender]);
    }

    private static SignedMessage Signed(Rig rig, SignedMessage message, Digest previous) =>
        SignedMessage.Sign(message.Type, message.Body, previous, rig.Signers[rig.Names[Liar]], message.Attachment);
}
