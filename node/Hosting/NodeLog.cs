using Microsoft.Extensions.Logging;

namespace Federated.Node.Hosting;

/// <summary>Every line the node logs. These lines stay in the hospital, and still hold no row, label or key.</summary>
internal sealed partial class NodeLog(ILogger<NodeLog> logger)
{
    [LoggerMessage(1, LogLevel.Information, "Data set {File}: {Rows} rows.")]
    internal partial void DataLoaded(string file, int rows);

    [LoggerMessage(2, LogLevel.Warning, "{Warning}")]
    internal partial void DataWarning(string warning);

    [LoggerMessage(3, LogLevel.Information, "Connected to {Coordinator} as {Site}.")]
    internal partial void Connected(string coordinator, string site);

    [LoggerMessage(4, LogLevel.Warning, "No session with {Coordinator}: {Reason} Next try in {Delay}.")]
    internal partial void Disconnected(string coordinator, string reason, TimeSpan delay);

    [LoggerMessage(5, LogLevel.Information, "Study {Plan} '{Name}' accepted (approval: automatic, privacy: {Privacy}): {Purpose}")]
    internal partial void StudyAccepted(string plan, string name, string privacy, string purpose);

    [LoggerMessage(6, LogLevel.Warning, "Study {Plan} declined: {Code}: {Reason}")]
    internal partial void StudyDeclined(string plan, string code, string reason);

    [LoggerMessage(7, LogLevel.Information, "Study {Plan}, round {Round}, attempt {Attempt}: released {Lanes} numbers, digest {Digest}.")]
    internal partial void Released(string plan, uint round, uint attempt, int lanes, string digest);

    [LoggerMessage(8, LogLevel.Warning, "Study {Plan}, round {Round}, attempt {Attempt} refused: {Code}: {Reason}")]
    internal partial void AttemptRefused(string plan, uint round, uint attempt, string code, string reason);

    [LoggerMessage(9, LogLevel.Critical, "Study {Plan}: {Reason} This node stops taking part.")]
    internal partial void StudyBroken(string plan, string reason);

    [LoggerMessage(10, LogLevel.Information, "Study {Plan} ended, completed = {Completed}: {Reason}")]
    internal partial void StudyEnded(string plan, bool completed, string reason);

    [LoggerMessage(
        11,
        LogLevel.Warning,
        "Study {Plan}, round {Round}: {Count} coordinates were clamped to the grid's bound; the plan's bound is too small for this site."
    )]
    internal partial void Clamped(string plan, uint round, int count);

    [LoggerMessage(12, LogLevel.Critical, "A bug ended the session loop; the node stops.")]
    internal partial void LoopFailed(Exception exception);

    [LoggerMessage(13, LogLevel.Information, "Health endpoints on {Address}.")]
    internal partial void HealthListening(string address);

    [LoggerMessage(
        14,
        LogLevel.Warning,
        "Study {Plan}: the model of round {Round} could not be scored on this site's own patients: {Reason}"
    )]
    internal partial void NotScored(string plan, uint round, string reason);
}
