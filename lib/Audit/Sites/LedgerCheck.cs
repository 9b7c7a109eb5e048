using Federated.Audit.Checks;
using Federated.Federation;
using Federated.Privacy.Ledger;

namespace Federated.Audit.Sites;

/// <summary>(h) A data set's ledger: a chain of lines, each charge of which stands in the log as it is, and each of the log's charges to it up to where it ends.</summary>
/// <param name="studies">Of the verified log.</param>
/// <param name="charges">All of it.</param>
/// <param name="unregistered">Counts charges for plans that the log never registered, such as those from before there was a log.</param>
internal sealed class LedgerCheck(
    IReadOnlyDictionary<Digest, StudyAudit> studies,
    IReadOnlyList<LoggedCharge> charges,
    UnregisteredCount unregistered
)
{
    private readonly Dictionary<int, LoggedCharge> _logged = []; // to this ledger, by line
    private readonly PrivacyLedger _ledger = new();

    /// <summary>Where a ledger contradicts itself or the log, or null.</summary>
    public AuditFault? Fault(GivenFile ledger)
    {
        var lines = 0;
        var fault = WholeLines.Each(
            ledger,
            (number, bytes) =>
            {
                lines = number;
                return Take(number, bytes);
            }
        );
        return fault
            ?? (
                _logged.Values.OrderBy(charge => charge.Charge.LedgerLine).FirstOrDefault(charge => charge.Charge.LedgerLine <= lines)
                    is { } invented
                    ? AuditFault.At(
                        invented.Index,
                        $"it says that line {invented.Charge.LedgerLine} of {ledger.Name} is its charge; that line is none."
                    )
                    : null
            );
    }

    private string? Take(int number, ReadOnlyMemory<byte> bytes)
    {
        if (_ledger.Read(bytes) is { } fault)
        {
            return $"{fault}.";
        }

        if (number == 1)
        {
            return Begin(Digest.Of(bytes.Span));
        }

        if (LedgerLine.Read(bytes, out _)?.Entry is not LedgerEntry.Charged { Charge: var charge })
        {
            return null;
        }

        if (!_logged.Remove(number, out var logged))
        {
            if (!studies.ContainsKey(charge.Plan))
            {
                unregistered.Add(charge.Plan);
                return null;
            }

            return "the log has no charge for this line: it was hidden, or the log is older than the ledger. Fetch the log again.";
        }

        return Digest.Of(bytes.Span) != logged.Charge.LedgerHash
                ? $"its hash is not the ledger_hash of entry {logged.Index}: the line or the entry was changed."
            : (charge.Round, charge.Attempt) != (logged.Charge.Round, logged.Charge.Attempt) || charge.Plan != logged.Plan
                ? $"it charges another attempt than entry {logged.Index}."
            : null;
    }

    private string? Begin(Digest first)
    {
        // Whose it is: who named it first. Nobody knows a ledger's name before, and others who copy it say nothing about this file.
        var owner = charges.FirstOrDefault(charge => charge.Charge.Ledger == first)?.Site;
        foreach (var charge in charges.Where(charge => charge.Charge.Ledger == first && charge.Site == owner))
        {
            if (!_logged.TryAdd(charge.Charge.LedgerLine, charge))
            {
                return $"entries {_logged[charge.Charge.LedgerLine].Index} and {charge.Index} both say that line {charge.Charge.LedgerLine} of this ledger is theirs.";
            }
        }

        return null;
    }
}
