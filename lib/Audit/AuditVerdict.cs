using Federated.Federation;
using Federated.TransparencyLog.Trees;

namespace Federated.Audit;

/// <summary>What an audit came to.</summary>
public abstract record AuditVerdict
{
    private AuditVerdict() { }

    /// <summary>Everything that was there to check holds.</summary>
    /// <param name="Figures">How much that was.</param>
    public sealed record Verified(AuditFigures Figures) : AuditVerdict;

    /// <summary>Where it first fails. Nothing that was read may be relied on.</summary>
    public sealed record Failed(AuditFault Fault) : AuditVerdict;
}

/// <summary>A place, and what is wrong there.</summary>
/// <param name="Place">A file's name, or an entry's number: <c>entry 17</c>.</param>
/// <param name="Reason">What is wrong there, and what to do.</param>
public sealed record AuditFault(string Place, string Reason)
{
    internal static AuditFault At(LeafIndex index, string reason) => new($"entry {index}", reason);

    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {Reason}";
}

/// <summary>How much a verified audit covers.</summary>
public sealed record AuditFigures
{
    /// <summary>Entries of the log.</summary>
    public required long Entries { get; init; }

    /// <summary>Plans that were registered.</summary>
    public required int Studies { get; init; }

    /// <summary>Sites whose keys count at the end of the log.</summary>
    public required int Sites { get; init; }

    /// <summary>Rounds that were committed, of all studies.</summary>
    public required long Rounds { get; init; }

    /// <summary>Of them, those whose sum was computed again from the masked inputs that the sites signed.</summary>
    public required long Recomputed { get; init; }

    /// <summary>Charges to ledgers.</summary>
    public required long Charges { get; init; }

    /// <summary>Sites that cosigned the last checkpoint.</summary>
    public required int Cosigned { get; init; }

    /// <summary>Journals, ledgers, models and decisions that were given beside the log.</summary>
    public required int Given { get; init; }

    /// <summary>Attempts that failed, refusals of sites, and evidence of misbehaviour: nothing is wrong with the log for these, but people should read them.</summary>
    public required AuditAnomalies Anomalies { get; init; }

    /// <summary>The root that everything was judged under: SHA-256 of its certificate, to be compared with what the consortium published.</summary>
    public required Digest Root { get; init; }
}

/// <summary>What people should read in a log that verifies.</summary>
/// <param name="Aborted">Attempts that failed.</param>
/// <param name="Refusals">Of sites.</param>
/// <param name="Misbehaviour">Entries with evidence.</param>
/// <param name="Disputed">Attempts without a sum in which sites were charged for different cohorts.</param>
public sealed record AuditAnomalies(long Aborted, long Refusals, long Misbehaviour, long Disputed);
