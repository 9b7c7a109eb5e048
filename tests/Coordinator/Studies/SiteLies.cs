using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Suites;

namespace Federated.Coordinator.Tests.Studies;

/// <summary>What site d may say in place of one of its messages: rightly signed, but for one lie each.</summary>
internal static class SiteLies
{
    internal static ImmutableArray<Lie> All { get; } =
    [
        Keys("keys cut short", AbortCode.Malformed, "an advertisement of keys is not one of this suite.", (_, body) => body[..^1]),
        Keys("keys with a byte behind them", AbortCode.Malformed, "not one of this suite.", (_, body) => [.. body, 0]),
        Keys("keys of another suite", AbortCode.Malformed, "not one of this suite.", Said(keys => keys with { SuiteNumber = 2 })),
        Keys(
            "keys under the name of another site",
            AbortCode.Roster,
            "d, who speaks as a, is not that site of the plan's roster.",
            Said(keys => keys with { Site = SiteName.Parse("a") })
        ),
        Keys(
            "keys under the name and the credential of another site",
            AbortCode.BadSignature,
            "the keys of a are not signed by it for this invitation.",
            Said(keys => keys with { Site = SiteName.Parse("a"), Credential = BenchConsortium.Site(SiteName.Parse("a"), Suite).Credential })
        ),
        Keys(
            "keys under a credential of nobody",
            AbortCode.Certificate,
            "the credential of d does not count: ",
            Said(keys => keys with { Credential = new byte[3] })
        ),
        Keys(
            "one key for two purposes",
            AbortCode.DuplicateKey,
            "d uses an ephemeral key that is in this cohort already.",
            Said(keys => keys with { MaskKey = keys.ChannelKey })
        ),
        Keys(
            "a key that agrees on nothing",
            AbortCode.ZeroAgreement,
            "a key of d agrees on no secret.",
            Said(keys => keys with { MaskKey = new byte[32] })
        ),
        new(
            "keys for another invitation",
            MessageType.KeyAdvertisement,
            AbortCode.BadSignature,
            "the keys of d are not signed by it for this invitation.",
            (site, message) => Sign(site, message, Digest.Of("another invitation"u8))
        ),
        new(
            "the keys of another site, as that site signed them",
            MessageType.KeyAdvertisement,
            AbortCode.Roster,
            "d sent the keys of a.",
            (site, _) => site.Peer.Said.Last(message => message.Type == MessageType.KeyAdvertisement)
        ),
        Shares(
            "truncated ciphertexts",
            AbortCode.Malformed,
            "the shares of d are not one for each member.",
            items => [.. items.Select(item => item with { Ciphertext = item.Ciphertext[..^Math.Min(1, item.Ciphertext.Length)] })]
        ),
        Shares(
            "no ciphertext for anybody",
            AbortCode.Malformed,
            "not one for each member.",
            items => [.. items.Select(item => item with { Ciphertext = default })]
        ),
        Shares(
            "shares in the wrong order",
            AbortCode.Malformed,
            "not one for each member.",
            items => [items[1], items[0], .. items.Skip(2)]
        ),
        Shares(
            "one member's share twice",
            AbortCode.Malformed,
            "not one for each member.",
            items => [items[0], items[0], .. items.Skip(2)]
        ),
        Shares("a share too few", AbortCode.Malformed, "not one for each member.", items => [.. items.Skip(1)]),
        Shares("a share too many", AbortCode.Malformed, "not one for each member.", items => [.. items, items[^1]]),
        new(
            "shares that were cut on the way",
            MessageType.ShareKeys,
            AbortCode.Malformed,
            "the shares of d are not one for each member.",
            (_, message) => message with { Attachment = message.Attachment[..^1] }
        ),
        new(
            "shares that are not those it signed",
            MessageType.ShareKeys,
            AbortCode.ShareCommitment,
            "the shares of d are not those that it signed.",
            (_, message) => message with { Attachment = Flipped(message.Attachment, 100) }
        ),
        new(
            "shares for another cohort",
            MessageType.ShareKeys,
            AbortCode.BadSignature,
            "the commitments of d are not signed by it for this cohort.",
            (site, message) => Sign(site, message, Digest.Of("another cohort"u8))
        ),
        new(
            "the shares of another site, as that site signed them",
            MessageType.ShareKeys,
            AbortCode.BadSignature,
            "the commitments of d are not signed by it for this cohort.",
            (site, _) => site.Peer.Said.Last(message => message.Type == MessageType.ShareKeys)
        ),
        new(
            "an acknowledgement of other survivors",
            MessageType.Acknowledgement,
            AbortCode.BadSignature,
            "the acknowledgement of d is not its signature over these survivors.",
            (site, message) => Sign(site, message, Digest.Of("other survivors"u8))
        ),
        new(
            "an acknowledgement that says more",
            MessageType.Acknowledgement,
            AbortCode.BadSignature,
            "the acknowledgement of d is not its signature over these survivors.",
            (site, message) => Sign(site, message with { Body = new byte[1] }, site.Heard.H3)
        ),
        Shown("a share with one bit flipped", shown => shown.SetItem(0, shown[0] with { Share = Flipped(shown[0].Share) })),
        Shown("the share that must stay hidden", shown => shown.SetItem(1, shown[1] with { Kind = ShareKind.MaskKey })),
        Shown("both kinds of share", shown => shown.Insert(1, shown[1] with { Kind = ShareKind.MaskKey })),
        Shown("shares too few", shown => shown.RemoveAt(3)),
        Shown("the share of one owner twice", shown => shown.SetItem(1, shown[0])),
        new(
            "shares for other survivors",
            MessageType.UnmaskingShares,
            AbortCode.BadSignature,
            "the shares of d are not signed by it for these survivors.",
            (site, message) => Sign(site, message, Digest.Of("other survivors"u8))
        ),
    ];

    internal static Suite Suite => Suite.Numbered(1)!;

    private static Lie Keys(string what, AbortCode code, string words, Func<Liar, byte[], byte[]> change) =>
        new(
            what,
            MessageType.KeyAdvertisement,
            code,
            words,
            (liar, message) => Sign(liar, message with { Body = change(liar, message.Body.ToArray()) }, liar.Heard.H0)
        );

    internal static Func<Liar, byte[], byte[]> Said(Func<KeyAdvertisement, KeyAdvertisement> change) =>
        (_, body) => change(KeyAdvertisement.Parse(body, Suite)!).ToBody();

    private static Lie Shares(string what, AbortCode code, string words, Func<List<ShareItem>, List<ShareItem>> change) =>
        new(what, MessageType.ShareKeys, code, words, (liar, message) => Dealt(liar, message, change));

    /// <summary>Other items, committed to and signed as they are.</summary>
    internal static SignedMessage Dealt(Liar liar, SignedMessage message, Func<List<ShareItem>, List<ShareItem>> change)
    {
        var (body, attachment) = Heard.SharesOver(message, change(Heard.ItemsOf(message)));
        return Sign(liar, message with { Body = body, Attachment = attachment }, liar.Heard.H1);
    }

    internal static Func<List<ShareItem>, List<ShareItem>> Spoilt(int holder) =>
        items => [.. items.Select(item => item.Holder == holder ? item with { Ciphertext = Flipped(item.Ciphertext) } : item)];

    private static Lie Shown(string what, Func<ImmutableArray<ShownShare>, ImmutableArray<ShownShare>> change) =>
        new(
            what,
            MessageType.UnmaskingShares,
            AbortCode.BadShare,
            "the shares of d are not those that it holds.",
            (liar, message) =>
                Sign(
                    liar,
                    message with
                    {
                        Body = new UnmaskingShares(change(UnmaskingShares.Parse(message.Body)!.Shares)).ToBody(),
                    },
                    liar.Heard.H3
                )
        );

    /// <summary>The liar signs that, over the transcript given.</summary>
    internal static SignedMessage Sign(Liar liar, SignedMessage message, Digest over) =>
        SignedMessage.Sign(message.Type, message.Body, over, BenchConsortium.Site(liar.Site.Name, Suite).Signer, message.Attachment);

    private static byte[] Flipped(ReadOnlyMemory<byte> bytes, int at = 0)
    {
        var copy = bytes.ToArray();
        copy[at] ^= 1;
        return copy;
    }
}

/// <summary>Who lies, and another site whose messages it knows.</summary>
internal sealed record Liar(ScriptedSite Site, ScriptedSite Peer)
{
    public Heard Heard => new(Site.Name, SiteLies.Suite, Site.Told);
}

/// <summary>One lie in place of one message.</summary>
internal sealed record Lie(string What, MessageType Type, AbortCode Code, string Words, Func<Liar, SignedMessage, SignedMessage> Tell);
