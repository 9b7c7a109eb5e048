using System.Security.Cryptography;
using System.Text;
using Federated.Federation;
using Federated.Privacy.Events;
using Federated.Privacy.Ledger;

namespace Federated.Privacy.Tests.Ledger;

/// <summary>A line has one text, and a ledger is what its lines say, in their order, and nothing else.</summary>
[TestClass]
public sealed class LedgerLineTests
{
    [TestMethod]
    public void A_charge_has_this_text()
    {
        var charge = SampleCharges.Charge("a", 7, SampleCharges.Full(4), Population.Test, attempt: 2, what: "evaluation", times: 3);

        var line = new LedgerLine(9, SampleCharges.Plan("before"), SampleCharges.Noon, new LedgerEntry.Charged(charge));

        Assert.AreEqual(
            $$"""{"attempt":2,"event":{"noise_multiplier":"4","type":"gaussian"},"floor_event":{"noise_multiplier":"4","type":"gaussian"},"kind":"charged","number":9,"numbers":14,"plan":"{{SampleCharges.Plan("a")}}","population":"test","prev":"{{SampleCharges.Plan("before")}}","released":"evaluation","round":7,"study":"study a","time":"2030-01-31T12:00:00.000Z","times":3}""",
            Encoding.UTF8.GetString(line.ToBytes())
        );
        Assert.AreEqual(line, LedgerLine.Read(line.ToBytes(), out var fault), fault);
    }

    [TestMethod]
    public void What_was_written_is_read_again_to_the_same_end()
    {
        var (lines, ledger) = Written();

        var again = new PrivacyLedger();
        foreach (var line in lines)
        {
            Assert.IsNull(again.Read(line));
        }

        Assert.AreEqual(ledger.Head, again.Head);
        Assert.AreEqual(Convert.ToHexStringLower(SHA256.HashData(lines[^1])), again.Head.Hash.ToString());
        Assert.AreEqual(5, again.Head.Number);
        Assert.HasCount(2, again.History.Charges);
        Assert.AreEqual(SampleCharges.Budget(9), again.History.Cap);
        Assert.AreEqual(SampleCharges.Budget(2, 1e-7), again.History.WrittenOff[SampleCharges.Plan("lost")]);
        Assert.AreEqual(SampleCharges.Act, again.History.Registration!.Act);
    }

    [TestMethod]
    public void Every_change_of_one_byte_before_the_last_line_is_found()
    {
        var (lines, _) = Written();

        for (var number = 0; number < lines.Count - 1; number++)
        {
            for (var i = 0; i < lines[number].Length; i++)
            {
                var bent = lines[number].ToArray();
                bent[i] ^= 1;
                var ledger = new PrivacyLedger();

                var faults = lines.Select((line, n) => ledger.Read(n == number ? bent : line)).ToList();

                Assert.IsTrue(faults.Any(fault => fault is not null), $"line {number + 1}, byte {i}");
            }
        }
    }

    [TestMethod]
    [DataRow("missing", "it has the number 3; a line is missing or stands twice", DisplayName = "line 2 was taken out")]
    [DataRow("twice", "it has the number 2; a line is missing or stands twice", DisplayName = "line 2 stands twice")]
    [DataRow("spaces", "it is not in the form that a ledger writes", DisplayName = "the same line, written otherwise")]
    [DataRow("key", "unknown key", DisplayName = "a key that no ledger has")]
    [DataRow("epsilon", "Epsilon is NaN", DisplayName = "a cap that is no number")]
    [DataRow("infinite", "Epsilon is infinite", DisplayName = "a cap that limits nothing")]
    [DataRow("delta", "Delta is 1", DisplayName = "a delta of 1")]
    [DataRow("version", "its format is 'federated-ledger/2'; this release reads federated-ledger/1", DisplayName = "another version")]
    [DataRow("headless", "the ledger does not begin with the line that names its format and data set", DisplayName = "no first line")]
    [DataRow("again", "the data set is registered a second time", DisplayName = "two ledgers in one")]
    [DataRow("replay", "it charges update of round 1, attempt 1 a second time", DisplayName = "a charge that stands twice, chained anew")]
    [DataRow("no kind", "unknown key", DisplayName = "an empty kind")]
    [DataRow("no recovery", "is none that is known to this release", DisplayName = "an empty way to recover")]
    [DataRow("no side", "is neither training nor test", DisplayName = "neither population")]
    [DataRow("no event", "The privacy event is missing", DisplayName = "an event of no parts, which would cost nothing")]
    [DataRow("noise", "The noise multiplier is -1", DisplayName = "negative noise")]
    [DataRow("reason", "The reason has to have 1 to 500 characters", DisplayName = "a human act without a reason")]
    [DataRow("long", "it has more than 32768 bytes", DisplayName = "a line longer than any")]
    public void A_line_that_does_not_fit_is_refused_and_changes_nothing(string damage, string words)
    {
        List<string> lines = [.. Written().Lines.Select(Encoding.UTF8.GetString)];
        var (first, charge) = (lines[0], lines[1]);
        List<string> bent = damage switch
        {
            "missing" => [first, lines[2]],
            "twice" => [first, charge, charge],
            "spaces" => [first.Replace("\":", "\": ")],
            "key" => [first.Replace("{\"by\"", "{\"a\":1,\"by\"")],
            "epsilon" => [first.Replace("\"epsilon\":\"50\"", "\"epsilon\":\"NaN\"")],
            "infinite" => [first.Replace("\"epsilon\":\"50\"", "\"epsilon\":\"Infinity\"")],
            "delta" => [first.Replace("\"delta\":\"1E-05\"", "\"delta\":\"1\"")],
            "version" => [first.Replace("federated-ledger/1", "federated-ledger/2")],
            "headless" => [charge.Replace("\"number\":2", "\"number\":1").Replace(Hash(first), new string('0', 64))],
            "again" => [first, first.Replace("\"number\":1", "\"number\":2").Replace(new string('0', 64), Hash(first))],
            "replay" => [first, charge, charge.Replace("\"number\":2", "\"number\":3").Replace(Hash(first), Hash(charge))],
            "no kind" => [first.Replace("\"kind\":\"registered\"", "\"kind\":\"\"").Replace("\"format\":\"federated-ledger/1\",", "")],
            "no recovery" => [lines[3].Replace("\"recovery\":\"written_off\"", "\"recovery\":\"\"")],
            "no side" => [first, charge.Replace("\"population\":\"training\"", "\"population\":\"\"")],
            "no event" => [first, charge.Replace(EventJson.Write(SampleCharges.Step()), "{\"parts\":[],\"type\":\"composed\"}")],
            "noise" => [first, charge.Replace("\"noise_multiplier\":\"1\"", "\"noise_multiplier\":\"-1\"")],
            "reason" => [first.Replace("because", "")],
            _ => [first.Replace("because", new string('x', 33_000))],
        };
        var ledger = new PrivacyLedger();
        foreach (var line in bent[..^1])
        {
            Assert.IsNull(ledger.Read(Encoding.UTF8.GetBytes(line)));
        }

        var before = (ledger.Head, ledger.History);
        var fault = ledger.Read(Encoding.UTF8.GetBytes(bent[^1]));

        Assert.Contains(words, fault!);
        Assert.AreEqual(before, (ledger.Head, ledger.History));
    }

    /// <summary>Registered, two charges, a write-off, another cap.</summary>
    private static (List<byte[]> Lines, PrivacyLedger Ledger) Written()
    {
        var ledger = new PrivacyLedger();
        var lines = new List<byte[]>();
        Record(new LedgerEntry.Registered(DataSetName.Parse("cardiology"), SampleCharges.Budget(50), SampleCharges.Act));
        Charge(SampleCharges.Charge("a", 1, SampleCharges.Step()));
        Charge(
            SampleCharges.Charge(
                "a",
                1,
                PrivacyEvent.Compose(SampleCharges.Full(4), SampleCharges.Full(5)),
                Population.Test,
                what: "evaluation"
            )
        );
        var lost = new WrittenOffStudy(SampleCharges.Plan("lost"), SampleCharges.Budget(2, 1e-7));
        Record(new LedgerEntry.Recovered(Recovery.WrittenOff, new LedgerPosition(7, SampleCharges.Plan("x")), [lost], SampleCharges.Act));
        Record(new LedgerEntry.Capped(SampleCharges.Budget(9), SampleCharges.Act));
        return (lines, ledger);

        void Record(LedgerEntry entry) => lines.Add(ledger.Record(entry, SampleCharges.Noon, out _)!.ToBytes());

        void Charge(Charge charge) =>
            lines.Add(((ChargeResult.Charged)ledger.Charge(charge, SampleCharges.Budget(50), 0, SampleCharges.Noon)).Line.ToBytes());
    }

    private static string Hash(string line) => Digest.Of(Encoding.UTF8.GetBytes(line)).ToString();
}
