namespace Federated.Coordinator.Studies;

/// <summary>Where a site stands in one study.</summary>
internal enum SiteStanding
{
    /// <summary>Not connected, or has not answered the offer.</summary>
    Away,

    /// <summary>Connected, but its operator has not decided, or has paused it.</summary>
    Waiting,

    /// <summary>Accepted, connected, same model as ours.</summary>
    Ready,

    /// <summary>Declined; it may change its mind.</summary>
    Declined,

    /// <summary>Computed another model: takes no further part until a researcher resumes the study.</summary>
    Excluded,
}
