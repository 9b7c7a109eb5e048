namespace Federated.Coordinator.Studies;

/// <summary>Where a site stands in one study.</summary>
internal enum SiteStanding
{
    /// <summary>Not connected, or has not answered the offer.</summary>
    Away,

    /// <summary>Accepted, connected, same model as ours.</summary>
    Ready,

    /// <summary>Declined, or computed another model: takes no further part.</summary>
    Excluded,
}
