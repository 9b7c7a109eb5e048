using System.Collections.Immutable;
using Federated.Coordinator.Storage;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.V1;

namespace Federated.Coordinator.Studies;

/// <summary>
/// What a study has on disk, and how it gets there. Decisions are forced to disk before anybody hears of them; events and receipts are written
/// before watchers see them, so that they outlive the process, and survive a power cut with the next decision.
/// </summary>
internal sealed class StudyRecord(Digest plan, EventLog events, StoredStudy before, LogLine milestone, StudyContext context)
{
    private readonly Dictionary<SiteName, (RoundNumber Round, AttemptNumber Attempt)> _received = new(before.Receipts);
    private readonly Dictionary<SiteName, (RoundNumber Round, AttemptNumber Attempt)> _unsaved = [];
    private readonly List<LogLine> _unlogged = [];
    private long? _logSize;

    internal StudyPhase Phase { get; private set; } = before.Phase;

    /// <summary>Why, for people.</summary>
    internal string Reason { get; private set; } = before.Reason;

    /// <summary>The highest attempt of the round under way that any site may have heard of.</summary>
    internal AttemptNumber Attempt { get; private set; } = before.Attempt;

    /// <summary>Who was announced last as survivors of the round under way; null if nobody was. Sites may have shown shares for them, and then sign no others.</summary>
    internal ImmutableArray<SiteName>? Fixed { get; private set; } = before.Fixed;

    /// <summary>Entries of the log that the next attempt's checkpoint has to have: up to this study's last.</summary>
    internal long LogSize
    {
        get => _logSize ??= context.Store.LogSize; // first asked once the study is on disk
        private set => _logSize = value;
    }

    /// <summary>What the study's past ends with, by the log: its registration, or its last committed round.</summary>
    internal LogLine Milestone { get; private set; } = milestone;

    /// <summary>A researcher wants the round tried with others: it works if no share was shown.</summary>
    internal void Unfix() => Fixed = null;

    /// <summary>Notes something for watchers; shown with the next write.</summary>
    internal void Tell(StudyEvent what) => events.Append(what);

    /// <summary>Says something of our own in the log, with the next write.</summary>
    internal void Log(ReadOnlyMemory<byte> entry) => Log(new LogLine(entry, null, plan));

    /// <summary>Has the log say something, with the next write.</summary>
    internal void Log(LogLine line) => _unlogged.Add(line);

    /// <summary>The last vector that came from a site; round 0 for none.</summary>
    internal (RoundNumber Round, AttemptNumber Attempt) LastReceived(SiteName site) => _received.GetValueOrDefault(site);

    internal void Received(SiteName site, RoundNumber round, AttemptNumber attempt) => _received[site] = _unsaved[site] = (round, attempt);

    /// <summary>Forces a phase to disk.</summary>
    internal void Enter(StudyPhase phase, string reason)
    {
        (Phase, Reason) = (phase, reason);
        Save(isForced: true);
    }

    /// <summary>Makes sure that an attempt's number is on disk before its invitations leave.</summary>
    internal void Begin(AttemptNumber attempt)
    {
        Attempt = attempt;
        if (attempt.Value > 1)
        {
            Save(isForced: true);
        }

        // Number 1 is on disk already: with the study, or with the round before.
    }

    /// <summary>Forces to disk who is in an attempt's sum, before anybody hears of it.</summary>
    internal void Fix(RoundNumber round, AttemptNumber attempt, ImmutableArray<SiteName> survivors, Digest h3)
    {
        Fixed = survivors;
        Save(isForced: true, new RoundChange { Fixed = new FixedSurvivors(round, attempt, survivors, h3) });
    }

    /// <summary>Forces a round to disk.</summary>
    internal void Commit(
        CommittedRound round,
        ReadOnlyMemory<byte> sum,
        ReadOnlyMemory<byte> proof,
        ModelState? snapshot,
        ReadOnlyMemory<byte> entry
    )
    {
        Milestone = new LogLine(entry, null, plan);
        _unlogged.Add(Milestone);
        Attempt = new AttemptNumber(0);
        Fixed = null;
        Save(
            isForced: true,
            new RoundChange
            {
                Round = round,
                Sum = sum,
                Proof = proof,
                Snapshot = snapshot,
            }
        );
    }

    /// <summary>Forces to disk what the log is to say of an attempt that failed, so that the next one's checkpoint has it.</summary>
    internal void ForceLog()
    {
        if (_unlogged.Count > 0)
        {
            Save(isForced: true);
        }
    }

    /// <summary>Writes what watchers are to see, if there is something.</summary>
    internal void Flush()
    {
        if (_unsaved.Count > 0 || events.Unpublished().Count > 0)
        {
            Save(isForced: false);
        }
    }

    private void Save(bool isForced, RoundChange? change = null)
    {
        var lines = isForced ? _unlogged.ToList() : []; // what is not forced is not shown to witnesses either
        var size = context.Store.Save(
            plan,
            new StudyChange
            {
                Phase = Phase,
                Reason = Reason,
                Attempt = new AttemptNumber(Math.Max(1, Attempt.Value)), // the first invitation is not saved on its own
                Change = change ?? RoundChange.None,
                Receipts = _unsaved,
                Entries = lines,
                Events = events.Unpublished(),
            },
            isForced
        );
        if (lines.Exists(line => line.Site is null)) // for what sites say alone no attempt waits
        {
            LogSize = size;
        }

        _unlogged.RemoveRange(0, lines.Count);
        foreach (var line in lines.Where(line => line.Site is not null))
        {
            context.Witnessing.Show(line.Site!.Value, context.Store.PlaceOf(line), line.Hash);
        }

        _unsaved.Clear();
        events.Publish();
    }
}
