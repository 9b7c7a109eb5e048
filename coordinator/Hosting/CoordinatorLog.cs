namespace Federated.Coordinator.Hosting;

/// <summary>Every line the coordinator logs. Ids, sizes and durations; nothing that a site sent as numbers.</summary>
internal sealed partial class CoordinatorLog(ILogger<CoordinatorLog> logger)
{
    [LoggerMessage(1, LogLevel.Information, "Listening on {Address}.")]
    internal partial void Listening(string address);

    [LoggerMessage(2, LogLevel.Information, "Site {Site} is connected (software {Version}).")]
    internal partial void SiteConnected(string site, string version);

    [LoggerMessage(3, LogLevel.Information, "Site {Site} is gone: {Reason}")]
    internal partial void SiteGone(string site, string reason);

    [LoggerMessage(4, LogLevel.Warning, "A second process of site {Site} was refused; stop one of the two.")]
    internal partial void SecondProcessRefused(string site);

    [LoggerMessage(5, LogLevel.Warning, "A call to {Method} from {Peer} was refused: {Reason}")]
    internal partial void CallRefused(string method, string peer, string reason);

    [LoggerMessage(6, LogLevel.Information, "Study {Plan} '{Name}' with {Sites} sites starts.")]
    internal partial void StudyStarted(string plan, string name, int sites);

    [LoggerMessage(7, LogLevel.Information, "Study {Plan} ended, completed = {Completed}: {Reason}")]
    internal partial void StudyEnded(string plan, bool completed, string reason);

    [LoggerMessage(8, LogLevel.Warning, "Study {Plan}, round {Round}, attempt {Attempt} failed: {Reason}")]
    internal partial void AttemptFailed(string plan, uint round, uint attempt, string reason);

    [LoggerMessage(9, LogLevel.Warning, "Study {Plan}: site {Site} takes no further part: {Reason}")]
    internal partial void SiteExcluded(string plan, string site, string reason);

    [LoggerMessage(10, LogLevel.Critical, "Study {Plan}: a bug ended its loop; the coordinator stops.")]
    internal partial void StudyLoopFailed(string plan, Exception exception);

    [LoggerMessage(11, LogLevel.Warning, "Site {Site}'s masked input for round {Round}, attempt {Attempt} was refused: {Reason}")]
    internal partial void InputRefused(string site, uint round, uint attempt, string reason);

    [LoggerMessage(12, LogLevel.Warning, "Study {Plan} is paused: {Reason}")]
    internal partial void StudyPaused(string plan, string reason);

    [LoggerMessage(13, LogLevel.Information, "Study {Plan} found on disk: {Phase}, {Rounds} rounds.")]
    internal partial void StudyRestored(string plan, string phase, uint rounds);

    [LoggerMessage(14, LogLevel.Warning, "Study {Plan}: site {Site} has changed its mind {Times} times; watchers hear no more of it.")]
    internal partial void SiteRestless(string plan, string site, int times);

    [LoggerMessage(15, LogLevel.Warning, "A message of site {Site} in round {Round}, attempt {Attempt} was not accepted, {Code}: {Reason}")]
    internal partial void MessageRefused(string site, uint round, uint attempt, string code, string reason);

    [LoggerMessage(
        16,
        LogLevel.Critical,
        "Site {Site} has cosigned a log of {Seen} entries, and this coordinator's has {Size}: its disk went back in time, probably by an older backup. Restore the newest; until then that site takes part in nothing."
    )]
    internal partial void LogBehind(string site, long seen, long size);

    [LoggerMessage(
        17,
        LogLevel.Critical,
        "Site {Site} does not cosign the log, {Code}; it has seen {Seen} entries. Its operator knows why."
    )]
    internal partial void WitnessRefuses(string site, string code, long seen);

    [LoggerMessage(20, LogLevel.Warning, "A cosignature of site {Site} does not count: {Reason}")]
    internal partial void CosignatureRefused(string site, string reason);

    [LoggerMessage(18, LogLevel.Critical, "A bug ended the log's loop; the coordinator stops.")]
    internal partial void LogFailed(Exception exception);

    [LoggerMessage(19, LogLevel.Warning, "A statement of site {Site} for the log was refused: {Reason}")]
    internal partial void EntryRefused(string site, string reason);

    [LoggerMessage(21, LogLevel.Error, "The revocation list cannot be used, and nobody is let in: {Reason}")]
    internal partial void RevocationsUnread(string reason);

    [LoggerMessage(
        22,
        LogLevel.Information,
        "Revocation list {Number} is in force: {Members} members and {Serials} certificates count no more."
    )]
    internal partial void RevocationsLogged(long number, int members, int serials);

    [LoggerMessage(
        23,
        LogLevel.Warning,
        "Study {Plan}: the masked inputs of round {Round} could not be kept, so no auditor can compute its sum again: {Reason}"
    )]
    internal partial void InputsNotKept(string plan, uint round, string reason);

    [LoggerMessage(26, LogLevel.Error, "What auditor {Auditor} asked for of study {Plan} could not be noted: {Reason}")]
    internal partial void InputsNotHeld(string auditor, string plan, string reason);

    [LoggerMessage(25, LogLevel.Information, "Auditor {Auditor} asked for the masked inputs of study {Plan}: kept up to round {Until}.")]
    internal partial void InputsHeld(string auditor, string plan, uint until);

    [LoggerMessage(24, LogLevel.Error, "Masked inputs could not be deleted; remove {Folder}: {Reason}")]
    internal partial void InputsNotDeleted(string folder, string reason);
}
