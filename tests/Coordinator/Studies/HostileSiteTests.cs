using System.Collections.Immutable;
using System.Reflection;
using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.SecureAggregation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Suites;

namespace Federated.Coordinator.Tests.Studies;

/// <summary>
/// One of four sites, d, says something that is rightly signed but for one lie. It is refused, the coordinator's log names the site and the fault, and the round completes with
/// the exact sum of those who are left in it.
/// </summary>
[TestClass]
public sealed class HostileSiteTests
{
    private static readonly ImmutableArray<Lie> s_lies =
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

    public static IEnumerable<object[]> Lies => s_lies.Select(lie => new object[] { lie.What });

    private static Suite Suite => Suite.Numbered(1)!;

    public static string NameOf(MethodInfo method, object[] data) => $"{method.Name}: {data[0]}";

    [TestMethod]
    [DynamicData(nameof(Lies), DynamicDataDisplayName = nameof(NameOf))]
    public async Task A_site_that_lies_is_refused_by_name_and_the_others_have_their_sum(string what)
    {
        var lie = s_lies.Single(one => one.What == what);
        await using var bench = new StudyBench(ThreeOfFour());
        var sites = bench.Sites("a", "b", "c", "d");
        var liar = new Liar(sites[3], sites[0]);
        sites[3].Up = message => message.Type == lie.Type ? lie.Tell(liar, message) : message;
        await bench.JoinAsync(sites);
        // The quorum and the shares of three are enough, so that a lie told later would come after the sum.
        sites[2].IsDeaf = lie.Type is MessageType.Acknowledgement or MessageType.UnmaskingShares;

        var isIn = lie.Type > MessageType.MaskedInput;
        await SendAllAsync(bench, sites, except: isIn ? "" : "d");
        AssertRefused(bench, lie.Code, lie.Words);
        sites[2].IsDeaf = false;
        await bench.SettleAsync();

        AssertSum(bench, isIn ? "a b c d" : "a b c");
        Assert.DoesNotContain("failed", await bench.EventsAsync());
    }

    [TestMethod]
    [DataRow(MessageType.KeyAdvertisement, "d sent other keys before; the first stand.")]
    [DataRow(MessageType.ShareKeys, "d sent other shares before; the first stand.")]
    public async Task A_site_that_says_two_things_is_held_to_the_first(MessageType type, string words)
    {
        await using var bench = new StudyBench(ThreeOfFour());
        var sites = bench.Sites("d", "a", "b", "c"); // d speaks first: its stage is not over yet
        var liar = new Liar(sites[0], sites[1]);
        sites[0].Up = message =>
        {
            if (message.Type == type)
            {
                sites[0].Say(1, 1, message);
                var (body, over) =
                    type == MessageType.KeyAdvertisement
                        ? (Said(keys => keys with { Nonce = default })(liar, message.Body.ToArray()), liar.Heard.H0)
                        : ((ShareHeader.Parse(message.Body)! with { SelfMaskCommitment = default }).ToBody(), liar.Heard.H1);
                return Sign(liar, message with { Body = body }, over);
            }

            return message;
        };
        await bench.JoinAsync(sites);

        await SendAllAsync(bench, sites);

        AssertRefused(bench, AbortCode.Equivocation, words);
        AssertSum(bench, "a b c d");
    }

    [TestMethod]
    public async Task What_a_site_says_twice_in_the_same_words_counts_once_and_is_no_fault()
    {
        await using var bench = new StudyBench(ThreeOfFour());
        var sites = bench.Sites("a", "b", "c", "d");
        sites[3].Up = message =>
        {
            sites[3].Say(1, 1, message);
            return message;
        };
        await bench.JoinAsync(sites);

        await SendAllAsync(bench, sites);

        Assert.IsEmpty(bench.Log.All.Where(line => line.Contains("the first stand") || line.Contains("BadSignature")));
        AssertSum(bench, "a b c d");
    }

    [TestMethod]
    [DataRow(MessageType.ShareKeys)]
    [DataRow(MessageType.Acknowledgement)]
    [DataRow(MessageType.UnmaskingShares)]
    [DataRow(MessageType.Invitation)]
    [DataRow(MessageType.SurvivorSet)]
    [DataRow(MessageType.AcknowledgementSet)]
    [DataRow(MessageType.RoundResult)]
    public async Task A_message_that_is_not_awaited_is_refused_by_name_and_costs_nothing(MessageType type)
    {
        await using var bench = new StudyBench(ThreeOfFour());
        var sites = bench.Sites("a", "b", "c", "d");
        var liar = new Liar(sites[3], sites[0]);
        sites[3].Up = message =>
        {
            if (message.Type == MessageType.KeyAdvertisement)
            {
                sites[3].Say(1, 1, Sign(liar, message with { Type = type }, liar.Heard.H0));
            }

            return message;
        };
        await bench.JoinAsync(sites);

        await SendAllAsync(bench, sites);

        AssertRefused(bench, AbortCode.Unexpected, $"a {type} of d is not awaited now.");
        AssertSum(bench, "a b c d");
    }

    [TestMethod]
    public async Task A_whole_round_that_a_site_plays_again_in_the_next_one_counts_for_nothing()
    {
        await using var bench = new StudyBench(ThreeOfFour());
        var sites = await bench.JoinAsync("a", "b", "c", "d");
        await SendAllAsync(bench, sites);
        var captured = sites[3].Said.Where(message => message.Type != MessageType.Abort).Take(4).ToArray();
        CollectionAssert.AreEqual(
            new[] { MessageType.KeyAdvertisement, MessageType.ShareKeys, MessageType.Acknowledgement, MessageType.UnmaskingShares },
            captured.Select(message => message.Type).ToArray(),
            "all that it said in round 1"
        );
        AssertSum(bench, "a b c d");
        // Round 2 is at its inputs by now: a new attempt lets d speak first.
        sites[3].Up = _ => null;
        sites[3].LeaveAttempt(2, 1, AbortCode.Local);
        sites[2].DeclineAttempt(2, 1);
        await bench.SettleAsync();

        foreach (var message in captured)
        {
            sites[3].Say(2, 2, message);
        }

        Assert.AreEqual(Sent.Refused, await sites[3].ReplayAsync(2, 2, of: (1, 1)));
        foreach (var site in sites[..3])
        {
            Assert.AreEqual(Sent.Fresh, await site.SendAsync(2, 2, InputOf(site)));
        }

        await bench.SettleAsync();
        AssertRefused(bench, AbortCode.BadSignature, "the keys of d are not signed by it for this invitation.", round: 2, attempt: 2);
        AssertRefused(bench, AbortCode.Unexpected, "a ShareKeys of d is not awaited", round: 2, attempt: 2);
        AssertRefused(bench, AbortCode.Unexpected, "a UnmaskingShares of d is not awaited", round: 2, attempt: 2);
        Assert.AreEqual("a b c", bench.SurvivorsOf(2));
        CollectionAssert.AreEqual(new long[] { 111, -111, 222, 0 }, bench.SumOf(2));
    }

    [TestMethod]
    [DataRow(1u, 2u, DisplayName = "an attempt to come")]
    [DataRow(2u, 1u, DisplayName = "a round to come")]
    [DataRow(uint.MaxValue, uint.MaxValue, DisplayName = "beyond all rounds")]
    public async Task A_message_of_an_attempt_that_has_not_begun_is_refused_by_name_and_costs_nothing(uint round, uint attempt)
    {
        await using var bench = new StudyBench(ThreeOfFour());
        var sites = bench.Sites("a", "b", "c", "d");
        sites[3].Up = message =>
        {
            sites[3].Say(round, attempt, message);
            return message;
        };
        await bench.JoinAsync(sites);

        await SendAllAsync(bench, sites);

        AssertRefused(
            bench,
            AbortCode.Replay,
            $"a KeyAdvertisement of d came for round {round}, attempt {attempt}, which has not begun.",
            round,
            attempt
        );
        AssertSum(bench, "a b c d");
    }

    [TestMethod]
    public async Task A_dealer_whose_ciphertext_does_not_open_is_named_at_the_victim_and_the_coordinator_says_where_to_look()
    {
        var plan = SamplePlan.For("a", "b", "c", "d", "e", "f", "g");
        await using var bench = new StudyBench(plan with { Aggregation = plan.Aggregation with { MinimumSites = 6 } });
        var sites = bench.Sites("a", "b", "c", "d", "e", "f", "g");
        var liar = new Liar(sites[3], sites[0]);
        sites[3].Up = message => message.Type == MessageType.ShareKeys ? Dealt(liar, message, Spoilt(holder: 0)) : message;
        await bench.JoinAsync(sites);

        Assert.AreEqual((AbortCode.BadCiphertext, "the ciphertext of d does not open."), (sites[0].Left!.Code, sites[0].Left!.Reason));
        Assert.Contains(
            "a: it left the attempt: what another site dealt it does not open, or is not what that site committed to; its log names that site",
            bench.Study.Reason
        );
        Assert.IsFalse(sites.Any(site => site.Said.Any(message => message.Type == MessageType.UnmaskingShares)), "no share was shown");
    }

    private static StudyPlan ThreeOfFour()
    {
        var plan = SamplePlan.For("a", "b", "c", "d");
        return plan with { Aggregation = plan.Aggregation with { MinimumSites = 3 } };
    }

    private static async Task SendAllAsync(StudyBench bench, ScriptedSite[] sites, string except = "")
    {
        foreach (var site in sites.Where(site => site.Name.Value != except))
        {
            await site.SendAsync(1, 1, InputOf(site));
        }

        await bench.SettleAsync();
    }

    /// <summary>Each site has its own digit: the sum shows who is in it, and how often.</summary>
    private static int[] InputOf(ScriptedSite site)
    {
        var digit = (int)Math.Pow(10, site.Name.Value[0] - 'a');
        return [digit, -digit, 2 * digit, 0];
    }

    private static void AssertSum(StudyBench bench, string survivors)
    {
        Assert.AreEqual(survivors, bench.SurvivorsOf(1));
        long sum = survivors.Length == 7 ? 1111 : 111;
        CollectionAssert.AreEqual(new[] { sum, -sum, 2 * sum, 0 }, bench.SumOf(1));
    }

    private static void AssertRefused(StudyBench bench, AbortCode code, string words, uint round = 1, uint attempt = 1)
    {
        var start = $"Warning: A message of site d in round {round}, attempt {attempt} was not accepted, {code}: ";
        Assert.IsTrue(
            bench.Log.All.Any(line => line.StartsWith(start, StringComparison.Ordinal) && line.Contains(words, StringComparison.Ordinal)),
            string.Join('\n', bench.Log.All)
        );
    }

    private static Lie Keys(string what, AbortCode code, string words, Func<Liar, byte[], byte[]> change) =>
        new(
            what,
            MessageType.KeyAdvertisement,
            code,
            words,
            (liar, message) => Sign(liar, message with { Body = change(liar, message.Body.ToArray()) }, liar.Heard.H0)
        );

    private static Func<Liar, byte[], byte[]> Said(Func<KeyAdvertisement, KeyAdvertisement> change) =>
        (_, body) => change(KeyAdvertisement.Parse(body, Suite)!).ToBody();

    private static Lie Shares(string what, AbortCode code, string words, Func<List<ShareItem>, List<ShareItem>> change) =>
        new(what, MessageType.ShareKeys, code, words, (liar, message) => Dealt(liar, message, change));

    /// <summary>Other items, committed to and signed as they are.</summary>
    private static SignedMessage Dealt(Liar liar, SignedMessage message, Func<List<ShareItem>, List<ShareItem>> change)
    {
        var (body, attachment) = Heard.SharesOver(message, change(Heard.ItemsOf(message)));
        return Sign(liar, message with { Body = body, Attachment = attachment }, liar.Heard.H1);
    }

    private static Func<List<ShareItem>, List<ShareItem>> Spoilt(int holder) =>
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

    private static SignedMessage Sign(Liar liar, SignedMessage message, Digest over) =>
        SignedMessage.Sign(message.Type, message.Body, over, BenchConsortium.Site(liar.Site.Name, Suite).Signer, message.Attachment);

    private static byte[] Flipped(ReadOnlyMemory<byte> bytes, int at = 0)
    {
        var copy = bytes.ToArray();
        copy[at] ^= 1;
        return copy;
    }

    /// <summary>Who lies, and another site whose messages it knows.</summary>
    private sealed record Liar(ScriptedSite Site, ScriptedSite Peer)
    {
        public Heard Heard => new(Site.Name, Suite, Site.Told);
    }

    /// <summary>One lie in place of one message.</summary>
    private sealed record Lie(string What, MessageType Type, AbortCode Code, string Words, Func<Liar, SignedMessage, SignedMessage> Tell);
}
