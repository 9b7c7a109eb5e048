using System.Collections.Immutable;
using Federated.Federation;
using Federated.TransparencyLog.Entries.Bodies;
using Federated.TransparencyLog.Trees;

namespace Federated.Audit.Checks;

/// <summary>A committed round, as journals can be compared with it.</summary>
/// <param name="Index">Of its entry.</param>
/// <param name="Round">r.</param>
/// <param name="Attempt">a, that counted.</param>
/// <param name="Model">Hash of the model after it.</param>
/// <param name="Result">H4.</param>
/// <param name="Inputs">Digest of each survivor's masked input.</param>
internal sealed record CommittedRound(
    LeafIndex Index,
    RoundNumber Round,
    AttemptNumber Attempt,
    Digest Model,
    Digest Result,
    ImmutableDictionary<SiteName, Digest> Inputs
);

/// <summary>A charge, as ledgers can be compared with it.</summary>
/// <param name="Index">Of its entry.</param>
/// <param name="Plan">Of which study.</param>
/// <param name="Site">Who was charged.</param>
/// <param name="Charge">What for.</param>
internal sealed record LoggedCharge(LeafIndex Index, Digest Plan, SiteName Site, PrivacyCharge Charge);
