using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Fixtures;
using Federated.SecureAggregation;
using Federated.SecureAggregation.Messages;

namespace Federated.Coordinator.Tests.Studies;

/// <summary>
/// A round that is lost after its survivors were announced: who showed shares for them signs no others, so that whoever was too slow the first time must be left out of the
/// next attempt too, or nobody could ever complete the round.
/// </summary>
[TestClass]
public sealed class FixedSurvivorsTests
{
    [TestMethod]
    public async Task The_next_attempt_invites_exactly_those_who_may_have_shown_shares()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = bench.Sites("a", "b", "c", "d");
        await bench.JoinAsync(sites);
        await LoseTheSumAsync(bench, sites);

        await SendAsync(bench, sites[..3], attempt: 2);

        Assert.AreEqual("a b c", bench.SurvivorsOf(1));
        Assert.IsTrue(sites[..3].All(site => site.Left is null), "nobody had to refuse");
        await bench.SettleAsync();
        CollectionAssert.AreEquivalent(
            new[] { 2, 2, 2, 1 },
            sites.Select(site => site.Told.Count(message => message.Type == MessageType.Invitation && RoundOf(message) == 1)).ToArray(),
            "the slow one comes back in the next round"
        );
    }

    [TestMethod]
    public async Task A_restarted_coordinator_knows_them_too()
    {
        using var folder = new TestFolder();
        await using (var before = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"), folder))
        {
            var sites = before.Sites("a", "b", "c", "d");
            await before.JoinAsync(sites);
            await LoseTheSumAsync(before, sites);
        }

        await using var after = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"), folder);
        var again = await after.JoinAsync("a", "b", "c", "d");
        await SendAsync(after, again[..3], attempt: 3); // attempt 2 was begun before the end

        Assert.AreEqual("a b c", after.SurvivorsOf(1));
    }

    [TestMethod]
    public async Task If_one_of_them_is_away_the_study_waits_for_it_by_name_and_goes_on_by_itself()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = bench.Sites("a", "b", "c", "d");
        await bench.JoinAsync(sites);
        await LoseTheSumAsync(bench, sites, away: 2);

        Assert.AreEqual(StudyPhase.Waiting, bench.Study.Phase);
        Assert.StartsWith("round 1 waits for c: its survivors a, b, c were announced before it was lost", bench.Study.Reason);
        sites[2].Connect();
        sites[2].Accept();
        await SendAsync(bench, sites[..3], attempt: 2);

        Assert.AreEqual("a b c", bench.SurvivorsOf(1));
    }

    [TestMethod]
    public async Task A_researcher_may_try_without_it_and_whoever_showed_shares_refuses()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = bench.Sites("a", "b", "c", "d");
        await bench.JoinAsync(sites);
        await LoseTheSumAsync(bench, sites, away: 2);

        await bench.ResumeAsync();
        await bench.SettleAsync();

        Assert.AreEqual(AbortCode.Revealed, sites[0].Left?.Code);
        Assert.AreEqual(AbortCode.Revealed, sites[1].Left?.Code);
        Assert.IsNull(bench.Study.Committed(new RoundNumber(1)));
    }

    [TestMethod]
    public async Task A_researcher_may_try_without_it_and_completes_the_round_if_no_share_was_shown()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = bench.Sites("a", "b", "c", "d");
        await bench.JoinAsync(sites);
        await LoseTheSumAsync(bench, sites, away: 2, lost: MessageType.Acknowledgement);

        await bench.ResumeAsync();
        await SendAsync(bench, [sites[0], sites[1], sites[3]], attempt: 2);

        Assert.AreEqual("a b d", bench.SurvivorsOf(1));
    }

    /// <summary>The first attempt: d is too slow, and what the others say last does not arrive.</summary>
    private static async Task LoseTheSumAsync(
        StudyBench bench,
        ScriptedSite[] sites,
        int? away = null,
        MessageType lost = MessageType.UnmaskingShares
    )
    {
        foreach (var site in sites)
        {
            site.Up = message => message.Type == lost ? null : message;
        }

        await SendAsync(bench, sites[..3], attempt: 1);
        await bench.PassDeadlineAsync(); // d's input is not waited for any longer
        if (away is { } gone)
        {
            sites[gone].Leave();
        }

        foreach (var site in sites)
        {
            site.Up = message => message;
        }

        await bench.PassQuarterAsync();
        Assert.IsNull(bench.Study.Committed(new RoundNumber(1)));
    }

    private static async Task SendAsync(StudyBench bench, IEnumerable<ScriptedSite> sites, uint attempt)
    {
        foreach (var site in sites)
        {
            await site.SendAsync(1, attempt, 1, 2, 3, 4);
        }

        await bench.SettleAsync();
    }

    private static uint RoundOf(SignedMessage invitation) => Invitation.Parse(invitation.Body)!.Round.Value;
}
