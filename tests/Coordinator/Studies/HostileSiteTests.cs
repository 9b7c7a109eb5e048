using System.Reflection;
using Federated.Fixtures;
using Federated.SecureAggregation;
using Federated.SecureAggregation.Messages;

namespace Federated.Coordinator.Tests.Studies;

/// <summary>
/// One of four sites, d, says something that is rightly signed but for one lie. It is refused, the coordinator's log names the site and the fault, and the round completes with
/// the exact sum of those who are left in it.
/// </summary>
[TestClass]
public sealed class HostileSiteTests
{
    public static IEnumerable<object[]> Lies => SiteLies.All.Select(lie => new object[] { lie.What });

    public static string NameOf(MethodInfo method, object[] data) => $"{method.Name}: {data[0]}";

    [TestMethod]
    [DynamicData(nameof(Lies), DynamicDataDisplayName = nameof(NameOf))]
    public async Task A_site_that_lies_is_refused_by_name_and_the_others_have_their_sum(string what)
    {
        var lie = SiteLies.All.Single(one => one.What == what);
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
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
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = bench.Sites("d", "a", "b", "c"); // d speaks first: its stage is not over yet
        var liar = new Liar(sites[0], sites[1]);
        sites[0].Up = message =>
        {
            if (message.Type == type)
            {
                sites[0].Say(1, 1, message);
                var (body, over) =
                    type == MessageType.KeyAdvertisement
                        ? (SiteLies.Said(keys => keys with { Nonce = default })(liar, message.Body.ToArray()), liar.Heard.H0)
                        : ((ShareHeader.Parse(message.Body)! with { SelfMaskCommitment = default }).ToBody(), liar.Heard.H1);
                return SiteLies.Sign(liar, message with { Body = body }, over);
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
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
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
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = bench.Sites("a", "b", "c", "d");
        var liar = new Liar(sites[3], sites[0]);
        sites[3].Up = message =>
        {
            if (message.Type == MessageType.KeyAdvertisement)
            {
                sites[3].Say(1, 1, SiteLies.Sign(liar, message with { Type = type }, liar.Heard.H0));
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
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
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
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
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
        sites[3].Up = message =>
            message.Type == MessageType.ShareKeys ? SiteLies.Dealt(liar, message, SiteLies.Spoilt(holder: 0)) : message;
        await bench.JoinAsync(sites);

        Assert.AreEqual((AbortCode.BadCiphertext, "the ciphertext of d does not open."), (sites[0].Left!.Code, sites[0].Left!.Reason));
        Assert.Contains(
            "a: it left the attempt: what another site dealt it does not open, or is not what that site committed to; its log names that site",
            bench.Study.Reason
        );
        Assert.IsFalse(sites.Any(site => site.Said.Any(message => message.Type == MessageType.UnmaskingShares)), "no share was shown");
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
}
