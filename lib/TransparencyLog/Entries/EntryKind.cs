namespace Federated.TransparencyLog.Entries;

/// <summary>What an entry records (design of the audit log, §5.3).</summary>
public enum EntryKind
{
    /// <summary>The log begins.</summary>
    LogBegan = 1,

    /// <summary>The coordinator was started.</summary>
    CoordinatorStarted,

    /// <summary>A member's keys count from here on.</summary>
    KeyRegistered,

    /// <summary>Members' keys count no more.</summary>
    KeyRevoked,

    /// <summary>A plan was proposed.</summary>
    PlanRegistered,

    /// <summary>A site takes part in a plan.</summary>
    PlanApproved,

    /// <summary>A site does not take part in a plan.</summary>
    PlanRejected,

    /// <summary>A site takes part in a plan no more.</summary>
    PlanWithdrawn,

    /// <summary>A site decides by another policy.</summary>
    PolicyChanged,

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

    /// <summary>Scores left the study.</summary>
    EvaluationReleased,

    /// <summary>An auditor took the masked inputs of a round, to compute its sum again.</summary>
    InputsReleased,

    /// <summary>A site refused something.</summary>
    Refusal,

    /// <summary>Somebody signed two things of which one is a lie.</summary>
    Misbehaviour,
}

/// <summary>Whose statement an entry is.</summary>
public enum EntrySigner
{
    /// <summary>Whoever has evidence that speaks for itself.</summary>
    Anybody = 1,

    /// <summary>One site, for itself.</summary>
    Site,

    /// <summary>The coordinator.</summary>
    Coordinator,
}

/// <summary>Whether an entry is of a study.</summary>
public enum EntryScope
{
    /// <summary>It may be.</summary>
    Either = 1,

    /// <summary>Always.</summary>
    Study,

    /// <summary>Never: it is the consortium's.</summary>
    Consortium,
}
