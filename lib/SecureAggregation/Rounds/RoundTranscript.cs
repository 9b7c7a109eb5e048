using System.Collections.Immutable;
using Federated.Federation;

namespace Federated.SecureAggregation.Rounds;

/// <summary>What the messages of an attempt whose sum is open came to.</summary>
/// <param name="H0">After the invitation.</param>
/// <param name="H1">After the keys.</param>
/// <param name="H2">After the shares.</param>
/// <param name="H3">After the survivors.</param>
/// <param name="Members">U1, in order.</param>
/// <param name="Sharers">U2, in order.</param>
/// <param name="Survivors">U3, in order.</param>
/// <param name="Acknowledgements">SHA-256 of M8's body.</param>
public sealed record RoundTranscript(
    Digest H0,
    Digest H1,
    Digest H2,
    Digest H3,
    ImmutableArray<SiteName> Members,
    ImmutableArray<SiteName> Sharers,
    ImmutableArray<SiteName> Survivors,
    Digest Acknowledgements
);
