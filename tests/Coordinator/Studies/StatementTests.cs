using System.Collections.Immutable;
using System.Text;
using Federated.Coordinator.Log;
using Federated.Coordinator.Tests.Hosting;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Hosting;
using Federated.SecureAggregation.Rounds;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;
using Federated.TransparencyLog.Trees;

namespace Federated.Coordinator.Tests.Studies;

/// <summary>What sites want the log to say: nothing gets in that an audit would fail at, whoever signs it, and the study goes on without whoever tries.</summary>
[TestClass]
public sealed class StatementTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    public async Task A_site_that_accepts_and_has_not_said_so_in_the_log_is_in_no_cohort()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = bench.Sites("a", "b", "c", "d");
        await bench.JoinAsync(sites[..3]);
        sites[3].Connect();
        sites[3].AcceptUnsaid();

        await SendAsync(bench, sites[..3]);

        Assert.AreEqual("a b c", bench.SurvivorsOf(1));
        Assert.IsTrue(Cohorts(bench).All(cohort => !cohort.Members.Contains(sites[3].Name)));
        Assert.Contains("no:d", await bench.EventsAsync());
    }

    [TestMethod]
    public async Task A_site_that_ends_its_approval_leaves_the_attempt_under_way_and_comes_back_with_another()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c", "d"));
        var sites = await bench.JoinAsync("a", "b", "c", "d");

        Assert.IsNull(await sites[3].State(EntryKind.PlanWithdrawn));
        sites[3].Accept(); // for what comes; the attempt under way is over for it
        await SendAsync(bench, sites[..3]);
        Assert.AreEqual("a b c", bench.SurvivorsOf(1));

        await SendAsync(bench, sites, round: 2);
        Assert.AreEqual("a b c d", bench.SurvivorsOf(2));
    }

    [TestMethod]
    public async Task The_same_statement_again_is_in_the_log_once()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c"));
        var site = (await bench.JoinAsync("a", "b", "c"))[0];
        var withdrawal = TestWitness.Approval(BenchConsortium.KeysOf(site.Name), bench.Study.Plan, EntryKind.PlanWithdrawn);

        Assert.IsNull(await site.StateAsync(withdrawal));
        var size = bench.Store.LogSize;
        Assert.IsNull(await site.StateAsync(withdrawal));

        Assert.AreEqual(size, bench.Store.LogSize);
    }

    [TestMethod]
    [DataRow("name", "it calls plan")]
    [DataRow("roster", "whose roster it is not on")]
    [DataRow("charge", "the plan has no privacy")]
    [DataRow("actor", "is not a's to say")]
    [DataRow("key", "no known key signed it")]
    public async Task A_statement_that_an_audit_would_fail_at_is_refused_and_changes_nothing(string what, string words)
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c"));
        var sites = await bench.JoinAsync("a", "b", "c");
        var speaker = sites[0];
        if (what == "roster")
        {
            speaker = bench.Site("stranger");
            bench.Members.Enter(speaker.Name, BenchConsortium.KeysOf(speaker.Name).CredentialFile, new TreeSize(0));
        }

        await bench.SettleAsync();
        var size = bench.Store.LogSize;
        var refusal = await speaker.StateAsync(Lie(what, bench, speaker.Name));

        Assert.IsNotNull(refusal);
        Assert.Contains(words, refusal);
        Assert.AreEqual(size, bench.Store.LogSize);
        await SendAsync(bench, sites);
        Assert.AreEqual("a b c", bench.SurvivorsOf(1));
    }

    [TestMethod]
    public async Task Keys_that_change_count_from_their_entry_on_and_those_before_no_more()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c"));
        var site = (await bench.JoinAsync("a", "b", "c"))[0];
        var first = BenchConsortium.KeysOf(site.Name);
        using var second = BenchConsortium.OtherKeysOf(site.Name);
        Assert.AreEqual("1", Registrations(bench, first, second));

        foreach (var keys in new[] { second, first, second })
        {
            bench.Time.Advance(TimeSpan.FromSeconds(1)); // the very same statement is in a log once
            Assert.IsTrue(bench.Members.SuspendIfNew(site.Name, keys.CredentialFile));
            Assert.IsNull(bench.Members.LogKeyOf(site.Name), "what it signs counts nowhere meanwhile");
            bench.Members.Enter(site.Name, keys.CredentialFile, new TreeSize(0));
        }

        Assert.AreEqual("1212", Registrations(bench, first, second));
        Assert.IsNotNull(await site.StateAsync(TestWitness.Approval(first, bench.Study.Plan)));
        Assert.IsNull(await site.StateAsync(TestWitness.Approval(second, bench.Study.Plan)));
    }

    [TestMethod]
    public async Task A_cohort_takes_the_very_credential_that_the_log_has_and_no_other_of_the_same_site()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c"));
        var site = (await bench.JoinAsync("a", "b", "c"))[0];
        using var others = BenchConsortium.OtherKeysOf(site.Name);
        var check = new RegisteredSites(BenchConsortium.Credentials, bench.Members);
        var suite = PlanTerms.Of(bench.Study.Plan, bench.Study.PlanHash, new RoundNumber(1)).Suite;

        Assert.IsTrue(check.Check(BenchConsortium.KeysOf(site.Name).CredentialFile, suite, out _, out _));
        Assert.IsFalse(check.Check(others.CredentialFile, suite, out _, out var fault));
        Assert.Contains("not the one that this site greeted with", fault);
    }

    [TestMethod]
    public async Task A_greeting_that_broke_off_leaves_the_site_suspended_for_the_next()
    {
        await using var bench = new StudyBench(SamplePlan.ThreeOf("a", "b", "c"));
        var site = (await bench.JoinAsync("a", "b", "c"))[0];
        using var others = BenchConsortium.OtherKeysOf(site.Name);

        Assert.IsTrue(bench.Members.SuspendIfNew(site.Name, others.CredentialFile));

        Assert.IsTrue(bench.Members.SuspendIfNew(site.Name, others.CredentialFile), "its studies have not all heard of it yet");
        Assert.IsNull(bench.Members.LogKeyOf(site.Name));
    }

    [TestMethod]
    public void A_site_that_talks_without_end_is_stopped_and_may_go_on_later()
    {
        var time = new ManualTime();
        var quota = new StatementQuota(time);
        var (a, b) = (SiteName.Parse("a"), SiteName.Parse("b"));

        var said = 0;
        while (quota.TryTake(a, 1024))
        {
            said++;
        }

        Assert.AreEqual(StatementQuota.Burst / 1024, said);
        Assert.IsTrue(quota.TryTake(b, 1024), "others are not held up by it");
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.IsTrue(quota.TryTake(a, 1024));
    }

    private static byte[] Lie(string what, StudyBench bench, SiteName site)
    {
        var plan = bench.Study.Plan;
        using var signer = BenchConsortium.KeysOf(site).Private.LogSigner(KeyNames.ForSite(site));
        using var other = BenchConsortium.KeysOf(SiteName.Parse("b")).Private.LogSigner(KeyNames.ForSite(site));
        using var actor = BenchConsortium.KeysOf(site).Private.LogSigner(KeyNames.ForSite(SiteName.Parse("b")));
        var decision = new PlanDecision(Digest.Of([]), EntryCode.Parse("within-policy"), Digest.Of([]));
        var study = new StudyReference(what == "name" ? "another name" : plan.Name, plan.Hash());
        var charge = new PrivacyCharge(
            new RoundNumber(1),
            new AttemptNumber(1),
            Digest.Of([]),
            EntryCode.Parse("gaussian"),
            EntryCode.Parse("patient"),
            DecimalText.RoundedUp(1, 0),
            1,
            DecimalText.RoundedUp(1, 0),
            DecimalText.RoundedUp(1, 0),
            DecimalText.RoundedUp(1, 0),
            Digest.Of([]),
            2,
            Digest.Of([])
        );
        var signs = what switch
        {
            "key" => other,
            "actor" => actor,
            _ => signer,
        };
        var entry =
            what == "charge"
                ? new LogEntry(EntryKind.PrivacyCharged, study, DateTimeOffset.UnixEpoch, signs.Key.Name, charge)
                : new LogEntry(EntryKind.PlanApproved, study, DateTimeOffset.UnixEpoch, signs.Key.Name, decision);
        return SealedEntry.Sign(entry, signs).ToBytes();
    }

    private static async Task SendAsync(StudyBench bench, IReadOnlyList<ScriptedSite> sites, uint round = 1)
    {
        foreach (var site in sites)
        {
            await site.SendAsync(round, 1, 1, 1, 1, 1);
        }

        await bench.SettleAsync();
    }

    private static ImmutableArray<CohortFormation> Cohorts(StudyBench bench) =>
        [.. Entries(bench).Select(entry => entry.Body).OfType<CohortFormation>()];

    /// <summary>Which of two credentials the log registers, in order.</summary>
    private static string Registrations(StudyBench bench, params MemberKeys[] keys)
    {
        var files = keys.Select(one => Encoding.UTF8.GetString(one.CredentialFile.Span)).ToList();
        var registered = Entries(bench)
            .Select(entry => entry.Body)
            .OfType<KeyRegistration>()
            .Select(body => files.IndexOf(body.Credential));
        return string.Concat(registered.Where(which => which >= 0).Select(which => which + 1));
    }

    private static IEnumerable<LogEntry> Entries(StudyBench bench) =>
        bench
            .Store.LogFrom(0, int.MaxValue)
            .Select(line =>
                SealedEntry.TryParse(line.Entry, out var entry, out var fault) ? entry.Entry : throw new AssertFailedException(fault)
            );
}
