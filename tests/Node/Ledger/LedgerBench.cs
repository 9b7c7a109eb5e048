using System.Text;
using Federated.Federation;
using Federated.Fixtures;
using Federated.Node.Journal;
using Federated.Node.Ledger;
using Federated.Privacy;
using Federated.Privacy.Events;
using Federated.Privacy.Ledger;

namespace Federated.Node.Tests.Ledger;

/// <summary>A node's folder with a ledger in it and an anchor beside it, and charges as tests want them.</summary>
internal sealed class LedgerBench : IDisposable
{
    private readonly TestFolder _folder = new();

    public LedgerBench() => Directory.CreateDirectory(_folder["anchors"]);

    public static DataSetName Name { get; } = DataSetName.Parse("cardiology");

    public static HumanAct Act { get; } = new("someone", "because");

    public static Budget Wide { get; } = new(new Epsilon(100), new Delta(1e-5));

    public StateFolder State => new(_folder["state"]);

    public LedgerAnchor Anchor => new(AnchorFile);

    public string AnchorFile => _folder["anchors", "cardiology.json"];

    public string File => _folder["state", "ledger", "cardiology.jsonl"];

    public TestFolder Folder => _folder;

    public static Digest Plan(string name) => Digest.Of(Encoding.UTF8.GetBytes(name));

    public static Charge Charge(string plan, uint round, uint attempt = 1, double noise = 4) =>
        new(
            Plan(plan),
            $"study {plan}",
            new RoundNumber(round),
            new AttemptNumber(attempt),
            "update",
            14,
            Population.Training,
            new GaussianEvent(new NoiseMultiplier(noise)),
            new GaussianEvent(new NoiseMultiplier(noise / 2))
        );

    public DataSetLedger Open(bool isAnchored = true) => DataSetLedger.Open(State, Name, isAnchored ? Anchor : null, TimeProvider.System);

    /// <summary>Registers and charges rounds 1 to <paramref name="rounds"/> of plan "a".</summary>
    public void Write(int rounds, double epsilon = 100, bool isAnchored = true)
    {
        using var ledger = Open(isAnchored);
        ledger.Record(new LedgerEntry.Registered(Name, new Budget(new Epsilon(epsilon), new Delta(1e-5)), Act));
        for (uint round = 1; round <= rounds; round++)
        {
            Assert.IsInstanceOfType<ChargeResult.Charged>(ledger.TryCharge(Charge("a", round), Wide, 0));
        }
    }

    /// <summary>Why a charge is refused after opening anew.</summary>
    public ChargeResult.Refused Refused(bool isAnchored = true)
    {
        using var ledger = Open(isAnchored);
        return (ChargeResult.Refused)ledger.TryCharge(Charge("a", 99), Wide, 0);
    }

    public LedgerRecovery Recovery(JournalHistory? journal = null, bool isAnchored = true) =>
        new(State, Name, isAnchored ? Anchor : null, journal ?? JournalHistory.Empty, _ => true, TimeProvider.System);

    /// <summary>Cuts the ledger to its first lines, as an older copy of it.</summary>
    public void Cut(int lines) =>
        System.IO.File.WriteAllText(File, string.Concat(System.IO.File.ReadLines(File).Take(lines).ToArray().Select(line => line + "\n")));

    /// <summary>Puts the ledger of another data set under this one's name.</summary>
    public void Rename(string from)
    {
        var ledger = new PrivacyLedger();
        var entry = new LedgerEntry.Registered(DataSetName.Parse(from), Wide, Act);
        System.IO.File.WriteAllBytes(File, [.. ledger.Record(entry, DateTimeOffset.UnixEpoch, out _)!.ToBytes(), (byte)10]);
    }

    public void Dispose() => _folder.Dispose();
}
