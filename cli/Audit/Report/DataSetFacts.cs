using Federated.Audit;
using Federated.Federation;
using Federated.Privacy.Ledger;

namespace Federated.Cli.Audit.Report;

/// <summary>What a ledger that was given says of its data set: its name, and the cap over all studies. The charges are compared with the log by the audit.</summary>
/// <param name="Ledger">SHA-256 of the first line: which ledger a charge in the log means.</param>
/// <param name="Name">The data set's.</param>
/// <param name="Epsilon">The cap's ε, as the ledger writes it.</param>
/// <param name="Delta">The cap's δ, likewise.</param>
internal sealed record DataSetFacts(Digest Ledger, string Name, string Epsilon, string Delta)
{
    /// <summary>Reads a ledger; null if it is none, which the audit says.</summary>
    internal static DataSetFacts? Of(GivenFile file)
    {
        DataSetFacts? facts = null;
        for (var rest = file.Bytes; rest.Span.IndexOf((byte)'\n') is var end and >= 0; rest = rest[(end + 1)..])
        {
            var line = rest[..end];
            facts = (LedgerLine.Read(line, out _)?.Entry, facts) switch
            {
                (LedgerEntry.Registered registered, null) => With(Digest.Of(line.Span), registered.DataSet.Value, registered.Cap),
                (LedgerEntry.Capped capped, { } known) => With(known.Ledger, known.Name, capped.Cap),
                _ => facts,
            };
        }

        return facts;
    }

    private static DataSetFacts With(Digest ledger, string name, Budget cap) =>
        new(ledger, name, cap.Epsilon.ToString(), cap.Delta.ToString());
}
