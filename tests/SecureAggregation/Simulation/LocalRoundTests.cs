using System.Security.Cryptography;
using Federated.SecureAggregation.Simulation;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Simulation;

[TestClass]
public sealed class LocalRoundTests
{
    [TestMethod]
    [DataRow(3, 3)]
    [DataRow(5, 4)]
    public void The_sum_is_that_of_those_who_took_part(int sites, int present)
    {
        var consortium = new LocalConsortium(new Rig(sites, minimum: present).Study, RandomNumberGenerator.Fill);
        var inputs = consortium
            .Study.Roster.Take(present)
            .Select((name, i) => (name, Lanes: new[] { i, -i, 7, 100 * i, -3 }))
            .ToDictionary();

        var sum = LocalRound.Sum(consortium, inputs);

        var expected = Enumerable.Range(0, 5).Select(lane => inputs.Values.Sum(lanes => (long)lanes[lane])).ToArray();
        CollectionAssert.AreEqual(expected, sum.ToArray());
    }

    [TestMethod]
    public void Fewer_sites_than_the_plan_asks_for_give_no_sum()
    {
        var consortium = new LocalConsortium(new Rig(5, minimum: 5).Study, RandomNumberGenerator.Fill);
        var inputs = consortium.Study.Roster.Take(4).ToDictionary(name => name, _ => new int[5]);

        Assert.ThrowsExactly<InvalidOperationException>(() => LocalRound.Sum(consortium, inputs));
    }

    [TestMethod]
    public void An_input_beyond_the_plans_bound_is_not_masked()
    {
        var consortium = new LocalConsortium(new Rig(3).Study, RandomNumberGenerator.Fill);
        var inputs = consortium.Study.Roster.ToDictionary(name => name, _ => new[] { 0, 0, int.MaxValue, 0, 0 });

        var e = Assert.ThrowsExactly<InvalidOperationException>(() => LocalRound.Sum(consortium, inputs));

        Assert.Contains("beyond the plan's bound", e.Message);
    }
}
