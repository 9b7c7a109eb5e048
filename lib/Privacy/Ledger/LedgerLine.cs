using Federated.Federation;
using Federated.Federation.Documents;
using Federated.Privacy.Events;

namespace Federated.Privacy.Ledger;

/// <summary>One line of a ledger: canonical JSON, chained to the line before it (docs/ledger.md).</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Previous">SHA-256 of the line before, without its line feed; all zero in the first.</param>
/// <param name="Time">When it was written, by the machine's clock.</param>
/// <param name="Entry">What it says.</param>
public sealed record LedgerLine(long Number, Digest Previous, DateTimeOffset Time, LedgerEntry Entry)
{
    /// <summary>Name and version in the first line.</summary>
    public const string Format = "federated-ledger/1";

    /// <summary>Longer ones are neither written nor read.</summary>
    public const int MaxBytes = 32_768;

    internal const string Registered = "registered";
    internal const string Charged = "charged";
    internal const string Capped = "capped";
    internal const string Recovered = "recovered";

    internal static readonly string[] Recoveries = ["complete", "written_off", "closed"];

    internal static readonly string[] Populations = ["training", "test"];

    /// <summary>The line's bytes, without a line feed.</summary>
    public byte[] ToBytes()
    {
        var json = new CanonicalJson().Add("number", Number).Add("prev", Previous.ToString()).Add("time", Timestamps.ToText(Time));
        return (
            Entry switch
            {
                LedgerEntry.Registered e => By(
                    Cap(json.Add("kind", Registered).Add("format", Format).Add("data_set", e.DataSet.Value), e.Cap),
                    e.Act
                ),
                LedgerEntry.Charged e => Of(json.Add("kind", Charged), e.Charge),
                LedgerEntry.Capped e => By(Cap(json.Add("kind", Capped), e.Cap), e.Act),
                LedgerEntry.Recovered e => By(
                    json.Add("kind", Recovered)
                        .Add("recovery", Recoveries[(int)e.Recovery])
                        .Add("anchor_number", e.Anchor.Number)
                        .Add("anchor_hash", e.Anchor.Hash.ToString())
                        .Add("written_off", e.WrittenOff.Select(s => Cap(new CanonicalJson().Add("plan", s.Plan.ToString()), s.Spent))),
                    e.Act
                ),
                _ => throw new InvalidOperationException($"A {Entry.GetType().Name} has no line."),
            }
        ).ToBytes();
    }

    /// <summary>Reads a line; null, with the fault, if it is not exactly one that <see cref="ToBytes"/> writes.</summary>
    public static LedgerLine? Read(ReadOnlyMemory<byte> bytes, out string? fault) => LedgerLineReader.Read(bytes, out fault);

    private static CanonicalJson Cap(CanonicalJson json, Budget cap) =>
        json.AddDecimal("epsilon", cap.Epsilon.Value).AddDecimal("delta", cap.Delta.Value);

    private static CanonicalJson By(CanonicalJson json, HumanAct act) => json.Add("by", act.By).Add("reason", act.Reason);

    private static CanonicalJson Of(CanonicalJson json, Charge charge) =>
        json.Add("plan", charge.Plan.ToString())
            .Add("study", charge.Study)
            .Add("round", charge.Round.Value)
            .Add("attempt", charge.Attempt.Value)
            .Add("released", charge.Released)
            .Add("numbers", charge.Numbers)
            .Add("population", Populations[(int)charge.Population])
            .Add("event", EventJson.Document(charge.Event))
            .Add("floor_event", EventJson.Document(charge.Floor))
            .Add("times", charge.Times);
}
