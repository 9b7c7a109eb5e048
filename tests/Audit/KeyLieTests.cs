using System.Text;
using Federated.Audit.Tests.World;
using Federated.Identity;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using static Federated.Audit.Tests.Lies;

namespace Federated.Audit.Tests;

/// <summary>Lies about who may speak: keys, checkpoints, forks, roots. One test a lie.</summary>
[TestClass]
public sealed class KeyLieTests
{
    private static readonly SmallConsortium s_world = SmallConsortium.Shared;

    [TestMethod]
    public void A_checkpoint_that_too_few_sites_cosigned()
    {
        var story = new Story(s_world) { Cosigners = sites => sites.Take(2) }
            .Begin()
            .Prepare(s_world.Open);

        FailsAt(story, "checkpoint", "2 sites of study 'open study' cosigned it; 3 of 4 must");
    }

    /// <summary>Two histories: sites that saw the other one did not cosign this, and one who cosigned both would be one of the colluders.</summary>
    [TestMethod]
    public void A_fork_has_no_quorum_on_both_sides()
    {
        var told = new Story(s_world) { Cosigners = sites => sites.Take(3) }
            .Begin()
            .Prepare(s_world.Open);
        var forked = new Story(s_world) { Cosigners = sites => sites.Skip(2) }
            .Begin()
            .Prepare(s_world.Private);

        Assert.IsInstanceOfType<AuditVerdict.Verified>(told.Seal().Audit());
        FailsAt(forked, "checkpoint", "2 sites of study 'private study' cosigned it; 3 of 4 must");
    }

    [TestMethod]
    public void A_checkpoint_that_a_stranger_cosigned_too()
    {
        var stranger = new Member(s_world.Authority, Role.Site, "stranger");
        var story = new Story(s_world) { Cosigners = sites => sites.Append(stranger) }
            .Begin()
            .Prepare(s_world.Open);

        FailsAt(story, "checkpoint", "'site/stranger'");
    }

    [TestMethod]
    public void An_entry_of_somebody_whose_key_is_not_registered_yet()
    {
        var late = s_world.Sites[3];
        var story = new Story(s_world).Begin(without: late).Propose(s_world.Open).Approve(s_world.Open, late);
        story.Register(late);

        Fails(story, EntryKind.PlanApproved, "site/gamma has no key that counts here");
    }

    [TestMethod]
    public void A_registration_that_the_root_did_not_sign()
    {
        var strangers = new SmallConsortium();
        var story = new Story(s_world).Begin(without: s_world.Sites[3]).Register(strangers.Sites[3]);

        Fails(story, EntryKind.KeyRegistered, "was not signed by this consortium's root", number: 5);
    }

    [TestMethod]
    public void An_entry_of_somebody_whom_the_root_revoked_before()
    {
        var gone = s_world.Sites[2];
        var story = new Story(s_world).Begin().Propose(s_world.Open);
        story.Say(EntryKind.KeyRevoked, new KeyRevocation(s_world.Revocations(2, [], gone.Holder)));
        story.Approve(s_world.Open, gone);

        Fails(story, EntryKind.PlanApproved, "site/delta has no key that counts here");
    }

    [TestMethod]
    public void A_cosignature_of_somebody_whom_the_root_revoked()
    {
        var story = new Story(s_world).Begin().Prepare(s_world.Open);
        story.Say(EntryKind.KeyRevoked, new KeyRevocation(s_world.Revocations(2, [], s_world.Sites[0].Holder)));

        FailsAt(story, "checkpoint", "'site/alpha'");
    }

    [TestMethod]
    public void A_revocation_that_the_root_did_not_sign_or_has_replaced()
    {
        var strangers = new SmallConsortium();
        var foreign = new Story(s_world).Begin();
        foreign.Say(EntryKind.KeyRevoked, new KeyRevocation(strangers.Revocations(2, [], s_world.Sites[0].Holder)));
        var old = new Story(s_world).Begin();
        old.Say(EntryKind.KeyRevoked, new KeyRevocation(s_world.Revocations(5, [], s_world.Sites[0].Holder)));
        old.Say(EntryKind.KeyRevoked, new KeyRevocation(s_world.Revocations(4, [])));

        Fails(foreign, EntryKind.KeyRevoked, "its revocation list does not count");
        Fails(old, EntryKind.KeyRevoked, "has number 4, not above 5", number: 2);
    }

    [TestMethod]
    public void A_log_of_a_foreign_root()
    {
        var strangers = new SmallConsortium();
        var story = new Story(s_world).Begin();
        story.Files["root.crt"] = Encoding.ASCII.GetBytes(strangers.Root.ToPem());

        Fails(story, EntryKind.LogBegan, "Use the root of this consortium");
    }

    [TestMethod]
    public void A_log_that_begins_twice_or_in_another_order()
    {
        var twice = new Story(s_world).Begin();
        twice.Say(EntryKind.LogBegan, new LogBeginning(twice.Origin.Value, s_world.Root.Hash, "tests 1"));
        var without = new Story(s_world).Register(s_world.Coordinator);
        var other = new Story(s_world) { Origin = KeyName.Parse("federated/0123456789abcdef/hub") }.Begin();

        Fails(twice, EntryKind.LogBegan, "a log begins once", number: 2);
        Fails(without, EntryKind.KeyRegistered, "the log begins with 'key.register'");
        Fails(other, EntryKind.LogBegan, "is not made of this root");
    }

    /// <summary>What nobody can see in the log alone, its size excepted: who dropped it needs new cosignatures, which sites that know more do not give.</summary>
    [TestMethod]
    public void A_log_from_which_an_entry_was_dropped_after_it_was_cosigned()
    {
        var whole = new Story(s_world).Begin().Prepare(s_world.Open).Seal();
        var cut = new Story(s_world) { Lie = entry => entry.Kind == EntryKind.CoordinatorStarted ? null : entry }
            .Begin()
            .Prepare(s_world.Open)
            .Seal();
        cut.Files["checkpoint"] = whole.Files["checkpoint"];

        Assert.IsInstanceOfType<AuditVerdict.Failed>(cut.Audit());
    }
}
