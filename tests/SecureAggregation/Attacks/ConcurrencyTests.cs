using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>Two studies at once on one node (design section 6.2, number 31).</summary>
[TestClass]
public sealed class ConcurrencyTests
{
    [TestMethod]
    public void Studies_that_run_at_once_on_the_same_nodes_share_nothing()
    {
        var rig = new Rig(4, minimum: 3, dimension: 1000);
        var seen = rig.Names.ToDictionary(site => site, _ => new KeyHistory()); // a node has one history for all its studies
        var plans = Enumerable.Range(0, 6).Select(i => rig.Study with { PlanHash = Digest.Of([(byte)i]), Study = $"study {i}" }).ToArray();

        var rounds = new Round[plans.Length];
        Parallel.For(
            0,
            plans.Length,
            i =>
            {
                var other = rig.WithStudy(plans[i]);
                rounds[i] = new Round(other) { Context = site => other.ContextOf(site, seen[site]) };
                rounds[i].Inputs[rig.Names[0]][0] = i;
                rounds[i].Run();
            }
        );

        foreach (var round in rounds)
        {
            CollectionAssert.AreEqual(round.ClearSum(rig.Names), round.Sum!.Lanes.ToArray());
            round.Dispose();
        }
    }

    [TestMethod]
    [DataRow(MessageType.CohortKeys, AbortCode.OwnKeyChanged)]
    [DataRow(MessageType.ShareSet, AbortCode.OwnKeyChanged)]
    [DataRow(MessageType.InputReceipt, AbortCode.BadSignature)]
    [DataRow(MessageType.SurvivorSet, AbortCode.BadSignature)]
    [DataRow(MessageType.AcknowledgementSet, AbortCode.Quorum)]
    public void A_message_of_another_study_is_refused_at_every_step(MessageType type, AbortCode code)
    {
        var rig = new Rig(4, minimum: 3);
        var other = rig.WithStudy(rig.Study with { PlanHash = Digest.Of("another plan"u8) });
        using var elsewhere = new Round(other).Run();
        using var round = new Round(rig);
        var victim = rig.Names[0];
        round.ChangeDown(victim, type, _ => elsewhere.HeardBy(victim).Last(type));

        round.Run();

        Assert.AreEqual(code, round.RefusalOf(victim)!.Code);
        Assert.IsFalse(round.HasSaid(victim, MessageType.UnmaskingShares));
    }
}
