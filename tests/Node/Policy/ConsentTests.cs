using Federated.Federation;
using Federated.Federation.Policies;
using Federated.Node.Policy;
using Federated.V1;

namespace Federated.Node.Tests.Policy;

/// <summary>What people's decisions come to, as a table. The clock stands on day 10; decisions are made on the days that the rows say.</summary>
[TestClass]
public sealed class ConsentTests
{
    private static readonly Digest Plan = Digest.Of("a plan"u8);
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Now = Start.AddDays(10);

    [TestMethod]
    [DataRow("human", "", "Awaiting")]
    [DataRow("automatic", "", "Automatic")]
    [DataRow("human", "anna+1", "Approved")]
    [DataRow("two-humans", "", "Awaiting")]
    [DataRow("two-humans", "anna+1", "AwaitingSecond")]
    [DataRow("two-humans", "anna+1 anna+2", "AwaitingSecond", DisplayName = "the same person twice")]
    [DataRow("two-humans", "anna+1 anna(root)+2", "AwaitingSecond", DisplayName = "the same person through sudo")]
    [DataRow("two-humans", "anna+1 ben+2", "Approved")]
    [DataRow("two-humans", "anna(node)+1 ben(node)+2", "Approved", DisplayName = "two persons through the same user")]
    [DataRow("two-humans", "anna+1 ben+2 ben-3", "Rejected", DisplayName = "one of them rejects it later")]
    [DataRow("two-humans", "anna+1 ben-2 ben+3", "AwaitingSecond", DisplayName = "a rejection takes all approvals before it away")]
    [DataRow("human", "anna-1 anna+2", "Approved")]
    [DataRow("human", "anna+1 ben~2", "Withdrawn")]
    [DataRow("human", "anna+1 ben~2 ben+3", "Approved")]
    [DataRow("automatic", "anna~1", "Withdrawn", DisplayName = "a withdrawal counts where nobody is asked")]
    [DataRow("human", "anna+1<11", "Approved", DisplayName = "until tomorrow")]
    [DataRow("human", "anna+1<10", "Expired", DisplayName = "until now")]
    [DataRow("automatic", "anna+1<10", "Expired", DisplayName = "whoever set an end is asked again, though nobody else is")]
    [DataRow("human", "anna+1<10 ben+2", "Approved", DisplayName = "another one holds")]
    [DataRow("two-humans", "anna+1<10 ben+2", "AwaitingSecond", DisplayName = "one of two ended")]
    [DataRow("two-humans", "anna+1<10 ben+2 anna+3", "Approved", DisplayName = "and was given again")]
    public void Decisions_come_to_one_state(string approval, string decisions, string expected)
    {
        var policy = new SitePolicy { Approval = ApprovalModes.Of(approval) };

        var consent = Consent.Of(History(decisions), policy, Now);

        Assert.AreEqual(expected, consent.State.ToString());
        Assert.AreEqual(consent.IsGiven, consent.Refusal(Plan) is null);
    }

    [TestMethod]
    [DataRow(9, "Expired", DisplayName = "exactly the days are over")]
    [DataRow(10, "Approved", DisplayName = "a day is left")]
    public void The_policy_ends_an_approval_after_its_days(int days, string expected)
    {
        var consent = Consent.Of(History("anna+1"), new SitePolicy { ApprovalDays = days }, Now);

        Assert.AreEqual((expected, Start.AddDays(1 + days)), (consent.State.ToString(), consent.Until));
    }

    [TestMethod]
    public void What_ends_first_counts_and_two_end_when_the_first_of_them_does()
    {
        var byWord = Consent.Of(History("anna+1<12"), new SitePolicy { ApprovalDays = 90 }, Now);
        var byPolicy = Consent.Of(History("anna+1<200"), new SitePolicy { ApprovalDays = 90 }, Now);
        var two = Consent.Of(History("anna+1<12 ben+2<14"), new SitePolicy { Approval = ApprovalMode.TwoHumans }, Now);
        var oneOfTwo = Consent.Of(History("anna+1<12 ben+2<14"), new SitePolicy(), Now);

        Assert.AreEqual(Start.AddDays(12), byWord.Until);
        Assert.AreEqual(Start.AddDays(91), byPolicy.Until);
        Assert.AreEqual(Start.AddDays(12), two.Until);
        Assert.AreEqual(Start.AddDays(14), oneOfTwo.Until, "one is enough, and the later one holds longer");
    }

    [TestMethod]
    [DataRow("human", "anna-1", DeclineCode.Rejected, "REJECTED", "anna rejected this plan: because")]
    [DataRow("human", "anna~1", DeclineCode.Rejected, "WITHDRAWN", "anna withdrew this site from the study: because")]
    [DataRow("human", "", DeclineCode.AwaitingApproval, "AWAITING_APPROVAL", "fed-node plans show")]
    [DataRow(
        "two-humans",
        "anna+1",
        DeclineCode.AwaitingApproval,
        "AWAITING_SECOND_APPROVAL",
        "anna approved it, and this site's policy asks for two"
    )]
    [DataRow(
        "human",
        "anna+1<10",
        DeclineCode.AwaitingApproval,
        "APPROVAL_EXPIRED",
        "the approval by anna ended on 2030-01-11T00:00:00.000Z"
    )]
    public void A_refusal_says_who_and_what_to_do(string approval, string decisions, DeclineCode code, string name, string words)
    {
        var refusal = Consent.Of(History(decisions), new SitePolicy { Approval = ApprovalModes.Of(approval) }, Now).Refusal(Plan)!;

        Assert.AreEqual((code, name), (refusal.Code, refusal.Name));
        Assert.Contains(words, refusal.Reason);
    }

    /// <summary><c>anna(root)+1&lt;12</c>: anna, through root, approves on day 1 until day 12; - rejects, ~ withdraws.</summary>
    private static PlanHistory History(string decisions)
    {
        var history = PlanHistory.None;
        foreach (var word in decisions.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var sign = word.IndexOfAny(['+', '-', '~']);
            var days = word[(sign + 1)..].Split('<');
            var by = word[..sign].Split('(', ')');
            var made = new JournalEntry.Decided(
                Plan,
                word[sign] == '+',
                by.Length > 1 ? $"{by[0]} (as {by[1]})" : by[0],
                Start.AddDays(int.Parse(days[0])),
                "because"
            )
            {
                IsWithdrawal = word[sign] == '~',
                Until = days.Length > 1 ? Start.AddDays(int.Parse(days[1])) : null,
            };
            history = history.With(made, out var fault) ?? throw new AssertFailedException(fault!);
        }

        return history;
    }
}
