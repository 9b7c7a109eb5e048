using System.Buffers.Binary;
using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>Lies told to a site about shares, survivors and acknowledgements (design section 6.2, numbers 1, 2, 4, 5, 12, 13 and 17).</summary>
internal static class LaterLies
{
    private const int Liar = 2;

    /// <summary>Before the input leaves.</summary>
    public static ImmutableArray<Lie> OfTheShares { get; } =
    [
        Dealt("a dealer's header with another commitment", AbortCode.BadSignature, s => Body(s, 2)),
        Dealt("a dealer's header with another signature", AbortCode.BadSignature, s => Signed(s, Forge.Flipped(s.Header.Signature, 0))),
        Dealt("an item with one bit of its ciphertext flipped", AbortCode.Graph, s => s with { Item = Forge.Flipped(s.Item, -1) }),
        Dealt("an item with another commitment", AbortCode.Graph, s => s with { Item = Forge.Flipped(s.Item, 2) }),
        Dealt("an item with a byte less", AbortCode.Malformed, s => s with { Item = s.Item[..^1] }),
        Dealt("a path with one bit flipped", AbortCode.Graph, s => s with { Path = s.Path.SetItem(0, Digest.Of("another"u8)) }),
        new(
            "an item that is meant for another holder",
            AbortCode.Graph,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.ShareSet,
                    m => Forge.SharesOf(m, 4, 0, Liar, s => s with { Item = ItemOf(round, rig.Names[Liar], 1) })
                )
        ),
        Set("a set without this site's own shares", AbortCode.OwnKeyChanged, (set, self) => Without(set, self)),
        Set(
            "its own header with another commitment",
            AbortCode.OwnKeyChanged,
            (set, self) => set with { Shares = set.Shares.SetItem(self, Body(set.Shares[self], 2)) }
        ),
        Set("fewer sharers than the plan's minimum", AbortCode.CohortSmall, (set, _) => Without(Without(set, 3), 1)),
        Set(
            "the shares of two dealers in each other's place",
            AbortCode.BadSignature,
            (set, _) => set with { Shares = set.Shares.SetItem(1, set.Shares[2]).SetItem(2, set.Shares[1]) }
        ),
        new(
            "a set that cannot be read",
            AbortCode.Malformed,
            (rig, round, victim) => round.ChangeDown(victim, MessageType.ShareSet, m => m with { Body = m.Body[..^1] })
        ),
        Dealer(
            "a ciphertext with one bit flipped that its dealer signed",
            AbortCode.BadCiphertext,
            item: i => Ciphertext(i, c => Forge.Flipped(c, 20))
        ),
        Dealer(
            "a tag with one bit flipped that its dealer signed",
            AbortCode.BadCiphertext,
            item: i => Ciphertext(i, c => Forge.Flipped(c, -1))
        ),
        Dealer(
            "a share with a limb of p",
            AbortCode.BadShare,
            share: both =>
            {
                BinaryPrimitives.WriteUInt64LittleEndian(both.AsSpan(8), Mersenne61.Modulus);
                return both;
            }
        ),
        Dealer(
            "a mask-key share with a limb of 2^64 - 1",
            AbortCode.BadShare,
            share: both =>
            {
                BinaryPrimitives.WriteUInt64LittleEndian(both.AsSpan(72), ulong.MaxValue);
                return both;
            }
        ),
        Dealer(
            "a self-mask share that is not the committed one",
            AbortCode.ShareCommitment,
            item: i => i with { SelfMaskCommitment = Digest.Of("another"u8) }
        ),
        Dealer(
            "a mask-key share that is not the committed one",
            AbortCode.ShareCommitment,
            item: i => i with { MaskKeyCommitment = Digest.Of("another"u8) }
        ),
        new(
            "shares of an earlier attempt",
            AbortCode.BadSignature,
            (rig, round, victim) =>
            {
                using var before = new Round(rig).Run();
                var old = before.HeardBy(victim).Last(MessageType.ShareSet);
                round.ChangeDown(
                    victim,
                    MessageType.ShareSet,
                    m =>
                        Forge.Shares(
                            m,
                            4,
                            0,
                            set => set with { Shares = set.Shares.SetItem(Liar, ShareSet.Parse(old.Body, 4, 0)!.Shares[Liar]) }
                        )
                );
            }
        ),
        new(
            "another list of keys after its shares were dealt",
            AbortCode.Equivocation,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.ShareSet,
                    _ => Forge.List(round.HeardBy(victim).Last(MessageType.CohortKeys), list => list.RemoveAt(Liar))
                )
        ),
    ];

    /// <summary>After the input left: no share is shown.</summary>
    public static ImmutableArray<Lie> OfTheSurvivors { get; } =
    [
        Survivors("fewer survivors than the plan's minimum", AbortCode.SurvivorsSmall, s => Forge.Without(s, 1, 3)),
        Survivors("nobody but itself", AbortCode.SurvivorsSmall, s => Forge.Without(s, 1, 2, 3)),
        Survivors("survivors without it, though it has a receipt", AbortCode.SelectiveDrop, s => Forge.Without(s, 0)),
        Survivors(
            "another digest of its own input",
            AbortCode.Equivocation,
            s => s with { InputDigests = s.InputDigests.SetItem(0, Digest.Of("another"u8)) }
        ),
        new(
            "survivors without it, and no receipt",
            AbortCode.Timeout,
            (rig, round, victim) =>
            {
                round.ChangeDown(victim, MessageType.InputReceipt, _ => null);
                Lied(rig, round, victim, s => Forge.Without(s, 0));
            }
        ),
        new(
            "a survivor who shared nothing",
            AbortCode.Graph,
            (rig, round, victim) =>
            {
                round.ChangeUp(rig.Names[Liar], MessageType.ShareKeys, _ => null);
                Lied(
                    rig,
                    round,
                    victim,
                    s => new SurvivorSet(SiteSet.Of(4, [0, 1, 2, 3]), s.InputDigests.Insert(2, Digest.Of("an input"u8)))
                );
            }
        ),
        new(
            "survivors that somebody else signed",
            AbortCode.BadSignature,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.SurvivorSet,
                    m => SignedMessage.Sign(m.Type, m.Body, round.HeardBy(victim).H2, rig.Signers[rig.Names[Liar]])
                )
        ),
        new(
            "the survivors of an earlier attempt",
            AbortCode.BadSignature,
            (rig, round, victim) =>
            {
                using var before = new Round(rig).Run();
                var old = before.HeardBy(victim).Last(MessageType.SurvivorSet);
                round.ChangeDown(victim, MessageType.SurvivorSet, _ => old);
            }
        ),
        new(
            "survivors that cannot be read",
            AbortCode.Malformed,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.SurvivorSet,
                    m => SignedMessage.Sign(m.Type, m.Body[..^1], round.HeardBy(victim).H2, rig.CoordinatorSigner)
                )
        ),
        new(
            "a receipt for another input",
            AbortCode.Equivocation,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.InputReceipt,
                    m =>
                        SignedMessage.Sign(
                            m.Type,
                            new InputReceipt(0, Digest.Of("another"u8)).ToBody(),
                            round.HeardBy(victim).H2,
                            rig.CoordinatorSigner
                        )
                )
        ),
        new(
            "a receipt that the coordinator did not sign",
            AbortCode.BadSignature,
            (rig, round, victim) =>
                round.ChangeDown(victim, MessageType.InputReceipt, m => m with { Signature = Forge.Flipped(m.Signature, 0) })
        ),
        new(
            "acknowledgements before it was told any survivors",
            AbortCode.Unexpected,
            (rig, round, victim) => round.ChangeDown(victim, MessageType.SurvivorSet, m => m with { Type = MessageType.AcknowledgementSet })
        ),
        new(
            "another set of shares after its input left",
            AbortCode.Equivocation,
            (rig, round, victim) =>
                round.ChangeDown(
                    victim,
                    MessageType.SurvivorSet,
                    _ => Forge.Shares(round.HeardBy(victim).Last(MessageType.ShareSet), 4, 0, set => Without(set, 3))
                )
        ),
    ];

    private static Lie Survivors(string what, AbortCode code, Func<SurvivorSet, SurvivorSet> change) =>
        new(what, code, (rig, round, victim) => Lied(rig, round, victim, change));

    private static void Lied(Rig rig, Round round, SiteName victim, Func<SurvivorSet, SurvivorSet> change) =>
        round.ChangeDown(victim, MessageType.SurvivorSet, m => Forge.Survivors(rig, round.HeardBy(victim), m, change));

    private static Lie Dealt(string what, AbortCode code, Func<DealtShare, DealtShare> change) =>
        new(what, code, (rig, round, victim) => round.ChangeDown(victim, MessageType.ShareSet, m => Forge.SharesOf(m, 4, 0, Liar, change)));

    private static Lie Set(string what, AbortCode code, Func<ShareSet, int, ShareSet> change) =>
        new(
            what,
            code,
            (rig, round, victim) => round.ChangeDown(victim, MessageType.ShareSet, m => Forge.Shares(m, 4, 0, set => change(set, 0)))
        );

    private static Lie Dealer(string what, AbortCode code, Func<byte[], byte[]>? share = null, Func<ShareItem, ShareItem>? item = null) =>
        new(
            what,
            code,
            (rig, round, victim) =>
                new DishonestDealer(rig, round, rig.Names[Liar])
                {
                    Share = (holder, both) => holder == 0 && share is not null ? share(both) : both,
                    Item = (holder, one) => holder == 0 && item is not null ? item(one) : one,
                }.Deal()
        );

    /// <summary>What a dealer dealt another holder.</summary>
    private static ReadOnlyMemory<byte> ItemOf(Round round, SiteName dealer, int holder) =>
        ShareItem
            .Split(round.Said.First(said => said.Site == dealer && said.Message.Type == MessageType.ShareKeys).Message.Attachment, 4)!
            .Value[holder];

    private static ShareItem Ciphertext(ShareItem item, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> change) =>
        item with
        {
            Ciphertext = change(item.Ciphertext),
        };

    private static DealtShare Body(DealtShare share, int at) =>
        share with
        {
            Header = share.Header with { Body = Forge.Flipped(share.Header.Body, at) },
        };

    private static DealtShare Signed(DealtShare share, ReadOnlyMemory<byte> signature) =>
        share with
        {
            Header = share.Header with { Signature = signature },
        };

    private static ShareSet Without(ShareSet set, int gone)
    {
        var members = set.Sharers.Members.ToArray();
        return new ShareSet(
            SiteSet.Of(set.Sharers.Size, members.Where(member => member != gone)),
            set.Shares.RemoveAt(Array.IndexOf(members, gone))
        );
    }
}
