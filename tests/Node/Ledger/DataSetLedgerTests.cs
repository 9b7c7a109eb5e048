using Federated.Federation;
using Federated.Hosting;
using Federated.Node.Ledger;
using Federated.Node.Tests.Journal;
using Federated.Privacy;
using Federated.Privacy.Accountants;
using Federated.Privacy.Events;
using Federated.Privacy.Ledger;

namespace Federated.Node.Tests.Ledger;

/// <summary>Whatever ends the process or happens to the files, the ledger never counts less than what may have left.</summary>
[TestClass]
public sealed class DataSetLedgerTests
{
    private const UnixFileMode OwnersFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [TestMethod]
    public void What_was_charged_is_known_after_a_restart_and_is_its_owners_alone()
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 2);

        using var ledger = bench.Open();

        Assert.IsNull(ledger.Fault);
        Assert.IsTrue(ledger.HasCharge(LedgerBench.Plan("a"), JournalLines.Attempt(2, 1)));
        Assert.IsFalse(ledger.HasCharge(LedgerBench.Plan("a"), JournalLines.Attempt(2, 2)));
        Assert.AreEqual(
            ChargeRefusal.ChargedBefore,
            ((ChargeResult.Refused)ledger.TryCharge(LedgerBench.Charge("a", 2), LedgerBench.Wide, 0)).Why
        );
        Assert.AreEqual((OwnersFile, OwnersFile), (File.GetUnixFileMode(bench.File), File.GetUnixFileMode(bench.AnchorFile)));
        Assert.AreEqual(OwnersFile | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(bench.File)!));
    }

    [TestMethod]
    public void A_data_set_that_nobody_registered_pays_for_nothing_and_has_no_file()
    {
        using var bench = new LedgerBench();

        var refused = bench.Refused();

        Assert.AreEqual(ChargeRefusal.Unregistered, refused.Why);
        Assert.Contains("fed-node ledger register cardiology --epsilon E --delta D --reason TEXT", refused.Reason);
        Assert.IsFalse(File.Exists(bench.File));
    }

    [TestMethod]
    public void Each_line_is_on_disk_before_its_charge_returns_and_the_anchor_after_it()
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 1);
        using var ledger = bench.Open();

        ledger.TryCharge(LedgerBench.Charge("a", 2), LedgerBench.Wide, 0);

        var read = LedgerFile.Read(bench.File, LedgerBench.Name);
        Assert.AreEqual(3, read.Ledger.Head.Number);
        Assert.AreEqual(read.Ledger.Head, bench.Anchor.Read(LedgerBench.Name));
    }

    [TestMethod]
    [DataRow(0, DisplayName = "the ledger's line was never begun")]
    [DataRow(1, DisplayName = "one byte of it is there")]
    [DataRow(200, DisplayName = "200 bytes of it are there")]
    [DataRow(-1, DisplayName = "all of it but its line feed")]
    public void A_crash_while_the_line_is_written_charges_nothing_and_nothing_left(int written)
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 2);
        var anchor = File.ReadAllBytes(bench.AnchorFile);
        var whole = File.ReadAllBytes(bench.File).Length;
        Charge(bench, 3);
        var line = File.ReadAllBytes(bench.File).Length - whole;
        using (var file = File.OpenWrite(bench.File))
        {
            file.SetLength(whole + (written < 0 ? line - 1 : written));
        }

        File.WriteAllBytes(bench.AnchorFile, anchor);

        Charge(bench, 3);
        Assert.AreEqual(4, LedgerFile.Read(bench.File, LedgerBench.Name).Ledger.Head.Number);
    }

    [TestMethod]
    public void A_crash_between_the_ledger_and_its_anchor_charges_one_attempt_more()
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 2);
        var anchor = File.ReadAllBytes(bench.AnchorFile);
        Charge(bench, 3);
        File.WriteAllBytes(bench.AnchorFile, anchor);

        using var ledger = bench.Open();

        Assert.IsNull(ledger.Fault);
        Assert.IsTrue(ledger.HasCharge(LedgerBench.Plan("a"), JournalLines.Attempt(3, 1)));
        Assert.IsInstanceOfType<ChargeResult.Charged>(ledger.TryCharge(LedgerBench.Charge("a", 3, attempt: 2), LedgerBench.Wide, 0));
        Assert.AreEqual(5, bench.Anchor.Read(LedgerBench.Name)!.Value.Number);
    }

    [TestMethod]
    public void Every_flipped_byte_of_the_ledger_is_caught()
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 2);
        var whole = File.ReadAllBytes(bench.File);

        for (var i = 0; i < whole.Length; i++)
        {
            var bent = whole.ToArray();
            bent[i] ^= 1;
            File.WriteAllBytes(bench.File, bent);

            DataSetLedger.Examine(bench.File, LedgerBench.Name, bench.Anchor, out var fault);

            Assert.IsNotNull(fault, $"byte {i}");
        }
    }

    [TestMethod]
    public void Every_flipped_byte_of_the_anchor_is_caught()
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 1);
        var whole = File.ReadAllBytes(bench.AnchorFile);

        for (var i = 0; i < whole.Length; i++)
        {
            var bent = whole.ToArray();
            bent[i] ^= 1;
            File.WriteAllBytes(bench.AnchorFile, bent);

            DataSetLedger.Examine(bench.File, LedgerBench.Name, bench.Anchor, out var fault);

            Assert.IsNotNull(fault, $"byte {i}");
        }
    }

    [TestMethod]
    [DataRow("older", "it has 2 lines, and its anchor has seen 4: it is an older copy, or was cut", DisplayName = "an older copy")]
    [DataRow("gone", "it has 0 lines, and its anchor has seen 4", DisplayName = "no ledger at all")]
    [DataRow("other", "its line 4 is not the one that its anchor has seen", DisplayName = "an older copy that went on otherwise")]
    [DataRow("anchor gone", "is not there, so that nothing shows whether it is the newest", DisplayName = "a lost anchor")]
    [DataRow("anchor elsewhere", "is 'oncology'; this node's is 'cardiology'", DisplayName = "the anchor of another data set")]
    [DataRow("renamed", "is that of data set 'oncology'; this node's is 'cardiology'", DisplayName = "a ledger under another name")]
    [DataRow("text", "is damaged: This is no JSON", DisplayName = "something else")]
    public void A_ledger_that_may_lack_charges_refuses_every_charge_and_is_not_touched(string what, string words)
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 3);
        switch (what)
        {
            case "older":
                bench.Cut(2);
                break;
            case "gone":
                File.Delete(bench.File);
                break;
            case "other":
                var anchor = File.ReadAllBytes(bench.AnchorFile);
                bench.Cut(3);
                using (var ledger = bench.Open(isAnchored: false))
                {
                    ledger.TryCharge(LedgerBench.Charge("b", 1), LedgerBench.Wide, 0);
                    ledger.TryCharge(LedgerBench.Charge("b", 2), LedgerBench.Wide, 0);
                }

                File.WriteAllBytes(bench.AnchorFile, anchor);
                break;
            case "anchor gone":
                File.Delete(bench.AnchorFile);
                break;
            case "anchor elsewhere":
                File.WriteAllText(bench.AnchorFile, File.ReadAllText(bench.AnchorFile).Replace("cardiology", "oncology"));
                break;
            case "renamed":
                bench.Rename("oncology");
                break;
            default:
                File.WriteAllText(bench.File, "no ledger\n");
                break;
        }

        var before = File.Exists(bench.File) ? File.ReadAllText(bench.File) : null;
        var refused = bench.Refused();

        Assert.AreEqual(ChargeRefusal.Behind, refused.Why);
        Assert.Contains(words, refused.Reason);
        Assert.AreEqual(before, File.Exists(bench.File) ? File.ReadAllText(bench.File) : null);
    }

    [TestMethod]
    public void A_release_that_somebody_else_knows_stops_every_charge()
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 1);
        using var ledger = bench.Open();

        ledger.CountAsBehind("the coordinator has a vector of attempt 1 of round 7");

        var refused = (ChargeResult.Refused)ledger.TryCharge(LedgerBench.Charge("a", 2), LedgerBench.Wide, 0);
        Assert.AreEqual(ChargeRefusal.Behind, refused.Why);
        Assert.Contains("lacks a charge: the coordinator has a vector of attempt 1 of round 7", refused.Reason);
        Assert.Contains("fed-node ledger recover cardiology", refused.Reason);
        Assert.IsInstanceOfType<AdmissionResult.Refused>(ledger.Admit(LedgerBench.Plan("a"), LedgerBench.Wide));
    }

    [TestMethod]
    public void A_charge_is_announced_before_it_is_written_and_the_next_start_knows_whether_it_was()
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 1);
        ChargedLine? announced = null;
        using (var ledger = bench.Open())
        {
            var before = File.ReadAllText(bench.File);
            ledger.TryCharge(
                LedgerBench.Charge("a", 2),
                LedgerBench.Wide,
                0,
                line =>
                {
                    announced = line;
                    Assert.AreEqual(before, File.ReadAllText(bench.File));
                }
            );
        }

        using (var again = bench.Open())
        {
            Assert.IsTrue(again.IsWritten(announced!.Ledger, announced.Number, announced.Hash));
            Assert.IsFalse(
                again.IsWritten(announced.Ledger, announced.Number, Digest.Of("another line"u8)),
                "what stands there is another"
            );
            Assert.IsTrue(again.IsWritten(Digest.Of("another ledger"u8), 2, default), "of others nothing is doubted");
        }

        bench.Cut(lines: 2);
        using var older = bench.Open(isAnchored: false);
        Assert.IsFalse(older.IsWritten(announced.Ledger, announced.Number, announced.Hash));
        using var behind = bench.Open();
        Assert.IsNull(behind.IsWritten(announced.Ledger, announced.Number, announced.Hash), "its anchor says that lines are missing");
    }

    [TestMethod]
    public void A_charge_that_cannot_be_announced_is_not_written_and_neither_is_any_after_it()
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 1);
        var before = File.ReadAllText(bench.File);
        using var ledger = bench.Open();

        Assert.ThrowsExactly<IOException>(() =>
            ledger.TryCharge(LedgerBench.Charge("a", 2), LedgerBench.Wide, 0, _ => throw new IOException("the disk is full"))
        );

        var refused = (ChargeResult.Refused)ledger.TryCharge(LedgerBench.Charge("a", 3), LedgerBench.Wide, 0);
        Assert.AreEqual(ChargeRefusal.Behind, refused.Why);
        Assert.AreEqual(before, File.ReadAllText(bench.File));
    }

    [TestMethod]
    public void An_anchor_that_cannot_be_written_lets_nothing_leave_and_the_charge_stands()
    {
        using var bench = new LedgerBench();
        bench.Write(rounds: 1);
        using (var ledger = bench.Open())
        {
            Directory.Move(bench.Folder["anchors"], bench.Folder["unmounted"]);

            var error = Assert.ThrowsExactly<OperatorException>(() => ledger.TryCharge(LedgerBench.Charge("a", 2), LedgerBench.Wide, 0));

            Assert.Contains("check that the anchor's volume is mounted", error.Hint!);
            Directory.Move(bench.Folder["unmounted"], bench.Folder["anchors"]);
            var refused = (ChargeResult.Refused)ledger.TryCharge(LedgerBench.Charge("a", 3), LedgerBench.Wide, 0);
            Assert.AreEqual(ChargeRefusal.Behind, refused.Why, "until the next start reads what is there");
        }

        using var again = bench.Open();
        Assert.IsNull(again.Fault);
        Assert.IsTrue(again.HasCharge(LedgerBench.Plan("a"), JournalLines.Attempt(2, 1)));
    }

    [TestMethod]
    public void Two_studies_that_charge_at_once_do_not_pass_the_cap_together()
    {
        using var bench = new LedgerBench();
        var step = new GaussianEvent(new NoiseMultiplier(4));
        var cap = PldAccountant.Bound(step.Times(10), new Delta(1e-5)).Epsilon.Value * 1.000001;
        bench.Write(rounds: 0, epsilon: cap);
        using var ledger = bench.Open();
        var charged = 0;

        Parallel.ForEach(
            new[] { "a", "b", "c", "d" },
            new ParallelOptions { MaxDegreeOfParallelism = 4 },
            plan =>
            {
                for (uint round = 1; round <= 6; round++)
                {
                    if (ledger.TryCharge(LedgerBench.Charge(plan, round), LedgerBench.Wide, 6 - round) is ChargeResult.Charged)
                    {
                        Interlocked.Increment(ref charged);
                    }
                }
            }
        );

        Assert.AreEqual(10, charged);
        Assert.AreEqual(11, LedgerFile.Read(bench.File, LedgerBench.Name).Ledger.Head.Number);
    }

    private static void Charge(LedgerBench bench, uint round)
    {
        using var ledger = bench.Open();
        Assert.IsInstanceOfType<ChargeResult.Charged>(ledger.TryCharge(LedgerBench.Charge("a", round), LedgerBench.Wide, 0));
    }
}
