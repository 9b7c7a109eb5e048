using System.Collections.Immutable;
using Federated.Coordinator.Studies;
using Federated.Federation;
using Federated.Federation.Models;
using Federated.V1;

namespace Federated.Coordinator.Storage;

/// <summary>A plan with the researcher's signature over it.</summary>
/// <param name="Plan">Canonical bytes.</param>
/// <param name="Certificate">The signer's, DER.</param>
/// <param name="Signature">Over the plan.</param>
/// <param name="Researcher">Name in the certificate.</param>
internal sealed record SignedPlan(
    ReadOnlyMemory<byte> Plan,
    ReadOnlyMemory<byte> Certificate,
    ReadOnlyMemory<byte> Signature,
    string Researcher
)
{
    internal Digest Hash => Digest.Of(Plan.Span);
}

/// <summary>A study as a restarted coordinator finds it.</summary>
/// <param name="Signed">The plan.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Attempt">Last attempt of the round under way.</param>
/// <param name="Fixed">Survivors of that round that were announced last, or null.</param>
/// <param name="Rounds">Committed rounds, from 1 without gaps; their sums stay on disk.</param>
/// <param name="Snapshot">A model on the way, or null: then the rounds are stepped through from the initial model.</param>
/// <param name="Receipts">Last vector received from each site.</param>
/// <param name="Events">All so far.</param>
internal sealed record StoredStudy(
    SignedPlan Signed,
    StudyPhase Phase,
    string Reason,
    AttemptNumber Attempt,
    ImmutableArray<SiteName>? Fixed,
    IReadOnlyList<CommittedRound> Rounds,
    ModelState? Snapshot,
    IReadOnlyDictionary<SiteName, (RoundNumber Round, AttemptNumber Attempt)> Receipts,
    IReadOnlyList<StudyEvent> Events
)
{
    /// <summary>A study that begins.</summary>
    internal static StoredStudy New(SignedPlan signed) =>
        new(
            signed,
            StudyPhase.Running,
            "",
            new AttemptNumber(0),
            null,
            [],
            null,
            new Dictionary<SiteName, (RoundNumber, AttemptNumber)>(),
            []
        );
}
