namespace Federated.Node.Commands.Review;

/// <summary>How a plan stands at this site, for people.</summary>
internal enum PlanStanding
{
    /// <summary>All its rounds were done.</summary>
    Completed,

    /// <summary>Its study was cancelled.</summary>
    Ended,

    /// <summary>A person rejected it.</summary>
    Rejected,

    /// <summary>A person took this site out.</summary>
    Withdrawn,

    /// <summary>The policy's file cannot be understood.</summary>
    PolicyBroken,

    /// <summary>The policy does not allow it.</summary>
    AgainstPolicy,

    /// <summary>Nobody decided.</summary>
    Awaiting,

    /// <summary>One person approved, of two.</summary>
    AwaitingSecond,

    /// <summary>Its approval ended.</summary>
    Expired,

    /// <summary>Approved.</summary>
    Approved,

    /// <summary>Nobody is asked.</summary>
    Automatic,
}

/// <summary>Words for <see cref="PlanStanding"/>.</summary>
internal static class PlanStandings
{
    /// <summary>In English; programs read the same words.</summary>
    internal static string InEnglish(this PlanStanding standing) =>
        standing switch
        {
            PlanStanding.Completed => "completed",
            PlanStanding.Ended => "ended",
            PlanStanding.Rejected => "rejected",
            PlanStanding.Withdrawn => "withdrawn",
            PlanStanding.PolicyBroken => "policy does not count",
            PlanStanding.AgainstPolicy => "not allowed by policy",
            PlanStanding.Awaiting => "awaiting your decision",
            PlanStanding.AwaitingSecond => "awaiting a second person",
            PlanStanding.Expired => "approval expired",
            PlanStanding.Approved => "approved",
            PlanStanding.Automatic => "approved (automatic)",
            _ => throw new ArgumentOutOfRangeException(nameof(standing)),
        };

    /// <summary>In French.</summary>
    internal static string InFrench(this PlanStanding standing) =>
        standing switch
        {
            PlanStanding.Completed => "terminé",
            PlanStanding.Ended => "arrêté",
            PlanStanding.Rejected => "refusé",
            PlanStanding.Withdrawn => "retiré",
            PlanStanding.PolicyBroken => "politique illisible",
            PlanStanding.AgainstPolicy => "interdit par la politique",
            PlanStanding.Awaiting => "en attente de votre décision",
            PlanStanding.AwaitingSecond => "en attente d’une seconde personne",
            PlanStanding.Expired => "approbation expirée",
            PlanStanding.Approved => "approuvé",
            PlanStanding.Automatic => "approuvé (automatiquement)",
            _ => throw new ArgumentOutOfRangeException(nameof(standing)),
        };
}
