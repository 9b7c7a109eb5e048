using System.Text.Json;
using System.Text.Json.Serialization;
using Federated.Hosting;
using Federated.Node.Journal;

namespace Federated.Node.Hosting;

/// <summary>What <c>STATE/status.json</c> holds (docs/formats.md). For eyes and scripts; nothing is decided on it.</summary>
internal sealed record StatusReport
{
    internal const string KnownFormat = "federated-status/1";

    public required string Format { get; init; }

    public required int Pid { get; init; }

    public required string Version { get; init; }

    public required string Site { get; init; }

    public required string Coordinator { get; init; }

    public required string Approval { get; init; }

    /// <summary>Hash of the policy that holds; null while none does.</summary>
    public string? Policy { get; init; }

    /// <summary>Why no policy holds, and nothing is released; null if one does.</summary>
    public string? PolicyFault { get; init; }

    /// <summary>Why the policy lets nothing be released at this time; null if it does.</summary>
    public string? NoReleasesNow { get; init; }

    public required string StartedAt { get; init; }

    public required string? ConnectedSince { get; init; }

    /// <summary>This machine's clock minus the coordinator's at the last greeting; null if there was none.</summary>
    public required long? ClockAheadSeconds { get; init; }

    public required string? LastError { get; init; }

    public required string? LastErrorAt { get; init; }

    public required bool Paused { get; init; }

    public required long JournalLines { get; init; }

    /// <summary>Why this site takes part in nothing under the consortium's audit log; null if it can vouch for it.</summary>
    public string? LogAlarm { get; init; }

    /// <summary>Entries of the audit log that this site vouched for last.</summary>
    public long LogEntries { get; init; }

    public required IReadOnlyList<StudyReport> Studies { get; init; }

    /// <summary>Reads the file; null if there is none.</summary>
    /// <exception cref="OperatorException">It is none of this version.</exception>
    internal static StatusReport? Read(StateFolder state)
    {
        if (state.StatusBytes() is not { } bytes)
        {
            return null;
        }

        try
        {
            var report = JsonSerializer.Deserialize(bytes, StatusJson.Default.StatusReport)!;
            return report.Format == KnownFormat
                ? report
                : throw new OperatorException($"{state.Status} has the format '{report.Format}'; this release reads {KnownFormat}.");
        }
        catch (JsonException e)
        {
            throw new OperatorException($"{state.Status} is damaged: {e.Message}", "start the node again; it writes the file anew", e);
        }
    }
}

/// <summary>One study in a <see cref="StatusReport"/>.</summary>
internal sealed record StudyReport
{
    public required string Plan { get; init; }

    public required string Name { get; init; }

    public required uint Round { get; init; }

    public required uint Rounds { get; init; }

    public required string Standing { get; init; }

    public required string Reason { get; init; }

    public required uint CoordinatorsLastRound { get; init; }

    public required uint CoordinatorsLastAttempt { get; init; }
}

/// <summary>Reads and writes reports without reflection: a daemon that idles stays small.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(StatusReport))]
internal sealed partial class StatusJson : JsonSerializerContext;
