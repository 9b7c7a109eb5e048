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

    /// <summary>What journals and ledgers have of studies that the log never registered; nothing compares it.</summary>
    public UnregisteredLines Unregistered { get; init; } = UnregisteredLines.None;

    /// <summary>The root that everything was judged under: SHA-256 of its certificate, to be compared with what the consortium published.</summary>
    public required Digest Root { get; init; }
}

/// <summary>What people should read in a log that verifies.</summary>
/// <param name="Aborted">Attempts that failed.</param>
/// <param name="Refusals">Of sites.</param>
/// <param name="Misbehaviour">Entries with evidence.</param>
/// <param name="Disputed">Attempts without a sum in which sites were charged for different cohorts.</param>
public sealed record AuditAnomalies(long Aborted, long Refusals, long Misbehaviour, long Disputed);

/// <summary>
/// Lines of journals and ledgers that release, commit or charge for plans that the log never registered. A site has such lines from before there was a log, or from another consortium; a study that
/// was hidden from the log has them too. So they are counted, and people ask the site about each plan.
/// </summary>
/// <param name="Lines">How many, of all files together.</param>
/// <param name="Plans">Of which plans, in the order in which they were met.</param>
public sealed record UnregisteredLines(long Lines, IReadOnlyList<Digest> Plans)
{
    /// <summary>No such line.</summary>
    public static UnregisteredLines None { get; } = new(0, []);
}
