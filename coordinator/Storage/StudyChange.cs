using System.Collections.Immutable;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.V1;

namespace Federated.Coordinator.Storage;

/// <summary>What one transaction makes durable of one study.</summary>
internal sealed record StudyChange
{
    /// <summary>Where the study stands after it.</summary>
    public required StudyPhase Phase { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The highest attempt of the next round that any site may have heard of.</summary>
    public required AttemptNumber Attempt { get; init; }

    /// <summary>What changed in the round under way.</summary>
    public required RoundChange Change { get; init; }

    /// <summary>Last vector received from sites, since the last change.</summary>
    public required IReadOnlyDictionary<SiteName, (RoundNumber Round, AttemptNumber Attempt)> Receipts { get; init; }

    /// <summary>What the log is to say of it, in order.</summary>
    public required IReadOnlyList<LogLine> Entries { get; init; }

    /// <summary>Events since the last change.</summary>
    public required IReadOnlyList<StudyEvent> Events { get; init; }
}

/// <summary>What one transaction makes durable of a round: its survivors, or the round itself.</summary>
internal sealed record RoundChange
{
    /// <summary>Nothing of a round.</summary>
    internal static RoundChange None { get; } = new();

    /// <summary>Survivors that are about to be announced.</summary>
    public FixedSurvivors? Fixed { get; init; }

    /// <summary>A round that is committed.</summary>
    public CommittedRound? Round { get; init; }

    /// <summary>Its sum, shape [d], 64-bit little-endian lanes.</summary>
    public ReadOnlyMemory<byte> Sum { get; init; }

    /// <summary>Its public messages.</summary>
    public ReadOnlyMemory<byte> Proof { get; init; }

    /// <summary>The model after that round, where it is time to keep one: a restart then steps through fewer rounds.</summary>
    public ModelState? Snapshot { get; init; }
}

/// <summary>Who is in an attempt's sum.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Survivors">Names, in order.</param>
/// <param name="H3">What the survivors sign.</param>
internal sealed record FixedSurvivors(RoundNumber Round, AttemptNumber Attempt, ImmutableArray<SiteName> Survivors, Digest H3);
