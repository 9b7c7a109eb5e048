using Federated.Hosting;
using Federated.Node.Tests.Journal;
using Federated.Privacy;
using Federated.Privacy.Ledger;

namespace Federated.Node.Tests.Ledger;

/// <summary>A ledger is put right only in ways that give nothing back which may have been spent.</summary>
[TestClass]
public sealed class LedgerRecoveryTests
{
    private static readonly Budget PlanOfA = new(new Epsilon(20), new Delta(1e-6));

    [TestMethod]
    public void A_copy_that_reaches_the_anchor_is_put_in_place_and_the_ledger_goes_on()
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 3);
        var copy = bench.Folder.Write("copy.jsonl", File.ReadAllText(bench.File));
        bench.Cut(2);

        bench.Recovery().Install(copy, LedgerBench.Act);

        using var ledger = bench.Open();
        Assert.IsNull(ledger.Fault);
        Assert.HasCount(3, ledger.History.Charges);
        var said = (LedgerEntry.Recovered)ledger.History.Acts.Single().Entry;
        Assert.AreEqual((Recovery.Complete, 4L, LedgerBench.Act), (said.Recovery, said.Anchor.Number, said.Act));
        Assert.HasCount(2, File.ReadAllLines($"{bench.File}.replaced-1"), "what was there is kept");
    }

    [TestMethod]
    public void A_copy_that_does_not_reach_the_anchor_or_lacks_lines_that_are_there_is_refused()
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 3);
        var whole = File.ReadAllText(bench.File);
        bench.Cut(2);
        var copy = bench.Folder.Write("copy.jsonl", File.ReadAllText(bench.File));

        Refuses(() => bench.Recovery().Install(copy, LedgerBench.Act), "it has 2 lines, and its anchor has seen 4");
        File.WriteAllText(bench.File, whole);
        Refuses(() => bench.Recovery(isAnchored: false).Install(copy, LedgerBench.Act), "it lacks lines that are there");
        Assert.AreEqual(whole, File.ReadAllText(bench.File), "what is refused changes nothing");
    }

    [TestMethod]
    public void A_person_vouches_for_a_ledger_whose_anchor_is_new_and_for_no_other()
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 2, isAnchored: false);
        Assert.AreEqual(ChargeRefusal.Behind, bench.Refused().Why);

        bench.Recovery().VouchFor(LedgerBench.Act);
        using (var ledger = bench.Open())
        {
            Assert.IsInstanceOfType<ChargeResult.Charged>(ledger.TryCharge(LedgerBench.Charge("a", 3), LedgerBench.Wide, 0));
        }

        bench.Cut(3);
        Refuses(() => bench.Recovery().VouchFor(LedgerBench.Act), "is not complete: it has 3 lines, and its anchor has seen 5");
    }

    [TestMethod]
    public void A_release_that_the_journal_knows_and_the_ledger_does_not_has_to_be_written_off()
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 1, isAnchored: false);
        var journal = Journal(("a", 1), ("lost", 1));
        var recovery = bench.Recovery(journal, isAnchored: false);

        Assert.AreEqual(LedgerBench.Plan("lost"), recovery.Examine().Uncharged.Single());
        Refuses(() => recovery.VouchFor(LedgerBench.Act), $"releases that this ledger does not have, of plans {LedgerBench.Plan("lost")}");
        Refuses(() => recovery.WriteOff([Lost("another")], null, LedgerBench.Act), "Charges of other studies may be lost too");
        recovery.WriteOff([Lost("lost")], null, LedgerBench.Act);

        using var ledger = bench.Open(isAnchored: false);
        Assert.IsTrue(ledger.HasCharge(LedgerBench.Plan("lost"), JournalLines.Attempt(9, 9)));
        Assert.AreEqual(
            ChargeRefusal.WrittenOff,
            ((ChargeResult.Refused)ledger.TryCharge(LedgerBench.Charge("lost", 2), LedgerBench.Wide, 0)).Why
        );
        Assert.IsEmpty(recovery.Examine().Uncharged);
    }

    [TestMethod]
    public void Behind_its_anchor_every_study_that_had_not_ended_has_to_be_written_off()
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 3);
        bench.Cut(2);
        var recovery = bench.Recovery();

        Refuses(() => recovery.WriteOff([Lost("lost")], null, LedgerBench.Act), LedgerBench.Plan("a").ToString());
        Refuses(
            () => recovery.WriteOff([new(LedgerBench.Plan("a"), new Budget(new Epsilon(0.01), new Delta(1e-6)))], null, LedgerBench.Act),
            "write off all that its plan allows"
        );
        recovery.WriteOff([Lost("a")], null, LedgerBench.Act);

        using var ledger = bench.Open();
        Assert.IsNull(ledger.Fault);
        Assert.IsInstanceOfType<ChargeResult.Charged>(ledger.TryCharge(LedgerBench.Charge("b", 1), LedgerBench.Wide, 0));
    }

    [TestMethod]
    [DataRow("gone")]
    [DataRow("damaged")]
    public void A_ledger_that_is_lost_whole_is_begun_anew_with_what_was_written_off_and_never_without(string how)
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 2);
        if (how == "gone")
        {
            File.Delete(bench.File);
        }
        else
        {
            File.WriteAllText(bench.File, "nothing that can be read\n");
        }

        var recovery = bench.Recovery(Journal(("a", 1), ("a", 2)));
        var cap = new Budget(new Epsilon(21), new Delta(1e-5));

        Assert.IsNotNull(recovery.Examine().Fault);
        Refuses(() => recovery.WriteOff([Lost("a")], null, LedgerBench.Act), "one is begun in its place");
        Refuses(() => recovery.WriteOff([Lost("b")], cap, LedgerBench.Act), "Charges of other studies may be lost too");
        recovery.WriteOff([Lost("a")], cap, LedgerBench.Act);

        using var ledger = bench.Open();
        Assert.IsNull(ledger.Fault);
        var report = LossReport.Of(ledger.History)!;
        Assert.AreEqual((20.0, 1.0), (report.Total.Pld, report.Remaining));
        Assert.IsInstanceOfType<ChargeResult.Refused>(ledger.TryCharge(LedgerBench.Charge("b", 1, noise: 3), LedgerBench.Wide, 0));
        Assert.IsInstanceOfType<ChargeResult.Charged>(ledger.TryCharge(LedgerBench.Charge("b", 1, noise: 30), LedgerBench.Wide, 0));
        Assert.AreEqual(3, bench.Anchor.Read(LedgerBench.Name)!.Value.Number);
    }

    [TestMethod]
    public void A_data_set_that_was_closed_stays_closed()
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 1);

        bench.Recovery().Close(LedgerBench.Act);

        Assert.AreEqual(ChargeRefusal.Closed, bench.Refused().Why);
        bench.Recovery().VouchFor(LedgerBench.Act);
        Assert.AreEqual(ChargeRefusal.Closed, bench.Refused().Why);
    }

    private static WrittenOffStudy Lost(string plan) => new(LedgerBench.Plan(plan), PlanOfA);

    private static JournalHistory Journal(params (string Plan, uint Round)[] releases)
    {
        var history = JournalHistory.Empty.With(new JournalEntry.Opened(JournalLines.Alpha), out _)!;
        foreach (var (plan, round) in releases)
        {
            var entry = new JournalEntry.Releasing(LedgerBench.Plan(plan), JournalLines.Attempt(round, 1), JournalLines.Vector);
            history = history.With(entry, out _)!;
        }

        return history;
    }

    private static void Refuses(Func<string> recover, string words)
    {
        var error = Assert.ThrowsExactly<OperatorException>(recover);
        Assert.Contains(words, error.Message + error.Hint);
    }
}
