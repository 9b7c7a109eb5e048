using System.Text;
using Federated.Audit.Tests.World;
using Federated.Federation;
using Federated.Identity;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;

namespace Federated.Audit.Tests;

/// <summary>Each lie that a coordinator, a site or a researcher can tell in a log that it signs itself, and where the audit finds it. One test a lie.</summary>
[TestClass]
public sealed class LieTests
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

    [TestMethod]
    public void An_old_round_that_is_replayed()
    {
        var story = new Story(s_world).Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);
        var first = story.Files.ToDictionary();
        story.Round(s_world.Open);
        foreach (var name in first.Keys.Where(name => name.StartsWith("rounds/", StringComparison.Ordinal)))
        {
            story.Files[name] = first[name];
        }

        Fails(story, EntryKind.CohortFormed, "it is of round 1; the study has 2 rounds, of which 1 were committed before", number: 2);
    }

    [TestMethod]
    public void An_old_attempt_that_is_replayed()
    {
        var story = new Story(s_world) { Lie = entry => entry.Kind == EntryKind.RoundCommitted ? null : entry };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.CohortFormed, "it is attempt 1, and attempt 1 at this round stands before", number: 2);
    }

    [TestMethod]
    public void A_proof_of_another_round_of_the_same_study()
    {
        var story = new Story(s_world).Begin().Prepare(s_world.Open);
        var first = story.Round(s_world.Open);
        var name = $"rounds/{Digest.Of(s_world.Open.Plan.Span)}/00001.proof";
        var old = story.Files[name];
        var again = new Story(s_world)
        {
            Lie = Instead<RoundCommitment>(body => body.Round.Value == 2 ? body with { Proof = Digest.Of(old) } : body),
        };
        again.Begin().Prepare(s_world.Open);
        foreach (var (file, bytes) in story.Files.Where(file => file.Key.StartsWith("rounds/", StringComparison.Ordinal)))
        {
            again.Files[file] = bytes;
        }

        var one = again.Round(s_world.Open);
        again.Round(s_world.Open, one);
        var second = name.Replace("00001", "00002");
        again.Files[second] = again.Files[name];
        Assert.AreNotEqual(first.Result, one.Result, "rounds have nonces");

        FailsAt(again, second, "it");
    }

    [TestMethod]
    public void Another_cohort_than_the_one_that_was_formed()
    {
        var story = new Story(s_world) { Lie = Instead<CohortFormation>(body => body with { Members = [.. body.Members.Skip(1)] }) };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.RoundCommitted, "its h0, h1 or u1 is not that of the cohort");
    }

    [TestMethod]
    public void Another_cohort_than_the_one_that_masked()
    {
        var story = new Story(s_world)
        {
            Lie = entry =>
                entry.Body switch
                {
                    CohortFormation body => With(entry, body with { Members = [.. body.Members.Take(3)] }),
                    RoundCommitment body => With(
                        entry,
                        body with
                        {
                            Members = [.. body.Members.Take(3)],
                            Sharers = [.. body.Sharers.Take(3)],
                            Survivors = [.. body.Survivors.Take(3)],
                        }
                    ),
                    _ => entry,
                },
        };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.RoundCommitted, "its u1 is not what rounds/");
    }

    [TestMethod]
    public void Other_survivors_than_were_masked_for()
    {
        var story = new Story(s_world) { Lie = Instead<RoundCommitment>(body => body with { Survivors = [.. body.Survivors.Skip(1)] }) };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.RoundCommitted, "its u3 is not what rounds/");
    }

    [TestMethod]
    [DataRow(0, "its h0, h1 or u1")]
    [DataRow(1, "its h0, h1 or u1")]
    [DataRow(2, "its h2 is not what")]
    [DataRow(3, "its h3 is not what")]
    [DataRow(4, "its h4 is not what")]
    public void Another_transcript_than_a_quorum_signed(int step, string reason)
    {
        var story = new Story(s_world)
        {
            Lie = Instead<RoundCommitment>(body => body with { Transcript = body.Transcript.SetItem(step, Digest.Of("a lie"u8)) }),
        };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.RoundCommitted, reason);
    }

    [TestMethod]
    public void Other_acknowledgements_than_the_proof_has()
    {
        var story = new Story(s_world) { Lie = Instead<RoundCommitment>(body => body with { Acknowledgements = Digest.Of("a lie"u8) }) };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.RoundCommitted, "its acknowledgements_hash is not what");
    }

    [TestMethod]
    public void A_false_sum_that_is_announced_with_its_hash()
    {
        byte[] lie = [];
        var story = new Story(s_world) { Lie = Instead<RoundCommitment>(body => body with { Sum = Digest.Of(lie) }) };
        story.Begin().Prepare(s_world.Open);
        lie = new byte[8 * Story.PlanOf(s_world.Open).Shape.ParameterCount];
        story.Round(s_world.Open);
        story.Files[$"rounds/{Digest.Of(s_world.Open.Plan.Span)}/00001.sum"] = lie;

        Fails(story, EntryKind.RoundCommitted, "its sum_hash is not what rounds/");
    }

    [TestMethod]
    public void Another_sum_than_was_announced()
    {
        var story = new Story(s_world).Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);
        var name = $"rounds/{Digest.Of(s_world.Open.Plan.Span)}/00001.sum";
        story.Files[name] = new byte[story.Files[name].Length];

        FailsAt(story, name, "not the sum_hash of entry");
    }

    [TestMethod]
    public void A_model_that_does_not_follow()
    {
        var story = new Story(s_world) { Lie = Instead<RoundCommitment>(body => body with { NextModel = Digest.Of("a lie"u8) }) };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.RoundCommitted, "its next_model_hash is not that of the model that follows");
    }

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

        Fails(story, EntryKind.PrivacyCharged, "they mask for different cohorts", number: 3);
    }

    [TestMethod]
    public void A_model_that_no_round_gave()
    {
        var story = new Story(s_world).Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);
        story.Say(EntryKind.ModelReleased, story.Released(Digest.Of("a model"u8), "0"), s_world.Open);

        Fails(story, EntryKind.ModelReleased, "its artefact_hash is not that of the model after round 1");
    }

    [TestMethod]
    public void A_cohort_that_was_shown_another_log()
    {
        var story = new Story(s_world)
        {
            Lie = Instead<CohortFormation>(body => body with { Log = body.Log with { Root = Digest.Of("a fork"u8) } }),
        };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open);

        Fails(story, EntryKind.CohortFormed, "sites were shown another log");
    }

    [TestMethod]
    public void A_cohort_that_was_shown_a_log_without_the_round_before()
    {
        var early = default(CohortFormation);
        var story = new Story(s_world) { Lie = Instead<CohortFormation>(body => body with { Log = (early ??= body).Log }) };
        story.Begin().Prepare(s_world.Open);
        story.Round(s_world.Open, story.Round(s_world.Open));

        Fails(story, EntryKind.CohortFormed, "which has to hold entry", number: 2);
    }

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

    private static Func<LogEntry, LogEntry?> Instead<T>(Func<T, T> lie)
        where T : EntryBody => entry => entry.Body is T body ? With(entry, lie(body)) : entry;

    private static LogEntry With(LogEntry entry, EntryBody body) => new(entry.Kind, entry.Study, entry.Time, entry.Actor, body);

    /// <summary>The audit ends at the n-th entry of a kind.</summary>
    private static void Fails(Story story, EntryKind kind, string reason, int number = 1)
    {
        var at = Enumerable.Range(0, (int)story.Head.Size.Value).Where(i => Entry(story, i).Kind == kind).ElementAt(number - 1);

        FailsAt(story, $"entry {at}", reason);
    }

    private static void FailsAt(Story story, string place, string reason)
    {
        var verdict = story.Seal().Audit();

        Assert.IsInstanceOfType<AuditVerdict.Failed>(verdict, "the lie was believed");
        var fault = ((AuditVerdict.Failed)verdict).Fault;
        Assert.AreEqual(place, fault.Place, fault.Reason);
        Assert.Contains(reason, fault.Reason);
    }

    private static LogEntry Entry(Story story, int index)
    {
        var tree = new TransparencyLog.Tiles.TiledTree(story.Head, path => story.Files.GetValueOrDefault(path.ToString()));
        Assert.IsTrue(SealedEntry.TryParse(tree.Entry(new TransparencyLog.Trees.LeafIndex(index)), out var entry, out var fault), fault);
        return entry.Entry;
    }
}
