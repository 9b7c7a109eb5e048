using Federated.TransparencyLog.Notes;

namespace Federated.TransparencyLog.Entries;

/// <summary>The words for kinds, who says which, and which are of a study.</summary>
public static class EntryKinds
{
    private static readonly Row[] Table =
    [
        new(EntryKind.LogBegan, "log.genesis", EntrySigner.Coordinator, EntryScope.Consortium),
        new(EntryKind.CoordinatorStarted, "coordinator.started", EntrySigner.Coordinator, EntryScope.Consortium),
        new(EntryKind.KeyRegistered, "key.register", EntrySigner.Coordinator, EntryScope.Consortium),
        new(EntryKind.KeyRevoked, "key.revoke", EntrySigner.Coordinator, EntryScope.Consortium),
        new(EntryKind.PlanRegistered, "plan.registered", EntrySigner.Coordinator, EntryScope.Study),
        new(EntryKind.PlanApproved, "plan.approved", EntrySigner.Site, EntryScope.Study),
        new(EntryKind.PlanRejected, "plan.rejected", EntrySigner.Site, EntryScope.Study),
        new(EntryKind.PlanWithdrawn, "plan.withdrawn", EntrySigner.Site, EntryScope.Study),
        new(EntryKind.PolicyChanged, "policy.changed", EntrySigner.Site, EntryScope.Consortium),
        new(EntryKind.CohortFormed, "cohort.formed", EntrySigner.Coordinator, EntryScope.Study),
        new(EntryKind.RoundCommitted, "round.committed", EntrySigner.Coordinator, EntryScope.Study),
        new(EntryKind.RoundAborted, "round.aborted", EntrySigner.Coordinator, EntryScope.Study),
        new(EntryKind.PrivacyCharged, "privacy.charged", EntrySigner.Site, EntryScope.Study),
        new(EntryKind.ModelReleased, "model.released", EntrySigner.Coordinator, EntryScope.Study),
        new(EntryKind.EvaluationReleased, "evaluation.released", EntrySigner.Coordinator, EntryScope.Study),
        new(EntryKind.InputsReleased, "inputs.released", EntrySigner.Coordinator, EntryScope.Study),
        new(EntryKind.Refusal, "refusal", EntrySigner.Site, EntryScope.Either),
        new(EntryKind.Misbehaviour, "misbehaviour", EntrySigner.Anybody, EntryScope.Either),
    ];

    /// <summary>The words, in the order of the kinds.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Table.Select(row => row.Word)];

    /// <summary>The word for a kind.</summary>
    public static string WordOf(EntryKind kind) => RowOf(kind).Word;

    /// <summary>Whose statement an entry of a kind is.</summary>
    public static EntrySigner SignerOf(EntryKind kind) => RowOf(kind).Signer;

    /// <summary>Whether an entry of a kind is of a study. Reading and making an entry hold it to that.</summary>
    public static EntryScope ScopeOf(EntryKind kind) => RowOf(kind).Scope;

    /// <summary>The kind of a word, or null.</summary>
    public static EntryKind? Of(string word)
    {
        var at = Array.FindIndex(Table, row => row.Word == word);
        return at < 0 ? null : Table[at].Kind;
    }

    /// <summary>Why whoever has this name cannot make an entry of a kind, or null. Says nothing of whether the name's key counts.</summary>
    public static string? ActorFault(EntryKind kind, KeyName actor) =>
        SignerOf(kind) switch
        {
            EntrySigner.Site when !KeyNames.IsSite(actor, out _) => $"'{WordOf(kind)}' is a site's to say, and {actor} is none.",
            EntrySigner.Coordinator when !KeyNames.IsCoordinator(actor, out _) =>
                $"'{WordOf(kind)}' is the coordinator's to say, and {actor} is another.",
            _ => null,
        };

    internal static bool Allows(EntryKind kind, StudyReference? study) =>
        ScopeOf(kind) switch
        {
            EntryScope.Study => study is not null,
            EntryScope.Consortium => study is null,
            _ => true,
        };

    internal static string ScopeFault(EntryKind kind) =>
        ScopeOf(kind) == EntryScope.Study ? "is of a study: expected plan and study." : "is of no study: expected plan and study empty.";

    private static Row RowOf(EntryKind kind) =>
        Array.Find(Table, row => row.Kind == kind)
        ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of entry.");

    private sealed record Row(EntryKind Kind, string Word, EntrySigner Signer, EntryScope Scope);
}
