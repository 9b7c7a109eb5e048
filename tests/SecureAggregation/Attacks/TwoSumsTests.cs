using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>A coordinator that opens the sum of a round, and then another sum of the same updates (docs/secure-aggregation.md, "Two sums of one round").</summary>
[TestClass]
public sealed class TwoSumsTests
{
    [TestMethod]
    [DataRow(10, 1, 6, 6, 8, DisplayName = "the same six and two more: their difference is of two sites")]
    [DataRow(10, 1, 6, 6, 10, DisplayName = "everybody, after six")]
    [DataRow(10, 1, 6, 10, 6, DisplayName = "six, after everybody")]
    [DataRow(10, 1, 6, 10, 7, DisplayName = "seven, after everybody")]
    [DataRow(7, 1, 5, 5, 7, DisplayName = "the same five and two more")]
    [DataRow(20, 6, 14, 14, 20, DisplayName = "with six colluders")]
    public void A_second_sum_over_other_sites_is_never_opened(int sites, int colluders, int minimum, int first, int second)
    {
        var rig = new Rig(sites, minimum, colluders);
        using var opened = Open(rig, attempt: 1, rig.Names[..first], spare: [.. rig.Names[..first].Reverse()], revealed: null);
        Assert.IsNotNull(opened.Sum);
        var showed = rig.Names.Where(site => opened.HasSaid(site, MessageType.UnmaskingShares)).ToHashSet();

        // Colluders would sign anything: those who showed shares forget it.
        var bound = showed.Except(showed.Take(colluders)).ToHashSet();
        using var again = Open(rig, attempt: 2, rig.Names[..second], spare: [], site => bound.Contains(site) ? opened.Survivors : null);

        Assert.IsNull(again.Sum, $"a second sum, of {string.Join(", ", again.Sum?.Survivors ?? [])}");
    }

    [TestMethod]
    [DataRow(1, DisplayName = "the quorum is held back from all but a colluder")]
    [DataRow(3, DisplayName = "three were told")]
    [DataRow(5, DisplayName = "five were told, one fewer than open the sum")]
    public void A_quorum_that_is_held_back_until_another_attempt_opened_its_sum_opens_no_second_one(int told)
    {
        var (first, second) = Interleaved(told, staysInBoth: false);

        Assert.IsNotNull(second, "the attempt that overtook");
        Assert.IsNull(first, "the attempt that was overtaken");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(5)]
    public void The_check_sees_two_sums_where_sites_stay_in_an_attempt_that_was_overtaken(int told)
    {
        var (first, second) = Interleaved(told, staysInBoth: true);

        Assert.HasCount(10, first!.Survivors);
        Assert.HasCount(11 - told, second!.Survivors);
    }

    [TestMethod]
    public void The_same_sum_may_be_opened_again_after_a_coordinator_that_lost_it()
    {
        var rig = new Rig(4, minimum: 3);
        using var first = new Round(rig).Run();

        using var second = new Round(rig, attempt: 2) { Expect = _ => rig.Expectation(revealed: first.Survivors) };
        second.Run();

        CollectionAssert.AreEqual(first.Sum!.Lanes.ToArray(), second.Sum!.Lanes.ToArray());
    }

    [TestMethod]
    public void A_site_that_showed_shares_leaves_a_cohort_in_which_a_survivor_of_that_sum_is_missing()
    {
        var rig = new Rig(4, minimum: 3);
        var victim = rig.Names[0];
        using var round = new Round(rig, attempt: 2, invited: rig.Names[..3]) { Expect = site => rig.Expectation(revealed: rig.Names) };

        round.Run();

        Assert.AreEqual(AbortCode.Revealed, round.RefusalOf(victim)!.Code);
        Assert.IsFalse(round.HasSaid(MessageType.ShareKeys));
    }

    [TestMethod]
    public void A_site_that_showed_shares_signs_no_other_survivors()
    {
        var rig = new Rig(4, minimum: 3);
        var victim = rig.Names[0];
        using var round = new Round(rig, attempt: 2)
        {
            Expect = site => rig.Expectation(revealed: site == victim ? rig.Names : null),
            Vector = (site, bytes) => site == rig.Names[3] ? null : bytes,
        };

        round.Run();

        Assert.AreEqual(AbortCode.Revealed, round.RefusalOf(victim)!.Code);
        Assert.IsFalse(round.HasSaid(victim, MessageType.Acknowledgement));
        Assert.IsFalse(round.HasSaid(victim, MessageType.UnmaskingShares));
    }

    /// <summary>
    /// Ten sites, one of them a colluder, t = q = 6. The first attempt's M8 is told to some and held back from the others; they and the colluder are invited to a second attempt, in
    /// which they are all there is, and which opens; then the first one's M8 comes to them. A site that is invited anew ends the attempt before, as a node does; the colluder does not.
    /// </summary>
    private static (AggregatorStep.Sum? First, AggregatorStep.Sum? Second) Interleaved(int told, bool staysInBoth)
    {
        var rig = new Rig(10, minimum: 6, colluders: 1);
        var colluder = rig.Names[0];
        var heldBack = new List<AggregatorStep.Tell>();
        using var first = new Round(rig);
        first.Down = (site, message) =>
        {
            if (message.Type != MessageType.AcknowledgementSet || rig.Names.IndexOf(site) < told)
            {
                return message;
            }

            heldBack.Add(new AggregatorStep.Tell(site, message));
            return null;
        };
        first.Do(first.Aggregator.Begin());
        Assert.IsNull(first.Sum, "too few were told");
        using var second = new Round(rig, attempt: 2, invited: [colluder, .. rig.Names[told..]])
        {
            Expect = site =>
            {
                if (site != colluder && !staysInBoth)
                {
                    first.Site(site)!.Dispose();
                }

                return rig.Expectation();
            },
        };
        second.Run();

        first.Down = (_, message) => message;
        foreach (var tell in heldBack)
        {
            try
            {
                first.Do([tell]);
            }
            catch (ObjectDisposedException)
            {
                // What it held is wiped: it says nothing, however it says that.
            }
        }

        Assert.HasCount(10 - told, heldBack);
        return (first.Sum, second.Sum);
    }

    /// <summary>One attempt in which the coordinator asks no more sites for shares than it needs; <paramref name="spare"/> are left out first.</summary>
    private static Round Open(
        Rig rig,
        uint attempt,
        ImmutableArray<SiteName> invited,
        ImmutableArray<SiteName> spare,
        Func<SiteName, ImmutableArray<SiteName>?>? revealed
    )
    {
        var asked = invited.Except(spare.Take(Math.Max(0, invited.Length - rig.Study.Threshold))).ToHashSet();
        var round = new Round(rig, attempt: attempt, invited: invited)
        {
            Expect = site => rig.Expectation(revealed: revealed?.Invoke(site)),
        };
        round.Down = (site, message) => message.Type == MessageType.AcknowledgementSet && !asked.Contains(site) ? null : message;
        return round.Run();
    }
}
