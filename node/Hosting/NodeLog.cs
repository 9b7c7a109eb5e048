using Federated.Federation;
using Federated.Node.Release;
using Federated.V1;
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

    [LoggerMessage(
        5,
        LogLevel.Information,
        "Study {Plan} '{Name}' of {Researcher} accepted (approval: {Approval}, privacy: {Privacy}): {Purpose}"
    )]
    internal partial void StudyAccepted(string plan, string name, string researcher, string approval, string privacy, string purpose);

    [LoggerMessage(EventId = 6, Message = "Study {Plan} declined: {Code}: {Reason}")]
    private partial void StudyDeclined(LogLevel level, string plan, string code, string reason);

    /// <summary>A study that this site takes no part in, or not now; loud where a past contradicts another.</summary>
    internal void DeclinedFor(Digest plan, GateRefusal refusal)
    {
        var level = refusal.Code switch
        {
            DeclineCode.JournalBehind or DeclineCode.CoordinatorBehind or DeclineCode.PastChanged => LogLevel.Critical,
            DeclineCode.Paused or DeclineCode.OutsideHours or DeclineCode.StudyOver => LogLevel.Information,
            _ => LogLevel.Warning,
        };
        StudyDeclined(level, plan.Abbreviated, refusal.Name, refusal.Reason);
    }

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

    [LoggerMessage(
        26,
        LogLevel.Warning,
        "Study {Plan}, round {Round}: {Count} patients counted as zero, because their part was no finite number; look for impossible values in the data file."
    )]
    internal partial void PatientsIgnored(string plan, uint round, long count);

    [LoggerMessage(12, LogLevel.Critical, "A bug ended the session loop or the work beside it; the node stops.")]
    internal partial void LoopFailed(Exception exception);

    [LoggerMessage(13, LogLevel.Information, "Health endpoints on {Address}.")]
    internal partial void HealthListening(string address);

    [LoggerMessage(
        14,
        LogLevel.Warning,
        "Study {Plan}: the model of round {Round} could not be scored on this site's own patients: {Reason}"
    )]
    internal partial void NotScored(string plan, uint round, string reason);

    [LoggerMessage(15, LogLevel.Information, "Journal {File}: {Lines} lines, all of them verified.")]
    internal partial void JournalOpened(string file, long lines);

    [LoggerMessage(
        16,
        LogLevel.Warning,
        "Journal {File} ended in the middle of a line: the machine or the process died while it was written. {Bytes} bytes were cut off; nothing had left this site under that line."
    )]
    internal partial void JournalCut(string file, long bytes);

    [LoggerMessage(17, LogLevel.Information, "Local work is {State} by this site's operator.")]
    internal partial void PauseChanged(string state);

    [LoggerMessage(18, LogLevel.Information, "Plan {Plan} was {Decision} by {By}.")]
    internal partial void Decided(string plan, string decision, string by);

    [LoggerMessage(
        19,
        LogLevel.Warning,
        "Study {Plan}: the journal was advanced to {Attempt} by {By}; nothing up to there is answered again."
    )]
    internal partial void Advanced(string plan, string attempt, string by);

    [LoggerMessage(20, LogLevel.Error, "{Fault} What held before it still holds; write it again with fed-node plans or fed-node journal.")]
    internal partial void NoteUnreadable(string fault);

    [LoggerMessage(
        21,
        LogLevel.Warning,
        "This machine's clock says {Here}, the coordinator's {There}: set the one that is wrong (timedatectl; NTP)."
    )]
    internal partial void ClocksDiffer(string here, string there);

    [LoggerMessage(23, LogLevel.Error, "Study {Plan}, round {Round}, attempt {Attempt} left, {Code}: {Reason}")]
    internal partial void AttemptLeft(string plan, uint round, uint attempt, string code, string reason);

    [LoggerMessage(24, LogLevel.Debug, "Study {Plan}, round {Round}, attempt {Attempt}: phase {Phase}.")]
    internal partial void PhaseEntered(string plan, uint round, uint attempt, string phase);

    [LoggerMessage(25, LogLevel.Information, "Study {Plan}: trains on {Device}, {Threads} threads of the CPU.")]
    internal partial void TrainsOn(string plan, string device, int threads);

    [LoggerMessage(
        26,
        LogLevel.Critical,
        "ALARM: {Fault} This site takes part in nothing under it. Call the other sites and the auditors before the coordinator; evidence, if there is any, is in the state folder."
    )]
    internal partial void LogAlarm(string fault);

    [LoggerMessage(27, LogLevel.Error, "Study {Plan}: the audit log was not shown as it has to be before an invitation: {Fault}")]
    internal partial void LogNotShown(string plan, string fault);

    [LoggerMessage(40, LogLevel.Information, "Policy: {File}, hash {Hash}, approval: {Approval}.")]
    internal partial void PolicyTaken(string file, string hash, string approval);

    [LoggerMessage(41, LogLevel.Error, "Nothing is released: {Fault}")]
    internal partial void PolicyBroken(string fault);

    [LoggerMessage(42, LogLevel.Information, "Releases stop, {Code}: {Reason}")]
    internal partial void ReleasesClosed(string code, string reason);

    [LoggerMessage(43, LogLevel.Information, "Releases may go on: this site's policy allows them at this time.")]
    internal partial void ReleasesOpen();

    [LoggerMessage(22, LogLevel.Error, "fed-node status will show what was: {Fault}")]
    internal partial void StatusNotWritten(string fault);
}
