using System.Globalization;
using Federated.Federation;
using Federated.Federation.Documents;
using Federated.Privacy.Events;

namespace Federated.Privacy.Ledger;

/// <summary>Reads one line of a ledger. Every key must be there, and no other; a second spelling of a line is refused.</summary>
internal static class LedgerLineReader
{
    private static readonly string[] Kinds = [LedgerLine.Registered, LedgerLine.Charged, LedgerLine.Capped, LedgerLine.Recovered];

    internal static LedgerLine? Read(ReadOnlyMemory<byte> bytes, out string? fault)
    {
        if (bytes.Length > LedgerLine.MaxBytes)
        {
            fault = $"it has more than {LedgerLine.MaxBytes} bytes";
            return null;
        }

        if (CanonicalJson.Parse(bytes, out fault) is not { } node)
        {
            return null;
        }

        var fields = DocumentReader.Root(node);
        var kind = fields.Choice("kind", Kinds);
        if (kind == LedgerLine.Registered && fields.Text("format") is var format && format != LedgerLine.Format)
        {
            fault = $"its format is '{format}'; this release reads {LedgerLine.Format}";
            return null;
        }

        var number = Integer(fields, "number");
        var previous = Hash(fields, "prev");
        if (!Timestamps.TryParse(fields.Text("time"), out var time))
        {
            fields.Fault("time", "is no time.");
        }

        var entry = Entry(kind, fields);
        fields.RefuseUnknownKeys();
        if (entry is null || fields.FaultCount > 0)
        {
            fault = fields.FaultCount > 0 ? string.Join("; ", fields.Faults) : "its kind is empty";
            return null;
        }

        var line = new LedgerLine(number, previous, time, entry);
        if (!line.ToBytes().AsSpan().SequenceEqual(bytes.Span))
        {
            fault = "it is not in the form that a ledger writes";
            return null;
        }

        return line;
    }

    private static LedgerEntry? Entry(string kind, DocumentReader fields) =>
        kind switch
        {
            LedgerLine.Registered => Registered(fields),
            LedgerLine.Charged => Charged(fields),
            LedgerLine.Capped => Cap(fields) is var cap && Act(fields) is var act && cap is not null
                ? new LedgerEntry.Capped(cap, act)
                : null,
            LedgerLine.Recovered => Recovered(fields),
            _ => null,
        };

    private static LedgerEntry.Registered? Registered(DocumentReader fields)
    {
        if (!DataSetName.TryParse(fields.Text("data_set"), out var name))
        {
            fields.Fault("data_set", "is no name of a data set.");
        }

        var (cap, act) = (Cap(fields), Act(fields));
        return cap is null ? null : new LedgerEntry.Registered(name, cap, act);
    }

    private static LedgerEntry.Charged? Charged(DocumentReader fields)
    {
        var plan = Hash(fields, "plan");
        var study = fields.Text("study");
        var round = new RoundNumber((uint)fields.WholeNumber("round", 0, int.MaxValue));
        var attempt = new AttemptNumber((uint)fields.WholeNumber("attempt", 0, int.MaxValue));
        var released = fields.Text("released");
        var numbers = Integer(fields, "numbers");
        var population = fields.Choice("population", LedgerLine.Populations);
        var spent = EventReader.Event(fields.Section("event"), mayBeComposed: true);
        var floor = EventReader.Event(fields.Section("floor_event"), mayBeComposed: true);
        var times = Integer(fields, "times");
        if (fields.FaultCount > 0)
        {
            return null;
        }

        var whose = (Population)Array.IndexOf(LedgerLine.Populations, population);
        var charge = new Charge(plan, study, round, attempt, released, numbers, whose, spent!, floor!, times);
        if (charge.Fault() is { } fault)
        {
            fields.Fault(fault);
        }

        return new LedgerEntry.Charged(charge);
    }

    private static LedgerEntry.Recovered? Recovered(DocumentReader fields)
    {
        var recovery = Array.IndexOf(LedgerLine.Recoveries, fields.Choice("recovery", LedgerLine.Recoveries));
        if (recovery < 0)
        {
            fields.Fault("recovery", "is none that is known to this release.");
        }

        var anchor = new LedgerPosition(Integer(fields, "anchor_number"), Hash(fields, "anchor_hash"));
        var lost = new List<WrittenOffStudy>();
        foreach (var item in fields.Sections("written_off"))
        {
            var plan = Hash(item, "plan");
            if (Cap(item) is { } spent)
            {
                lost.Add(new WrittenOffStudy(plan, spent));
            }

            item.RefuseUnknownKeys();
        }

        return new LedgerEntry.Recovered((Recovery)recovery, anchor, [.. lost], Act(fields));
    }

    private static Budget? Cap(DocumentReader fields)
    {
        var (epsilon, delta) = (Decimal(fields, "epsilon"), Decimal(fields, "delta"));
        if (Budget.From(epsilon, delta, out var fault) is { } cap)
        {
            return cap;
        }

        fields.Fault(fault!);
        return null;
    }

    private static HumanAct Act(DocumentReader fields)
    {
        var act = new HumanAct(fields.Text("by"), fields.Text("reason"));
        if (act.Fault() is { } fault)
        {
            fields.Fault(fault);
        }

        return act;
    }

    private static Digest Hash(DocumentReader fields, string key)
    {
        if (!Digest.TryParse(fields.Text(key), out var digest))
        {
            fields.Fault(key, "is no SHA-256.");
        }

        return digest;
    }

    /// <summary>A decimal in quotes; what is none at all reads as NaN, which every range refuses.</summary>
    private static double Decimal(DocumentReader fields, string key) =>
        double.TryParse(fields.Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN;

    private static long Integer(DocumentReader fields, string key)
    {
        if (!long.TryParse(fields.Text(key), NumberStyles.None, CultureInfo.InvariantCulture, out var value) || value > 1L << 53)
        {
            fields.Fault(key, "is no whole number from 0.");
            return 0;
        }

        return value;
    }
}
