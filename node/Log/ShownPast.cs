using Federated.Federation;
using Federated.SecureAggregation.Rounds;
using Federated.TransparencyLog.Entries;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Notes;

namespace Federated.Node.Log;

/// <summary>What a study's past ends with, by a log that a quorum cosigned.</summary>
/// <param name="View">The checkpoint.</param>
/// <param name="Round">The last committed round; 0 for none.</param>
/// <param name="Model">Of the model after it.</param>
/// <param name="Result">H4 of it; zeros for none.</param>
internal sealed record ShownPast(LogView View, RoundNumber Round, Digest Model, Digest Result)
{
    /// <summary>This site's last charge in that log, of whichever study; null for none.</summary>
    internal LoggedCharge? Charge { get; init; }

    /// <summary>Reads a registration or a committed round of that plan; null for anything else.</summary>
    internal static ShownPast? Read(ReadOnlyMemory<byte> entry, Digest plan, LogView view) =>
        SealedEntry.TryParse(entry, out var statement, out _) && statement.Entry.Study?.Plan == plan
            ? statement.Entry.Body switch
            {
                PlanRegistration body => new ShownPast(view, default, body.InitialModel, default),
                RoundCommitment body => new ShownPast(view, body.Round, body.NextModel, body.Transcript[^1]),
                _ => null,
            }
            : null;

    /// <summary>What this site was charged for, by an entry that its own present key signed. One of an earlier key says nothing: the ledger's anchor and the journal have to do.</summary>
    internal static LoggedCharge? ChargeOf(ReadOnlyMemory<byte> entry, NoteKey own) =>
        SealedEntry.TryParse(entry, out var statement, out _)
        && statement.TryVerify([own], out _, out _)
        && statement.Entry is { Body: PrivacyCharge charge, Study: { } study }
            ? new LoggedCharge(study.Plan, new Attempt(charge.Round, charge.Attempt), charge.Ledger)
            : null;
}

/// <summary>A charge of this site, as the log has it.</summary>
/// <param name="Plan">Of which study.</param>
/// <param name="Attempt">Which attempt.</param>
/// <param name="Ledger">To which ledger, by its first line.</param>
internal sealed record LoggedCharge(Digest Plan, Attempt Attempt, Digest Ledger);
