using Federated.Federation;
using Federated.Federation.Plans;
using Federated.Federation.Policies;
using Federated.Fixtures;
using Federated.Node.Policy;
using Federated.Node.Release;
using Federated.Node.Studies;
using Federated.V1;

namespace Federated.Node.Tests.Studies;

/// <summary>Whether a site takes part, as a table. The plan has two rounds of at most 48 attempts.</summary>
[TestClass]
public sealed class AdmissionTests
{
    private static readonly StudyPlan Plan = SamplePlan.For("alpha", "beta");
    private static readonly Digest Initial = Digest.Of("initial"u8);

    [TestMethod]
    [DataRow("", "", null, DisplayName = "a new study, approval automatic")]
    [DataRow("", "human", "AWAITING_APPROVAL", DisplayName = "a new study, approval human")]
    [DataRow("approved", "human", null, DisplayName = "approved")]
    [DataRow("rejected", "", "REJECTED", DisplayName = "a rejection counts though approval is automatic")]
    [DataRow("rejected approved", "human", null, DisplayName = "approved after all")]
    [DataRow("approved rejected", "human", "REJECTED", DisplayName = "rejected after all")]
    [DataRow("", "paused", "PAUSED", DisplayName = "paused")]
    [DataRow("", "human paused", "AWAITING_APPROVAL", DisplayName = "paused, and nobody decided: the decision is asked for")]
    [DataRow("release-1.1", "last-1.1", null, DisplayName = "both remember the same vector")]
    [DataRow("release-1.2", "last-1.1", null, DisplayName = "a vector that never arrived")]
    [DataRow("release-1.1", "last-1.2", "JOURNAL_BEHIND", DisplayName = "a later attempt arrived than the journal knows")]
    [DataRow("", "last-1.1", "JOURNAL_BEHIND", DisplayName = "an empty state folder, and vectors that arrived")]
    [DataRow("release-1.1 advance-1.2", "last-1.2", null, DisplayName = "advanced by the operator")]
    [DataRow("advance-1.2", "last-2.1", "JOURNAL_BEHIND", DisplayName = "not advanced far enough")]
    [DataRow("rejected", "last-1.1", "JOURNAL_BEHIND", DisplayName = "what contradicts comes before what was decided")]
    [DataRow("commit-1", "round-1", null, DisplayName = "both know round 1")]
    [DataRow("", "round-1", null, DisplayName = "rounds that this site missed")]
    [DataRow("commit-1", "", "COORDINATOR_BEHIND", DisplayName = "the coordinator lost round 1")]
    [DataRow("commit-1 commit-2 completed", "", "COORDINATOR_BEHIND", DisplayName = "the coordinator lost a study that is over")]
    [DataRow("commit-1 cancelled", "", "COORDINATOR_BEHIND", DisplayName = "and one that was cancelled")]
    [DataRow("commit-1", "last-1.1", "COORDINATOR_BEHIND", DisplayName = "both lost something")]
    [DataRow("commit-1", "round-1 other", "PAST_CHANGED", DisplayName = "another model after round 1")]
    [DataRow("", "round-3", "BEYOND_PLAN", DisplayName = "a round that the plan does not have")]
    [DataRow("", "last-1.49", "BEYOND_PLAN", DisplayName = "an attempt that the plan does not have")]
    [DataRow("", "last-3.1", "BEYOND_PLAN", DisplayName = "a vector of a round that the plan does not have")]
    [DataRow("cancelled", "", "STUDY_OVER", DisplayName = "cancelled before")]
    [DataRow("commit-1 commit-2 completed", "round-2", "STUDY_OVER", DisplayName = "completed before, with all rounds")]
    [DataRow("commit-1 completed", "round-2", null, DisplayName = "completed before, and this site missed the last round")]
    public void A_study_is_joined_or_declined_with_one_code(string history, string now, string? expected)
    {
        var words = now.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var round = new RoundNumber(uint.Parse(After(words, "round-") ?? "0"));
        var model =
            round.Value == 0 ? Initial
            : words.Contains("other") ? Digest.Of("other"u8)
            : Model(round.Value);
        var last = After(words, "last-") is { } text ? AttemptIn(text) : default;
        var offer = new Offer(Plan.Hash(), round, model, last);

        var past = History(history);
        var refusal = Admission.Refusal(Plan, offer, past, Stopped(past, words.Contains("human"), words.Contains("paused")));

        Assert.AreEqual(expected, refusal?.Name, refusal?.Reason);
    }

    [TestMethod]
    public void What_an_operator_can_mend_is_said_with_the_command_that_mends_it()
    {
        var offer = new Offer(Plan.Hash(), new RoundNumber(0), Initial, AttemptIn("1.1"));
        var abbreviated = Plan.Hash().Abbreviated;

        Assert.EndsWith(
            $"run: fed-node journal advance {abbreviated}",
            Admission.Refusal(Plan, offer, PlanHistory.None, stopped: null)!.Reason
        );
        Assert.Contains(
            $"fed-node plans show {abbreviated}",
            Admission.Refusal(Plan, offer with { Last = default }, PlanHistory.None, Stopped(PlanHistory.None, isHuman: true))!.Reason
        );
    }

    [TestMethod]
    [DataRow("", true, DisplayName = "a round to catch up with")]
    [DataRow("commit-1", true, DisplayName = "the last round to catch up with")]
    [DataRow("commit-1 completed", true, DisplayName = "completed while the site was away")]
    [DataRow("commit-1 commit-2", false, DisplayName = "nothing left")]
    [DataRow("cancelled", false, DisplayName = "cancelled")]
    [DataRow("rejected", false, DisplayName = "rejected")]
    public void Rounds_that_were_missed_are_computed_unless_the_study_was_refused_or_cancelled(string history, bool expected) =>
        Assert.AreEqual(expected, Admission.MayCatchUp(Plan, History(history), Stopped(History(history), isHuman: false)));

    /// <summary>What this site's people say, as the policy desk puts it.</summary>
    private static GateRefusal? Stopped(PlanHistory history, bool isHuman, bool isPaused = false)
    {
        var policy = new SitePolicy { Approval = isHuman ? ApprovalMode.Human : ApprovalMode.Automatic };
        return Consent.Of(history, policy, DateTimeOffset.UnixEpoch).Refusal(Plan.Hash())
            ?? (isPaused ? new GateRefusal(DeclineCode.Paused, "paused") : null);
    }

    private static PlanHistory History(string words)
    {
        var history = PlanHistory.None;
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = word.Split('-');
            JournalEntry entry = parts[0] switch
            {
                "release" => new JournalEntry.Releasing(Plan.Hash(), AttemptIn(parts[1]), Initial),
                "advance" => new JournalEntry.Advanced(Plan.Hash(), AttemptIn(parts[1]), "someone"),
                "commit" => new JournalEntry.Committed(
                    Plan.Hash(),
                    new RoundNumber(uint.Parse(parts[1])),
                    Model(uint.Parse(parts[1])),
                    default
                ),
                "approved" or "rejected" => new JournalEntry.Decided(Plan.Hash(), word == "approved", "someone", default, ""),
                "completed" or "cancelled" => new JournalEntry.Ended(Plan.Hash(), word == "completed"),
                _ => throw new ArgumentException(word, nameof(words)),
            };
            history = history.With(entry, out var fault) ?? throw new AssertFailedException($"{word}: {fault}");
        }

        return history;
    }

    private static Digest Model(uint round) => Digest.Of([(byte)round]);

    private static Attempt AttemptIn(string text)
    {
        var parts = text.Split('.');
        return new Attempt(new RoundNumber(uint.Parse(parts[0])), new AttemptNumber(uint.Parse(parts[1])));
    }

    private static string? After(string[] words, string prefix) => words.FirstOrDefault(word => word.StartsWith(prefix))?[prefix.Length..];
}
