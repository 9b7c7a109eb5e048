using Federated.Audit.Tests.World;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.Privacy;
using Federated.Privacy.Events;
using Federated.Privacy.Ledger;
using Federated.SecureAggregation.Journals;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;

namespace Federated.Audit.Tests;

/// <summary>Journals, ledgers and models beside a log: the same history, or named with the place where it is another.</summary>
[TestClass]
public sealed class SiteFileTests
{
    private static readonly SmallConsortium s_world = SmallConsortium.Shared;
    private static readonly Lazy<Story> s_whole = new(() => Story.Whole(s_world));
    private static readonly SiteName s_alpha = s_world.Sites[0].Holder.Name;
    private static readonly Digest s_unknown = Digest.Of("a plan that nobody registered"u8);
    private static readonly SiteName s_beta = s_world.Sites[1].Holder.Name;

    [TestMethod]
    public void Journals_ledgers_and_model_of_an_honest_history_verify_and_no_byte_of_them_can_be_changed()
    {
        var story = s_whole.Value;
        GivenFile[] journals = [.. s_world.Sites.Select(site => Journal(story.JournalOf(site.Holder.Name)))];
        GivenFile[] ledgers = [.. s_world.Sites.Select(site => Ledger(story.LedgerOf(site.Holder.Name)))];
        GivenFile[] models = [new("model", Model(story))];
        var request = story.Request() with { Journals = journals, Ledgers = ledgers, Models = models };

        var verdict = LogAudit.Verify(request);

        Assert.IsInstanceOfType<AuditVerdict.Verified>(verdict, $"{verdict}");
        Assert.AreEqual(9, ((AuditVerdict.Verified)verdict).Figures.Given);
        Assert.AreEqual(0, ((AuditVerdict.Verified)verdict).Figures.Unregistered.Lines);
        var random = new KeyedRandom("flipped bytes of sites' files");
        foreach (var file in new[] { journals[0], journals[1], ledgers[2], models[0] })
        {
            for (var i = 0; i < 4; i++)
            {
                var changed = file.Bytes.ToArray();
                var at = i == 0 ? changed.Length - 2 : random.NextInt32(changed.Length); // the end of the last line is what no later line covers
                changed[at] ^= (byte)(1 + random.NextInt32(255));
                GivenFile[] one = [file with { Bytes = changed }];
                var flipped = story.Request();
                flipped =
                    file == models[0] ? flipped with { Models = one }
                    : file == ledgers[2] ? flipped with { Ledgers = one }
                    : flipped with { Journals = one };

                Assert.IsInstanceOfType<AuditVerdict.Failed>(LogAudit.Verify(flipped), $"byte {at} of {file.Name}");
            }
        }
    }

    [TestMethod]
    public void A_release_that_the_log_hides_is_in_the_sites_journal()
    {
        var story = s_whole.Value;
        var first = new Attempt(new RoundNumber(1), new AttemptNumber(1));
        var hidden = new JournalEntry.Releasing(s_unknown, first, Digest.Of("input"u8));
        var committed = new JournalEntry.Committed(s_unknown, new RoundNumber(1), Digest.Of("model"u8), Digest.Of("h4"u8));
        var again = new JournalEntry.Releasing(
            Digest.Of(s_world.Private.Plan.Span),
            new Attempt(new RoundNumber(4), new AttemptNumber(1)),
            Digest.Of("input"u8)
        );

        var unregistered = Unregistered(
            story.Request() with
            {
                Journals = [Journal([.. story.JournalOf(s_alpha), hidden, committed]), Journal(story.JournalOf(s_beta))],
            }
        );

        Assert.AreEqual(2, unregistered.Lines);
        CollectionAssert.AreEqual(new[] { s_unknown }, unregistered.Plans.ToArray());
        Fails(story, [.. story.JournalOf(s_alpha), again], "journal:11", "the attempt was hidden");
    }

    [TestMethod]
    public void Files_that_are_older_than_the_log_verify_and_what_is_older_in_them_is_counted()
    {
        var story = new Story(s_world);
        story.LedgerOf(s_alpha).Add(Elsewhere(story.LedgerOf(s_alpha)));
        story.LedgerOf(s_alpha).Add(Elsewhere(story.LedgerOf(s_alpha), round: 2));
        story.Begin().Prepare(s_world.Private);
        story.Round(s_world.Private);
        story.Seal();
        JournalEntry[] older =
        [
            new JournalEntry.Opened(s_alpha),
            new JournalEntry.Releasing(Digest.Of("another"u8), new Attempt(new RoundNumber(1), new AttemptNumber(1)), Digest.Of("input"u8)),
        ];

        var unregistered = Unregistered(
            story.Request() with
            {
                Journals = [Journal([.. older, .. story.JournalOf(s_alpha).Skip(1)])],
                Ledgers = [Ledger(story.LedgerOf(s_alpha)), Ledger(story.LedgerOf(s_beta))],
            }
        );

        Assert.AreEqual(3, unregistered.Lines);
        CollectionAssert.AreEquivalent(new[] { Digest.Of("another"u8), s_unknown }, unregistered.Plans.ToArray());
    }

    [TestMethod]
    public void A_line_that_a_charge_of_the_log_names_is_judged_whatever_plan_it_says()
    {
        var story = new Story(s_world).Begin().Prepare(s_world.Private);
        story.Round(s_world.Private);
        story.Seal();
        var ledger = story.LedgerOf(s_alpha);
        byte[][] other = [ledger[0], Elsewhere(ledger[..1])];

        var changed = Fault(story.Request() with { Ledgers = [Ledger(other)] });
        var absent = Fault(story.Request() with { Ledgers = [Ledger([ledger[0], Capped(ledger[0])])] });

        Assert.AreEqual("ledger:2", changed.Place);
        Assert.Contains("its hash is not the ledger_hash of entry", changed.Reason);
        Assert.Contains("says that line 2 of ledger is its charge; that line is none", absent.Reason);
    }

    [TestMethod]
    public void An_input_that_was_another_than_the_one_in_the_sum_is_named()
    {
        var story = s_whole.Value;
        var journal = story
            .JournalOf(s_beta)
            .Select(entry => entry is JournalEntry.Releasing released ? released with { Vector = Digest.Of("another"u8) } : entry);

        Fails(story, journal, "journal:2", "its digest is not that of the input of beta");
    }

    [TestMethod]
    public void A_site_that_computed_another_model_is_named()
    {
        var story = s_whole.Value;
        var models = story
            .JournalOf(s_beta)
            .Select(entry => entry is JournalEntry.Committed said ? said with { Model = Digest.Of("another"u8) } : entry);
        var results = story
            .JournalOf(s_beta)
            .Select(entry => entry is JournalEntry.Committed said ? said with { Result = Digest.Of("another"u8) } : entry);

        Fails(story, models, "journal:3", "its model is not the one that entry");
        Fails(story, results, "journal:3", "its result is not the h4");
    }

    [TestMethod]
    public void A_sum_with_a_site_whose_journal_knows_of_no_release_is_named()
    {
        var story = s_whole.Value;
        var journal = story.JournalOf(s_beta).Where(entry => entry is not JournalEntry.Releasing { Attempt.Round.Value: 1 });

        var fault = Fault(story.Request() with { Journals = [Journal(journal)] });

        Assert.StartsWith("entry ", fault.Place);
        Assert.Contains("beta is in its sum, and journal has no line that it released", fault.Reason);
    }

    [TestMethod]
    public void A_journal_that_ends_early_or_in_half_a_line_is_judged_up_to_where_it_ends()
    {
        var story = s_whole.Value;
        var early = Journal(story.JournalOf(s_beta).Take(3));
        var torn = early with { Bytes = early.Bytes[..^1] };

        Assert.IsInstanceOfType<AuditVerdict.Verified>(LogAudit.Verify(story.Request() with { Journals = [early] }));
        Assert.AreEqual("journal:3", Fault(story.Request() with { Journals = [torn] }).Place);
    }

    [TestMethod]
    public void A_charge_that_is_in_the_ledger_and_not_in_the_log_is_named()
    {
        var story = new Story(s_world).Begin().Prepare(s_world.Private);
        story.Round(s_world.Private);
        story.Charge(s_world.Private, s_alpha, new RoundNumber(2), new AttemptNumber(1), default); // in the ledger alone
        story.Seal();

        var fault = Fault(story.Request() with { Ledgers = [Ledger(story.LedgerOf(s_alpha))] });

        Assert.AreEqual("ledger:3", fault.Place);
        Assert.Contains("the log has no charge for this line: it was hidden", fault.Reason);
    }

    [TestMethod]
    public void A_charge_that_is_in_the_log_and_not_in_the_ledger_is_named()
    {
        var lines = new List<byte[]>();
        var story = new Story(s_world)
        {
            Lie = entry =>
                entry is { Body: PrivacyCharge body, Actor.Value: "site/alpha" }
                    ? new LogEntry(entry.Kind, entry.Study, entry.Time, entry.Actor, body with { LedgerHash = Digest.Of("another line"u8) })
                    : entry,
        };
        story.Begin().Prepare(s_world.Private);
        story.Round(s_world.Private);
        story.Seal();
        lines.AddRange(story.LedgerOf(s_alpha));

        Assert.Contains("its hash is not the ledger_hash of entry", Fault(story.Request() with { Ledgers = [Ledger(lines)] }).Reason);
    }

    [TestMethod]
    public void A_model_of_no_study_is_named()
    {
        var fault = Fault(s_whole.Value.Request() with { Models = [new GivenFile("model.safetensors", "another"u8.ToArray())] });

        Assert.AreEqual("model.safetensors: it is not the model that the last committed round of any study in this log gives.", $"{fault}");
    }

    [TestMethod]
    public void Decisions_are_those_that_the_log_has_the_hash_of()
    {
        var story = s_whole.Value;
        GivenFile[] decisions = [.. s_world.Sites.Select(site => new GivenFile($"{site.Holder.Name}.json", Story.DecisionOf(site)))];
        var changed = decisions[1].Bytes.ToArray();
        changed[3] ^= 1;

        var verdict = LogAudit.Verify(story.Request() with { Decisions = decisions });

        Assert.IsInstanceOfType<AuditVerdict.Verified>(verdict, $"{verdict}");
        Assert.AreEqual(4, ((AuditVerdict.Verified)verdict).Figures.Given);
        var other = Fault(story.Request() with { Decisions = [decisions[0], decisions[1] with { Bytes = changed }] });
        Assert.AreEqual("beta.json", other.Place);
        Assert.Contains("which no site has said in this log", other.Reason);
        Assert.Contains("it is empty", Fault(story.Request() with { Decisions = [decisions[0] with { Bytes = default }] }).Reason);
    }

    [TestMethod]
    public void A_site_that_copies_the_hash_of_anothers_decision_spoils_nothing()
    {
        var copied = EntryCode.Parse("within-policy");
        var story = new Story(s_world)
        {
            Lie = entry =>
                entry is { Body: PlanDecision, Actor.Value: "site/beta" }
                    ? new LogEntry(
                        entry.Kind,
                        entry.Study,
                        entry.Time,
                        entry.Actor,
                        new PlanDecision(Digest.Of("policy"u8), copied, Digest.Of(Story.DecisionOf(s_world.Sites[0])))
                    )
                    : entry,
        };
        story.Begin().Prepare(s_world.Private);
        story.Seal();

        var verdict = LogAudit.Verify(
            story.Request() with
            {
                Decisions = [new GivenFile("decision.json", Story.DecisionOf(s_world.Sites[0]))],
            }
        );

        Assert.IsInstanceOfType<AuditVerdict.Verified>(verdict, $"{verdict}");
    }

    /// <summary>The next line of a ledger: a charge for a plan that the log never registered.</summary>
    private static byte[] Elsewhere(List<byte[]> ledger, uint round = 1)
    {
        var noise = new GaussianEvent(new NoiseMultiplier(4));
        var charge = new Charge(
            s_unknown,
            "an older study",
            new RoundNumber(round),
            new AttemptNumber(1),
            "update",
            3,
            Population.Training,
            noise,
            noise
        );
        return new LedgerLine(ledger.Count + 1, Digest.Of(ledger[^1]), DateTimeOffset.UnixEpoch, new LedgerEntry.Charged(charge)).ToBytes();
    }

    private static byte[] Capped(byte[] first)
    {
        var cap = new LedgerEntry.Capped(new Budget(new Epsilon(11), new Delta(1e-5)), new HumanAct("someone", "a test"));
        return new LedgerLine(2, Digest.Of(first), DateTimeOffset.UnixEpoch, cap).ToBytes();
    }

    private static UnregisteredLines Unregistered(AuditRequest request)
    {
        var verdict = LogAudit.Verify(request);
        Assert.IsInstanceOfType<AuditVerdict.Verified>(verdict, $"{verdict}");
        return ((AuditVerdict.Verified)verdict).Figures.Unregistered;
    }

    private static GivenFile Journal(IEnumerable<JournalEntry> entries) => new("journal", Story.Written(entries));

    private static GivenFile Ledger(IEnumerable<byte[]> lines) =>
        new("ledger", lines.SelectMany(line => line.Append((byte)'\n')).ToArray());

    /// <summary>As the sums give it, computed here from the disclosed files.</summary>
    private static byte[] Model(Story story)
    {
        var plan = Story.PlanOf(s_world.Open);
        var model = InitialModel.Of(plan);
        for (var round = 1; round <= 2; round++)
        {
            var sum = Federation.Aggregation.Lanes.SumFrom(story.Files[$"rounds/{Digest.Of(s_world.Open.Plan.Span)}/0000{round}.sum"]);
            var survivors = plan.Roster.Where(site => round == 1 || site != s_alpha).ToList();
            model = Federation.Steps.StudyStep.Next(plan, model, sum, survivors)!;
        }

        return ExportedWeights.Of(plan, model);
    }

    private static void Fails(Story story, IEnumerable<JournalEntry> journal, string place, string reason)
    {
        var fault = Fault(story.Request() with { Journals = [Journal(journal)] });

        Assert.AreEqual(place, fault.Place, fault.Reason);
        Assert.Contains(reason, fault.Reason);
    }

    private static AuditFault Fault(AuditRequest request)
    {
        var verdict = LogAudit.Verify(request);
        Assert.IsInstanceOfType<AuditVerdict.Failed>(verdict);
        return ((AuditVerdict.Failed)verdict).Fault;
    }
}
