using System.Collections.Immutable;
using System.Reflection;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Tests.Rounds;

namespace Federated.SecureAggregation.Tests.Attacks;

/// <summary>
/// One lie each, in a round that is otherwise honest and rightly signed. The victim leaves with the code, says nothing secret any more, and the round goes on
/// without it or fails; it never gives a wrong sum.
/// </summary>
[TestClass]
public sealed class LieTests
{
    private static readonly ImmutableArray<Lie> s_beforeInputs =
    [
        .. SiteLies.OfTheInvitation,
        .. SiteLies.OfTheCohort,
        .. LaterLies.OfTheShares,
        .. CipherLies.All,
    ];

    private static readonly ImmutableArray<Lie> s_afterInputs = [.. LaterLies.OfTheSurvivors, .. QuorumLies.All];

    public static IEnumerable<object[]> BeforeInputs => s_beforeInputs.Select(lie => new object[] { lie.What });

    public static IEnumerable<object[]> AfterInputs => s_afterInputs.Select(lie => new object[] { lie.What });

    public static string NameOf(MethodInfo method, object[] data) => $"{method.Name}: {data[0]}";

    [TestMethod]
    [DynamicData(nameof(BeforeInputs), DynamicDataDisplayName = nameof(NameOf))]
    public void A_site_that_is_lied_to_early_masks_no_input(string what)
    {
        var lie = s_beforeInputs.Single(one => one.What == what);
        var (rig, victim) = Setting(lie);
        using var round = new Round(rig);
        lie.Tell(rig, round, victim);

        round.Run();

        AssertLeft(rig, round, victim, lie.Code);
        Assert.IsFalse(round.HasSaid(victim, MessageType.MaskedInput));
        AssertNoWrongSum(round);
    }

    [TestMethod]
    [DynamicData(nameof(AfterInputs), DynamicDataDisplayName = nameof(NameOf))]
    public void A_site_that_is_lied_to_late_shows_no_share(string what)
    {
        var lie = s_afterInputs.Single(one => one.What == what);
        var (rig, victim) = Setting(lie);
        using var round = new Round(rig);
        if (lie.Sites == 5)
        {
            round.Vector = (site, bytes) => site == rig.Names[4] ? null : bytes; // who shared and is no survivor
        }

        lie.Tell(rig, round, victim);

        round.Run();

        AssertLeft(rig, round, victim, lie.Code);
        AssertNoWrongSum(round);
    }

    [TestMethod]
    public void Every_code_that_the_core_can_say_is_said_by_a_test()
    {
        AbortCode[] elsewhere =
        [
            AbortCode.None, // no code
            AbortCode.Log, // there is no log yet: a position in it is Malformed
            AbortCode.Local, // the edge's own reasons
            AbortCode.Overflow, // WidthTests: the site's own input
            AbortCode.Revealed, // TwoSumsTests
        ];

        var said = s_beforeInputs.Concat(s_afterInputs).Select(lie => lie.Code).ToHashSet();

        CollectionAssert.AreEquivalent(Enum.GetValues<AbortCode>().Except(elsewhere).ToArray(), said.ToArray());
    }

    private static (Rig Rig, SiteName Victim) Setting(Lie lie)
    {
        var rig = new Rig(
            lie.Sites,
            minimum: lie.Sites switch
            {
                2 => 2,
                4 => 3,
                _ => 4,
            }
        );
        return (rig, rig.Names[0]);
    }

    private static void AssertLeft(Rig rig, Round round, SiteName victim, AbortCode code)
    {
        var left = round.Last[victim] as SiteStep.Leave;
        Assert.IsNotNull(left, $"the victim did {round.Last[victim]}");
        Assert.AreEqual(code, left.Refusal.Code, left.Refusal.Reason);
        Assert.AreEqual(code, AbortNotice.Parse(left.Notice.Body));
        Assert.IsTrue(
            left.Notice.IsSignedBy(rig.Suite.TryReadIdentity(rig.Signers[victim].PublicKey)!, round.HeardBy(victim).H0),
            "the notice is not signed for this attempt"
        );
        Assert.IsFalse(round.HasSaid(victim, MessageType.UnmaskingShares));
        Assert.IsTrue(round.Site(victim) is null or { IsOver: true });
    }

    private static void AssertNoWrongSum(Round round)
    {
        Assert.IsTrue(round.Sum is null ^ round.Failure is null);
        if (round.Sum is { } sum)
        {
            CollectionAssert.AreEqual(round.ClearSum(sum.Survivors), sum.Lanes.ToArray());
        }
    }
}
