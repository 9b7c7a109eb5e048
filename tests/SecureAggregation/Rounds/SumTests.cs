using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Tests.Rounds;

/// <summary>Whole rounds of honest parties, some of whom go missing.</summary>
[TestClass]
public sealed class SumTests
{
    [TestMethod]
    [DataRow(2, 1)]
    [DataRow(3, 1)]
    [DataRow(4, 1)]
    [DataRow(7, 1)]
    [DataRow(20, 1)]
    [DataRow(4, 2)]
    [DataRow(7, 2)]
    public void The_sum_of_everybody_is_the_sum_in_clear(int sites, int suite)
    {
        var rig = new Rig(sites, suite: Suite.Numbered(suite));

        using var round = new Round(rig).Run();

        Assert.IsNull(round.Failure, round.Failure?.Reason);
        CollectionAssert.AreEqual(round.ClearSum(rig.Names), round.Sum!.Lanes.ToArray());
        Assert.IsTrue(rig.Names.All(site => round.Site(site)!.IsOver));
    }

    [TestMethod]
    [DataRow(MessageType.KeyAdvertisement)]
    [DataRow(MessageType.ShareKeys)]
    [DataRow(MessageType.MaskedInput)]
    [DataRow(MessageType.Acknowledgement)]
    [DataRow(MessageType.UnmaskingShares)]
    public void A_site_that_goes_missing_costs_the_round_nothing_but_its_input(MessageType last)
    {
        var rig = new Rig(4, minimum: 3);
        var lost = rig.Names[1];
        using var round = new Round(rig);
        round.Up = (site, message) =>
        {
            if (site == lost && message.Type == last)
            {
                round.Kill(site);
                return null;
            }

            return message;
        };

        round.Run();

        Assert.IsNull(round.Failure, round.Failure?.Reason);
        Assert.AreEqual(last < MessageType.SurvivorSet ? 3 : 4, round.Survivors.Length);
        CollectionAssert.AreEqual(round.ClearSum(round.Survivors), round.Sum!.Lanes.ToArray());
    }
}
