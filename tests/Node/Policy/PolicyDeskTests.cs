using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Fixtures;
using Federated.Node.Hosting;
using Federated.Node.Journal;
using Federated.Node.Ledger;
using Federated.Node.Policy;
using Federated.Node.Release;
using Federated.Node.Tests.Studies;
using Federated.Privacy.Ledger;
using Federated.V1;
using Microsoft.Extensions.Logging;

namespace Federated.Node.Tests.Policy;

/// <summary>What the policy desk says as time goes by, and of budgets. The clock begins on Tuesday, 2030-01-01, 00:00 UTC.</summary>
[TestClass]
public sealed class PolicyDeskTests
{
    private static readonly StudyPlan Plan = SamplePlan.ThreeOfFour();

    [TestMethod]
    public void Nothing_is_released_outside_the_windows_and_work_goes_on_by_itself_inside()
    {
        using var bench = new Bench(
            "approval: automatic\nprivacy: { without: allow }\nwindows: { time_zone: UTC, open: [{ days: [tue], from: \"22:00\", to: \"02:00\" }] }"
        );

        var closed = bench.Desk.NoWork(bench.Hash)!;
        bench.Desk.Look([bench.Hash]);
        bench.Time.Advance(new TimeSpan(21, 59, 59));
        var same = bench.Desk.Look([bench.Hash]);
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        var opened = bench.Desk.Look([bench.Hash]);
        var open = bench.Desk.NoWork(bench.Hash);
        bench.Time.Advance(TimeSpan.FromHours(4));
        var closedAgain = bench.Desk.Look([bench.Hash]);

        Assert.AreEqual((DeclineCode.OutsideHours, "OUTSIDE_WINDOW"), (closed.Code, closed.Name));
        Assert.Contains("(tue 22:00-02:00 UTC); the next one opens at 2030-01-01 22:00 UTC, and it goes on by itself", closed.Reason);
        Assert.IsNull(bench.Desk.Unwanted(bench.Hash), "rounds of others may be computed at any time");
        Assert.AreEqual((false, true, true), (same, opened, closedAgain));
        Assert.IsNull(open);
        Assert.AreEqual("OUTSIDE_WINDOW", bench.Desk.NoWork(bench.Hash)?.Name);
        CollectionAssert.AreEqual(
            new[] { "Policy", "Releases stop", "Releases may go on", "Releases stop" },
            bench.Log.All.Select(line => line.Split(": ")[1].Split(',', '.')[0]).Select(words => words.Split(':')[0]).ToArray()
        );
    }

    [TestMethod]
    public void After_its_last_day_a_policy_allows_nothing()
    {
        using var bench = new Bench("approval: automatic\nexpires: 2030-01-01\nprivacy: { without: allow }");

        bench.Desk.Look([bench.Hash]);
        bench.Time.Advance(new TimeSpan(23, 59, 59));
        var before = bench.Desk.NoWork(bench.Hash);
        bench.Time.Advance(TimeSpan.FromSeconds(1));
        var changed = bench.Desk.Look([bench.Hash]);

        Assert.IsNull(before);
        Assert.IsTrue(changed);
        Assert.AreEqual("POLICY_EXPIRED", bench.Desk.NoWork(bench.Hash)?.Name);
        Assert.Contains("expires: today is 2030-01-02; the policy holds until 2030-01-01.", bench.Desk.Closed()!.Reason);
    }

    [TestMethod]
    public void The_end_of_an_approval_is_noticed_without_anybody_writing_a_file()
    {
        using var bench = new Bench("approval_expires_after: 2d\nprivacy: { without: allow }");
        bench.Journal.Record(new JournalEntry.Decided(bench.Hash, true, "anna", bench.Time.GetUtcNow(), ""));

        bench.Desk.Look([bench.Hash]);
        var held = bench.Desk.NoWork(bench.Hash);
        bench.Time.Advance(TimeSpan.FromDays(2));
        var changed = bench.Desk.Look([bench.Hash]);

        Assert.IsNull(held);
        Assert.IsTrue(changed);
        Assert.AreEqual("APPROVAL_EXPIRED", bench.Desk.NoWork(bench.Hash)?.Name);
    }

    [TestMethod]
    public void What_breaks_the_policy_is_said_before_anybody_is_asked_to_decide()
    {
        using var bench = new Bench("researchers: [somebody-else]\nfeatures: [age]\nprivacy: { without: allow }");

        var refusal = bench.Desk.NoWork(bench.Hash)!;

        Assert.AreEqual((DeclineCode.Rejected, "AGAINST_POLICY"), (refusal.Code, refusal.Name));
        Assert.Contains(
            "researchers: the plan has lab; the policy allows somebody-else. features: the plan has sex, thalach;",
            refusal.Reason
        );
    }

    [TestMethod]
    [DataRow("privacy: { without: refuse }", false, DeclineCode.NoPrivacy, DisplayName = "no privacy")]
    [DataRow("privacy: { study: { epsilon: 1, delta: 1e-5 } }", true, DeclineCode.Budget, DisplayName = "too much of the budget")]
    [DataRow(
        "privacy: { study: { epsilon: 1, delta: 1e-5 } }\ncohort: { minimum_sites: 4 }",
        true,
        DeclineCode.Rejected,
        DisplayName = "and another rule"
    )]
    public void The_coordinator_hears_the_code_that_says_most(string policy, bool isPrivate, DeclineCode code)
    {
        using var bench = new Bench($"approval: automatic\n{policy}", isPrivate ? PrivatePlans.ThreeOfFour(epsilon: 2) : Plan);

        Assert.AreEqual(code, bench.Desk.NoWork(bench.Hash)?.Code);
    }

    [TestMethod]
    public void A_plan_whose_files_are_gone_is_not_judged_and_so_not_allowed()
    {
        using var bench = new Bench("approval: automatic");

        Assert.AreEqual(DeclineCode.PlanUnknown, bench.Desk.NoWork(Digest.Of("never offered"u8))?.Code);
    }

    /// <summary>The same is computed here from the plan's own events, and the limit set just beside it.</summary>
    [TestMethod]
    [DataRow(0, true, DisplayName = "exactly what the plan may cost")]
    [DataRow(-1e-9, false, DisplayName = "a hair less")]
    public void The_total_counts_all_that_the_plan_may_release(double beside, bool isAllowed)
    {
        var plan = PrivatePlans.ThreeOfFour(epsilon: 2, spares: 2);
        var cost = plan.Releases().TrainingBound().Epsilon.Value;
        using var bench = new Bench(
            FormattableString.Invariant($"approval: automatic\nprivacy: {{ total: {{ epsilon: {cost + beside:R}, delta: 1e-5 }} }}"),
            plan,
            PrivateSite.DataSet
        );

        var refusal = bench.Desk.OverTotal(bench.Hash);

        Assert.IsNull(bench.Desk.NoWork(bench.Hash), "it is asked when a study is joined, not at every message");
        Assert.AreEqual(isAllowed, refusal is null, refusal?.Reason);
        Assert.AreEqual(isAllowed ? null : DeclineCode.Budget, refusal?.Code);
    }

    [TestMethod]
    public void What_other_studies_were_charged_meanwhile_counts_towards_the_total()
    {
        var plan = PrivatePlans.ThreeOfFour(epsilon: 2);
        using var bench = new Bench("approval: automatic\nprivacy: { total: { epsilon: 2.5, delta: 1e-5 } }", plan, PrivateSite.DataSet);

        var before = bench.Desk.OverTotal(bench.Hash);
        var charge = Tests.Ledger.LedgerBench.Charge("another", round: 1, noise: 1);
        Assert.IsInstanceOfType<ChargeResult.Charged>(bench.Ledger!.TryCharge(charge, Tests.Ledger.LedgerBench.Wide, 0));

        Assert.IsNull(before);
        Assert.Contains("privacy.total.epsilon: the plan has ", bench.Desk.OverTotal(bench.Hash)!.Reason);
    }

    [TestMethod]
    public void Without_a_data_set_nobody_can_say_that_a_total_is_kept()
    {
        using var bench = new Bench("approval: automatic\nprivacy: { total: { epsilon: 100, delta: 1e-5 } }", PrivatePlans.ThreeOfFour());

        Assert.Contains("a value that nobody can tell here", bench.Desk.OverTotal(bench.Hash)!.Reason);
    }

    private sealed class Bench : IDisposable
    {
        private readonly SiteWithPlans _site;
        private readonly PrivacyBudget _budget;
        private readonly ILoggerFactory _loggers;

        public Bench(string policy, StudyPlan? plan = null, string more = "")
        {
            _site = new SiteWithPlans(policy, more);
            Hash = _site.Keep(plan ?? Plan).Hash;
            Journal = SiteJournal.Open(_site.State, SiteName.Parse("alpha"), Time);
            if (more.Length > 0)
            {
                PrivateSite.Register(_site.Files);
                Ledger = PrivateSite.Open(_site.Files);
            }

            var inForce = new PolicyInForce(_site.Setup.Policy);
            _budget = new PrivacyBudget(Ledger, inForce, new HashSet<Digest>());
            _loggers = LoggerFactory.Create(logging => logging.AddProvider(Log));
            Desk = new PolicyDesk(inForce, _site.Store, Journal, _budget, new NodeLog(_loggers.CreateLogger<NodeLog>()), Time);
        }

        public ManualTime Time { get; } = new();

        public LogLines Log { get; } = new();

        public Digest Hash { get; }

        public SiteJournal Journal { get; }

        public DataSetLedger? Ledger { get; }

        public PolicyDesk Desk { get; }

        public void Dispose()
        {
            _loggers.Dispose();
            _budget.Dispose();
            Journal.Dispose();
            _site.Dispose();
        }
    }
}
