namespace Federated.TransparencyLog.Entries;

/// <summary>What an entry records (design of the audit log, §5.3).</summary>
public enum EntryKind
{
    /// <summary>The log begins.</summary>
    LogGenesis = 1,

    /// <summary>A member's key counts from here on.</summary>
    KeyRegistered,

    /// <summary>A member's key is replaced.</summary>
    KeyRotated,

    /// <summary>A member's key counts no more.</summary>
    KeyRevoked,

    /// <summary>A site is of the consortium.</summary>
    SiteJoined,

    /// <summary>A site is of the consortium no more.</summary>
    SiteLeft,

    /// <summary>A plan was proposed.</summary>
    PlanRegistered,

    /// <summary>A site takes part in a plan.</summary>
    PlanApproved,

    /// <summary>A site does not take part in a plan.</summary>
    PlanRejected,

    /// <summary>The keys of an attempt are fixed.</summary>
    CohortFormed,

    /// <summary>A sum was opened, and the next model follows from it.</summary>
    RoundCommitted,

    /// <summary>An attempt failed.</summary>
    RoundAborted,

    /// <summary>A site spends budget on a release.</summary>
    PrivacyCharged,

    /// <summary>A model left the study.</summary>
    ModelReleased,

    /// <summary>Statistics left the study.</summary>
    StatisticsReleased,

    /// <summary>Scores left the study.</summary>
    EvaluationReleased,

    /// <summary>A site refused something.</summary>
    Refusal,

    /// <summary>Somebody signed two things of which one is a lie.</summary>
    Misbehaviour,
}

/// <summary>Who must have signed an entry.</summary>
public enum EntrySigner
{
    /// <summary>Whoever has evidence that speaks for itself.</summary>
    Anybody = 1,

    /// <summary>The consortium's root.</summary>
    Root,

    /// <summary>One site, for itself.</summary>
    Site,

    /// <summary>The coordinator.</summary>
    Coordinator,

    /// <summary>Whoever proposes the plan, and the coordinator.</summary>
    ProposerAndCoordinator,

    /// <summary>The coordinator, and the sites whose data went in.</summary>
    CoordinatorAndSites,
}

/// <summary>The words for kinds, and who signs which.</summary>
public static class EntryKinds
{
    private static readonly (EntryKind Kind, string Word, EntrySigner Signer)[] Table =
    [
        (EntryKind.LogGenesis, "log.genesis", EntrySigner.Root),
        (EntryKind.KeyRegistered, "key.register", EntrySigner.Root),
        (EntryKind.KeyRotated, "key.rotate", EntrySigner.Root),
        (EntryKind.KeyRevoked, "key.revoke", EntrySigner.Root),
        (EntryKind.SiteJoined, "site.join", EntrySigner.Root),
        (EntryKind.SiteLeft, "site.leave", EntrySigner.Root),
        (EntryKind.PlanRegistered, "plan.registered", EntrySigner.ProposerAndCoordinator),
        (EntryKind.PlanApproved, "plan.approved", EntrySigner.Site),
        (EntryKind.PlanRejected, "plan.rejected", EntrySigner.Site),
        (EntryKind.CohortFormed, "cohort.formed", EntrySigner.Coordinator),
        (EntryKind.RoundCommitted, "round.committed", EntrySigner.Coordinator),
        (EntryKind.RoundAborted, "round.aborted", EntrySigner.Coordinator),
        (EntryKind.PrivacyCharged, "privacy.charged", EntrySigner.Site),
        (EntryKind.ModelReleased, "model.released", EntrySigner.CoordinatorAndSites),
        (EntryKind.StatisticsReleased, "stats.released", EntrySigner.CoordinatorAndSites),
        (EntryKind.EvaluationReleased, "evaluation.released", EntrySigner.CoordinatorAndSites),
        (EntryKind.Refusal, "refusal", EntrySigner.Site),
        (EntryKind.Misbehaviour, "misbehaviour", EntrySigner.Anybody),
    ];

    /// <summary>The words, in the order of the kinds.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Table.Select(row => row.Word)];

    /// <summary>The word for a kind.</summary>
    public static string WordOf(EntryKind kind) => Row(kind).Word;

    /// <summary>Who must have signed an entry of a kind.</summary>
    public static EntrySigner SignerOf(EntryKind kind) => Row(kind).Signer;

    /// <summary>The kind of a word, or null.</summary>
    public static EntryKind? Of(string word)
    {
        var at = Array.FindIndex(Table, row => row.Word == word);
        return at < 0 ? null : Table[at].Kind;
    }

    private static (EntryKind Kind, string Word, EntrySigner Signer) Row(EntryKind kind) =>
        Enum.IsDefined(kind)
            ? Array.Find(Table, row => row.Kind == kind)
            : throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of entry.");
}
