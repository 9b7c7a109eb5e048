using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Tests.Rounds;

/// <summary>Sites that go missing, at each step, singly and in pairs: the sum of those whose input came, or none (design section 6.2, numbers 14, 15 and 24).</summary>
[TestClass]
public sealed class DropoutTests
{
    /// <summary>The last thing that a site does not do any more.</summary>
    private enum Step
    {
        Keys = 1,
        Shares = 3,
        Input = 5,
        MiddleOfInput = 6,
        Acknowledgement = 7,
        Unmasking = 9,
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(6)]
    [DataRow(7)]
    [DataRow(8)]
    public void Any_one_or_two_sites_may_go_missing_anywhere_and_the_sum_is_right_or_none(int sites)
    {
        var rounds = 0;
        var opened = 0;
        for (var colluders = 1; colluders <= Math.Max(1, sites - 2); colluders++)
        {
            for (
                var minimum = Thresholds.LeastMinimum(sites, colluders);
                minimum <= sites;
                minimum += sites > 6 ? Math.Max(1, sites - minimum) : 1
            )
            {
                var rig = new Rig(sites, minimum, colluders, dimension: 3, suite: ToySuite.Instance);
                foreach (var missing in Missing(sites))
                {
                    opened += IsOpened(rig, missing, $"c = {colluders}, m = {minimum}: {string.Join(", ", missing)}") ? 1 : 0;
                    rounds++;
                }
            }
        }

        Assert.IsGreaterThan(0, opened);
        Assert.IsLessThan(rounds, opened);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void With_real_suites_too_a_site_that_leaves_at_any_step_costs_its_input_alone(int suite)
    {
        var rig = new Rig(4, minimum: 3, suite: Suite.Numbered(suite));
        foreach (var step in Enum.GetValues<Step>())
        {
            Assert.IsTrue(IsOpened(rig, [(1, step)], $"{step}"));
        }
    }

    [TestMethod]
    [DataRow(Step.Keys)]
    [DataRow(Step.Shares)]
    [DataRow(Step.Input)]
    [DataRow(Step.MiddleOfInput)]
    [DataRow(Step.Acknowledgement)]
    [DataRow(Step.Unmasking)]
    public void Of_two_sites_one_that_is_missing_fails_the_round(object step)
    {
        var rig = new Rig(2);

        Assert.IsTrue(IsOpened(rig, [], "both"));
        Assert.IsFalse(IsOpened(rig, [(0, (Step)step)], $"{step}"));
    }

    [TestMethod]
    public void More_dropouts_than_the_threshold_allows_open_nothing_and_the_next_attempt_has_other_keys()
    {
        var rig = new Rig(5, minimum: 4);
        using var failed = new Round(rig);
        failed.Up = (site, message) =>
            message.Type == MessageType.UnmaskingShares && rig.Names.IndexOf(site) < 2 ? Killed(failed, site) : message;

        failed.Run();
        using var next = new Round(rig, attempt: 2) { Expect = _ => rig.Expectation(last: (1, 1)) };
        next.Run();

        Assert.IsNull(failed.Sum, "t - 1 shares give no partial sum");
        Assert.IsEmpty(failed.Outcomes.OfType<AggregatorStep.Sum>());
        CollectionAssert.AreEqual(next.ClearSum(rig.Names), next.Sum!.Lanes.ToArray());
        var keys = new[] { failed, next }.SelectMany(round =>
            round.HeardBy(rig.Names[0]).Cohort.Members.SelectMany(SecureAggregation.Rounds.Cohort.KeysOf)
        );
        CollectionAssert.AllItemsAreUnique(keys.ToArray());
    }

    [TestMethod]
    public void Any_survivors_shares_that_are_enough_give_the_same_sum()
    {
        var rig = new Rig(5, minimum: 4, suite: ToySuite.Instance);
        for (var silent = 0; silent < 5; silent++)
        {
            var who = rig.Names[silent];
            using var round = new Round(rig);
            round.Down = (site, message) => site == who && message.Type == MessageType.AcknowledgementSet ? null : message;

            round.Run();

            CollectionAssert.AreEqual(round.ClearSum(rig.Names), round.Sum!.Lanes.ToArray(), $"without the shares of {who}");
        }
    }

    private static IEnumerable<(int Site, Step Step)[]> Missing(int sites)
    {
        var steps = Enum.GetValues<Step>();
        yield return [];
        for (var first = 0; first < sites; first++)
        {
            foreach (var step in steps)
            {
                yield return [(first, step)];
            }

            for (var second = first + 1; second < sites; second++)
            {
                if (sites > 6 && !(first == 0 || second == first + 1))
                {
                    continue; // neighbours, and everybody with the first, stand for the other pairs
                }

                foreach (var step in steps)
                {
                    foreach (var other in steps)
                    {
                        yield return [(first, step), (second, other)];
                    }
                }
            }
        }
    }

    /// <summary>Runs the round and compares with what the numbers alone say.</summary>
    private static bool IsOpened(Rig rig, (int Site, Step Step)[] missing, string what)
    {
        using var round = new Round(rig);
        var at = missing.ToDictionary(one => rig.Names[one.Site], one => one.Step);
        round.Up = (site, message) => at.TryGetValue(site, out var step) && (int)step == (int)message.Type ? Killed(round, site) : message;
        round.Vector = (site, bytes) =>
        {
            if (at.GetValueOrDefault(site) != Step.MiddleOfInput)
            {
                return bytes;
            }

            round.Kill(site);
            return null;
        };

        round.Run();

        int Left(Step last) => rig.Names.Length - missing.Count(one => one.Step <= last);
        var (m, t) = (rig.Study.MinimumSurvivors, rig.Study.Threshold);
        var survivors = rig.Names.Where(site => !at.TryGetValue(site, out var step) || step >= Step.Acknowledgement).ToArray();
        var isOpened = Left(Step.MiddleOfInput) >= m && Left(Step.Unmasking) >= t;
        Assert.AreEqual(isOpened, round.Sum is not null, $"{what}: {round.Failure?.Reason}");
        Assert.AreEqual(!isOpened, round.Failure is not null, what);
        if (isOpened)
        {
            CollectionAssert.AreEqual(survivors, round.Sum!.Survivors.ToArray(), what);
            CollectionAssert.AreEqual(round.ClearSum(survivors), round.Sum.Lanes.ToArray(), what);
        }

        Assert.IsFalse(
            rig.Names.Any(site => round.Last.GetValueOrDefault(site) is SiteStep.Leave),
            $"{what}: nobody has a reason to leave"
        );
        return isOpened;
    }

    private static SignedMessage? Killed(Round round, SiteName site)
    {
        round.Kill(site);
        return null;
    }
}
