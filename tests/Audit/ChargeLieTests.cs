using Federated.Audit.Tests.World;
using Federated.Federation;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using static Federated.Audit.Tests.Lies;

namespace Federated.Audit.Tests;

/// <summary>Lies about charges: hidden, invented, other than the plan gives. One test a lie.</summary>
[TestClass]
public sealed class ChargeLieTests
{
    private static readonly SmallConsortium s_world = SmallConsortium.Shared;

    [TestMethod]
    public void A_charge_that_is_hidden()
    {
        var story = new Story(s_world)
        {
            Lie = entry => entry is { Kind: EntryKind.PrivacyCharged, Actor.Value: "site/beta" } ? null : entry,
        };
        story.Begin().Prepare(s_world.Private);
        story.Round(s_world.Private);

        Fails(story, EntryKind.RoundCommitted, "beta is in the sum, and no 'privacy.charged' of it stands before");
    }

    [TestMethod]
    public void A_charge_for_an_attempt_that_never_was()
    {
        var story = new Story(s_world).Begin().Prepare(s_world.Private);
        var site = s_world.Sites[0];
        var charge = story.Charge(s_world.Private, site.Holder.Name, new RoundNumber(1), new AttemptNumber(1), Digest.Of("h2"u8));
        story.Say(EntryKind.PrivacyCharged, charge, s_world.Private, site);

        Fails(story, EntryKind.PrivacyCharged, "of which it was not in a cohort before");
    }

    [TestMethod]
    public void A_charge_for_a_study_without_privacy()
    {
        var story = new Story(s_world).Begin().Prepare(s_world.Open);
        var (_, site) = (story.Round(s_world.Open), s_world.Sites[0]);
        var charge = story.Charge(s_world.Private, site.Holder.Name, new RoundNumber(1), new AttemptNumber(1), Digest.Of("h2"u8));
        story.Say(EntryKind.PrivacyCharged, charge, s_world.Open, site);

        Fails(story, EntryKind.PrivacyCharged, "nothing is charged for it");
    }

    [TestMethod]
    [DataRow("epsilon", DisplayName = "less than it cost")]
    [DataRow("epsilon_floor")]
    [DataRow("sigma_local")]
    [DataRow("h")]
    [DataRow("sampling_bound")]
    [DataRow("unit")]
    [DataRow("mechanism")]
    public void A_charge_that_says_other_than_the_plan_gives(string key)
    {
        var lie = DecimalText.RoundedUp(0.125, 6);
        var story = new Story(s_world)
        {
            Lie = Instead<PrivacyCharge>(body =>
                key switch
                {
                    "epsilon" => body with { Epsilon = lie },
                    "epsilon_floor" => body with { EpsilonFloor = lie },
                    "sigma_local" => body with { LocalNoise = lie },
                    "h" => body with { HonestShares = body.HonestShares + 1 },
                    "sampling_bound" => body with { SamplingBound = lie },
                    "unit" => body with { Unit = EntryCode.Parse("site") },
                    _ => body with { Mechanism = EntryCode.Parse("none") },
                }
            ),
        };
        story.Begin().Prepare(s_world.Private);
        story.Round(s_world.Private);

        Fails(story, EntryKind.PrivacyCharged, $"its {key} is not what the plan gives for charge 1 of alpha");
    }

    [TestMethod]
    public void A_charge_of_another_ledger()
    {
        var story = new Story(s_world)
        {
            Lie = Instead<PrivacyCharge>(body => body.Round.Value == 2 ? body with { Ledger = Digest.Of("a second book"u8) } : body),
        };
        story.Begin().Prepare(s_world.Private);
        story.Round(s_world.Private, story.Round(s_world.Private));

        Fails(story, EntryKind.PrivacyCharged, "alpha charges another ledger", number: 5);
    }

    [TestMethod]
    public void Sites_that_mask_for_different_cohorts()
    {
        var story = new Story(s_world)
        {
            Lie = entry =>
                entry is { Body: PrivacyCharge body, Actor.Value: "site/delta" }
                    ? With(entry, body with { H2 = Digest.Of("others"u8) })
                    : entry,
        };
        story.Begin().Prepare(s_world.Private);
        story.Round(s_world.Private);

        Fails(story, EntryKind.RoundCommitted, "its h2 is not the one that delta was charged for: it masked for others");
    }
}
