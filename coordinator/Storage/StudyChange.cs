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

    /// <summary>A round that is committed with it.</summary>
    public CommittedRound? Round { get; init; }

    /// <summary>Its sum, shape [d], 64-bit little-endian lanes.</summary>
    public ReadOnlyMemory<byte> Sum { get; init; }

    /// <summary>The model after that round, where it is time to keep one: a restart then steps through fewer rounds.</summary>
    public ModelState? Snapshot { get; init; }

    /// <summary>Last vector received from sites, since the last change.</summary>
    public required IReadOnlyDictionary<SiteName, (RoundNumber Round, AttemptNumber Attempt)> Receipts { get; init; }

    /// <summary>Events since the last change.</summary>
    public required IReadOnlyList<StudyEvent> Events { get; init; }
}
