using System.Text;
using Federated.Federation;
using Federated.Federation.Policies;
using Federated.Node.Plans;

namespace Federated.Node.Tests.Plans;

/// <summary>The note that people's commands leave for the daemon.</summary>
[TestClass]
public sealed class DecisionTests
{
    private static readonly Digest Plan = Digest.Of("a plan"u8);
    private static readonly DateTimeOffset At = new(2030, 1, 31, 8, 15, 0, TimeSpan.Zero);

    [TestMethod]
    public void The_approvals_of_two_persons_are_read_as_they_were_written()
    {
        var written = new Decision(
            Plan,
            [
                Made("anna") with
                {
                    Code = DecisionCode.EthicsApproval,
                    Policy = Digest.Of("a policy"u8),
                    Until = At.AddDays(90),
                },
                Made("ben (as root)"),
            ]
        );

        var read = Decision.Read(written.ToBytes(), Plan, out var fault);

        Assert.IsNull(fault);
        CollectionAssert.AreEqual(written.Made.ToArray(), read!.Made.ToArray());
    }

    [TestMethod]
    public void A_withdrawal_is_no_rejection()
    {
        var read = Decision.Read(Decision.Of(Refused(isWithdrawal: true)).ToBytes(), Plan, out _)!.Made.Single();

        Assert.AreEqual((false, true, "withdrawn"), (read.Approved, read.IsWithdrawal, read.Word));
        Assert.AreEqual("rejected", Decision.Read(Decision.Of(Refused()).ToBytes(), Plan, out _)!.Made.Single().Word);
    }

    [TestMethod]
    [DataRow("\"code\":\"reviewed\"", "\"code\":\"because\"", "code: is not known to this release.")]
    [DataRow("\"decision\":\"approved\"", "\"decision\":\"aproved\"", "did you mean 'approved'?")]
    [DataRow("\"reason\"", "\"reson\"", "reson: unknown key; did you mean 'reason'?")]
    [DataRow("2030-01-31T08:15:00.000Z", "yesterday", "at: is no time.")]
    [DataRow(
        "federated-decision/2",
        "federated-decision/3",
        "its format is 'federated-decision/3'; this release reads federated-decision/2."
    )]
    public void What_is_no_decision_is_named(string part, string instead, string words)
    {
        var text = Encoding.UTF8.GetString(Decision.Of(Made("anna") with { Code = DecisionCode.Reviewed }).ToBytes());
        Assert.Contains(part, text);

        var read = Decision.Read(Encoding.UTF8.GetBytes(text.Replace(part, instead)), Plan, out var fault);

        Assert.IsNull(read);
        Assert.Contains(words, fault!);
    }

    [TestMethod]
    public void A_note_of_another_plan_is_refused_by_name()
    {
        Assert.IsNull(Decision.Read(Decision.Of(Made("anna")).ToBytes(), Digest.Of("another"u8), out var fault));

        Assert.Contains($"it speaks of plan '{Plan}'.", fault!);
    }

    [TestMethod]
    public void An_approval_and_a_rejection_in_one_note_contradict_each_other()
    {
        Assert.IsNull(Decision.Read(new Decision(Plan, [Made("anna"), Refused()]).ToBytes(), Plan, out var fault));

        Assert.Contains("they contradict each other", fault!);
    }

    [TestMethod]
    public void Only_what_is_later_than_the_journals_last_decision_is_news()
    {
        var (anna, ben) = (Made("anna"), Made("ben") with { At = At.AddDays(2) });
        var annaAgain = anna with { At = At.AddDays(1) };
        var rejected = Refused() with { At = At.AddDays(3) };
        PlanHistory After(params JournalEntry[] entries) =>
            entries.Aggregate(PlanHistory.None, (history, entry) => history.With(entry, out _)!);
        var note = new Decision(Plan, [anna, ben]);

        Assert.HasCount(2, note.NewerThan(PlanHistory.None)!.Value);
        Assert.AreEqual(ben, note.NewerThan(After(anna))!.Value.Single());
        Assert.AreEqual(ben, note.NewerThan(After(anna, annaAgain))!.Value.Single(), "an approval that was given anew hides nobody's");
        Assert.IsEmpty(note.NewerThan(After(anna, ben))!.Value);
        Assert.IsNull(note.NewerThan(After(anna, ben, rejected)), "an older copy of the note takes no rejection back");
    }

    private static JournalEntry.Decided Made(string by) => new(Plan, true, by, At, "as agreed");

    private static JournalEntry.Decided Refused(bool isWithdrawal = false) =>
        new(Plan, false, "anna", At, "") { IsWithdrawal = isWithdrawal };
}
