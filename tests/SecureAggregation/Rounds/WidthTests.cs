using Federated.Federation.Aggregation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Sites;

namespace Federated.SecureAggregation.Tests.Rounds;

/// <summary>Sums of every width, to their last bit (design section 6.2, number 18), and random rounds.</summary>
[TestClass]
public sealed class WidthTests
{
    [TestMethod]
    [DataRow(8)]
    [DataRow(12)]
    [DataRow(16)]
    [DataRow(20)]
    [DataRow(24)]
    [DataRow(31)]
    [DataRow(32)]
    [DataRow(40)]
    [DataRow(64)]
    public void Sums_at_both_ends_of_the_range_are_exact(int bits)
    {
        foreach (var dimension in new[] { 1, 3, 8, 17 })
        {
            var rig = new Rig(3, bits: bits, dimension: dimension, suite: ToySuite.Instance);
            using var round = new Round(rig);
            var most = (int)rig.Study.InputBound;
            foreach (var site in rig.Names)
            {
                round.Inputs[site] = [.. Enumerable.Range(0, dimension).Select(lane => lane % 2 == 0 ? most : -most)];
            }

            round.Run();

            CollectionAssert.AreEqual(round.ClearSum(rig.Names), round.Sum!.Lanes.ToArray());
            Assert.AreEqual(3L * most, round.Sum.Lanes.Span[0]);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(-1)]
    [DataRow(int.MinValue, DisplayName = "the one number whose negative is itself")]
    public void An_input_beyond_the_bound_is_not_masked(int beyond)
    {
        foreach (var lane in new[] { 0, 4, 20 })
        {
            var rig = new Rig(4, minimum: 3, dimension: 21);
            var site = rig.Names[1];
            using var round = new Round(rig);
            round.Inputs[site][lane] = beyond == int.MinValue ? beyond : beyond * (int)(rig.Study.InputBound + 1);

            round.Run();

            Assert.AreEqual(AbortCode.Overflow, round.RefusalOf(site)!.Code);
            Assert.IsFalse(round.HasSaid(site, MessageType.MaskedInput));
            CollectionAssert.AreEqual(round.ClearSum(rig.Names.Remove(site)), round.Sum!.Lanes.ToArray());
        }
    }

    [TestMethod]
    [DataRow(8, 43, 3, DisplayName = "three times 43 is 129, over 127")]
    [DataRow(16, 32767, 2, DisplayName = "twice the largest number")]
    [DataRow(64, long.MaxValue, 2, DisplayName = "a product that wraps itself")]
    [DataRow(32, 0, 3, DisplayName = "no bound")]
    public void A_plan_whose_sum_can_wrap_is_refused_by_every_site(int bits, long bound, int sites)
    {
        var rig = new Rig(sites);
        using var round = new Round(rig);
        rig.Study = rig.Study with { Format = new LaneFormat(bits), InputBound = bound };

        round.Tell(rig.Names[0], round.Aggregator.Invitation);

        Assert.AreEqual(AbortCode.Thresholds, ((SiteStep.Leave)round.Last[rig.Names[0]]).Refusal.Code);
    }

    [TestMethod]
    public void Random_rounds_sum_exactly_whatever_their_size_width_and_dropouts()
    {
        var seeded = new Seeded("random rounds");
        for (var i = 0; i < 400; i++)
        {
            var sites = seeded.Between(2, 12);
            var rig = new Rig(sites, bits: seeded.Between(8, 64), dimension: seeded.Between(1, 40), suite: ToySuite.Instance);
            using var round = new Round(rig);
            foreach (var site in rig.Names)
            {
                var most = (int)rig.Study.InputBound;
                round.Inputs[site] =
                [
                    .. Enumerable
                        .Range(0, rig.Study.Dimension)
                        .Select(_ => seeded.Between(-Math.Min(most, 1 << 29), Math.Min(most, 1 << 29))),
                ];
            }

            var lost = rig.Names.Where(_ => seeded.Between(0, 5) == 0).Take(sites - rig.Study.MinimumSurvivors).ToHashSet();
            var type = seeded.Coin() ? MessageType.MaskedInput : MessageType.ShareKeys;
            round.Up = (site, message) => lost.Contains(site) && message.Type == type ? null : message;

            round.Run();

            Assert.IsNull(round.Failure, $"round {i}: {round.Failure?.Reason}");
            CollectionAssert.AreEqual(
                round.ClearSum(rig.Names.Where(site => !lost.Contains(site))),
                round.Sum!.Lanes.ToArray(),
                $"round {i}"
            );
        }
    }

    [TestMethod]
    public void A_sum_on_the_release_grid_is_within_half_a_step_of_each_site()
    {
        var seeded = new Seeded("grid");
        const int Sites = 5;
        var grid = ReleaseGrid.Finest(bound: 4.0, Sites);
        var rig = new Rig(Sites, dimension: 33, suite: ToySuite.Instance);
        rig.Study = rig.Study with { InputBound = grid.LaneBound };
        using var round = new Round(rig);
        var exact = new double[33];
        foreach (var site in rig.Names)
        {
            double[] values = [.. Enumerable.Range(0, 33).Select(_ => seeded.Int64() * Math.ScaleB(1, -61))];
            Assert.IsGreaterThanOrEqualTo(0, grid.Encode(values, round.Inputs[site] = new int[33]));
            for (var lane = 0; lane < 33; lane++)
            {
                exact[lane] += values[lane];
            }
        }

        round.Run();

        for (var lane = 0; lane < 33; lane++)
        {
            Assert.AreEqual(exact[lane], round.Sum!.Lanes.Span[lane] / grid.Scale, Sites * 0.5001 / grid.Scale);
        }
    }
}
