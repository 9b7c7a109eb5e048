using System.Collections.Immutable;
using Federated.Federation;

namespace Federated.Coordinator.Studies;

/// <summary>A round whose sum is fixed. The sum itself is on disk: a late site fetches it from there.</summary>
/// <param name="Round">From 1.</param>
/// <param name="Attempt">The attempt that succeeded.</param>
/// <param name="Survivors">Sites in the sum, in order.</param>
/// <param name="SumHash">SHA-256 of the sum: shape [d], 64-bit little-endian lanes.</param>
/// <param name="NextModelHash">Of the model after the step.</param>
/// <param name="Result">H4: what the next round's invitation must name.</param>
internal sealed record CommittedRound(
    RoundNumber Round,
    AttemptNumber Attempt,
    ImmutableArray<SiteName> Survivors,
    Digest SumHash,
    Digest NextModelHash,
    Digest Result
);
