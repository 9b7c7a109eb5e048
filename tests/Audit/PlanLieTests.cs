using Federated.Audit.Tests.World;
using Federated.Federation;
using Federated.Identity;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using static Federated.Audit.Tests.Lies;

namespace Federated.Audit.Tests;

/// <summary>Lies about plans and who approved them, in a log that the liars sign themselves, and where the audit finds each. One test a lie.</summary>
[TestClass]
public sealed class PlanLieTests
{
    private static readonly SmallConsortium s_world = SmallConsortium.Shared;

    [TestMethod]
    public void A_round_of_a_plan_that_a_member_had_not_approved()
    {
        var story = new Story(s_world).Begin().Propose(s_world.Open).Approve(s_world.Open, s_world.Sites.Skip(1));
        story.Round(s_world.Open);

        Fails(story, EntryKind.CohortFormed, "alpha is in the cohort and had not approved the plan before");
    }

    [TestMethod]
    public void An_approval_that_comes_after_the_cohort()
    {
        var story = new Story(s_world).Begin().Propose(s_world.Open).Approve(s_world.Open, s_world.Sites.Skip(1));
        story.Round(s_world.Open);
        story.Approve(s_world.Open, s_world.Sites[0]);

        Fails(story, EntryKind.CohortFormed, "alpha is in the cohort and had not approved the plan before");
    }

    [TestMethod]
    [DataRow(EntryKind.PlanWithdrawn, "'plan.withdrawn'")]
    [DataRow(EntryKind.PlanRejected, "'plan.rejected'")]
    public void A_round_with_a_site_that_took_its_approval_back(EntryKind kind, string word)
    {
        var story = new Story(s_world).Begin().Prepare(s_world.Open);
        var first = story.Round(s_world.Open);
        story.Decide(kind, s_world.Open, s_world.Sites[2]);
        story.Round(s_world.Open, first);

        Fails(story, EntryKind.CohortFormed, $"delta is in the cohort, and the last that it said of the plan before is {word}", number: 2);
    }

    [TestMethod]
    public void A_plan_that_was_altered_after_it_was_approved()
    {
        var story = new Story(s_world).Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);
        var name = $"plans/{Digest.Of(s_world.Open.Plan.Span)}/plan.json";
        var altered = Story.PlanOf(s_world.Open);
        story.Files[name] = (altered with { Purpose = "Another." }).ToBytes();

        FailsAt(story, name, "it is not the plan that entry");
    }

    [TestMethod]
    public void A_plan_whose_entry_says_that_it_protects_more_than_it_does()
    {
        var story = new Story(s_world)
        {
            Lie = Instead<PlanRegistration>(body => body with { Privacy = body.Privacy.SetItem("epsilon", "0.1") }),
        };
        story.Begin().Prepare(s_world.Private);

        Fails(story, EntryKind.PlanRegistered, "its roster, initial model or privacy is not what the disclosed plan gives");
    }

    [TestMethod]
    public void A_plan_that_no_researcher_of_this_consortium_signed()
    {
        var strangers = new SmallConsortium();
        var plan = s_world.Sign(Story.PlanOf(s_world.Open), strangers.Researcher);
        var site = s_world.Sign(Story.PlanOf(s_world.Open), s_world.Certify(Role.Site, "alpha"));
        var other = new SealedPlan(s_world.Open.Plan, s_world.Open.Certificate, s_world.Private.Signature);

        FailsAt(new Story(s_world).Begin().Propose(plan), Signature(plan), "was not issued by this consortium's root");
        FailsAt(new Story(s_world).Begin().Propose(site), Signature(site), "cannot act as a researcher");
        FailsAt(new Story(s_world).Begin().Propose(other), Signature(other), "its signature is not by the certificate");

        static string Signature(SealedPlan plan) => $"plans/{Digest.Of(plan.Plan.Span)}/signature";
    }

    [TestMethod]
    public void A_plan_of_a_researcher_whose_certificate_was_revoked_before()
    {
        var story = new Story(s_world).Begin();
        story.Say(EntryKind.KeyRevoked, new KeyRevocation(s_world.Revocations(2, [s_world.Researcher.SerialNumber])));
        story.Propose(s_world.Open);

        FailsAt(story, $"plans/{Digest.Of(s_world.Open.Plan.Span)}/signature", "was revoked before");
    }

    [TestMethod]
    public void A_round_of_a_plan_that_nobody_registered()
    {
        var story = new Story(s_world) { Lie = entry => entry.Kind == EntryKind.PlanRegistered ? null : entry };
        story.Begin().Approve(s_world.Open, s_world.Sites);

        Fails(story, EntryKind.PlanApproved, "was not registered before");
    }
}
