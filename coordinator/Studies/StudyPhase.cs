namespace Federated.Coordinator.Studies;

/// <summary>Where a study stands. The last three are final.</summary>
internal enum StudyPhase
{
    /// <summary>Rounds are under way, or sites are about to join.</summary>
    Running,

    /// <summary>Too few sites are there; it goes on by itself once enough are.</summary>
    Waiting,

    /// <summary>Waits for a person; the reason says for what.</summary>
    Paused,

    /// <summary>A site knows rounds that we do not: we lost them, and must not compute them again. Only a later backup, or the end, helps.</summary>
    Behind,

    /// <summary>All rounds are done.</summary>
    Completed,

    /// <summary>It cannot be brought to a result; the reason says why.</summary>
    Failed,

    /// <summary>A researcher ended it.</summary>
    Cancelled,
}

/// <summary>Phases as they are written.</summary>
internal static class StudyPhases
{
    /// <summary>True for a study that takes no further step.</summary>
    internal static bool IsOver(this StudyPhase phase) => phase is StudyPhase.Completed or StudyPhase.Failed or StudyPhase.Cancelled;

    /// <summary>The name on the wire and on disk.</summary>
    internal static string Name(this StudyPhase phase) => phase.ToString().ToLowerInvariant();
}
