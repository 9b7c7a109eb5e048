using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Sites;

/// <summary>Who a site is, and whom it believes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Credential">The root's word on it, as a file.</param>
/// <param name="Signer">Its protocol identity; not this object's to wipe.</param>
/// <param name="Coordinator">The coordinator's certified identity, from the root and not from the coordinator.</param>
/// <param name="Check">The root's word on others.</param>
/// <param name="Random">A cryptographic generator.</param>
/// <param name="SeenKeys">Ephemeral keys of earlier attempts.</param>
public sealed record SiteContext(
    SiteName Name,
    ReadOnlyMemory<byte> Credential,
    IdentitySigner Signer,
    IdentityKey Coordinator,
    CredentialCheck Check,
    RandomSource Random,
    KeyHistory SeenKeys
);

/// <summary>What a site knows of a round before it is invited: an invitation that says otherwise is refused.</summary>
/// <param name="Study">The approved plan.</param>
/// <param name="Round">The next round by the site's own count.</param>
/// <param name="ModelHash">Of the model before it, by the site's own arithmetic.</param>
/// <param name="PreviousResult">H4 of the round before; zeros in round 1.</param>
/// <param name="LastAnswered">The last round and attempt whose masked input may have left, durable.</param>
/// <param name="Revealed">
/// If this site showed shares in an earlier attempt at this round: the survivors of that sum. While updates of one round carry no fresh noise, sums over two different sets would
/// show their difference (docs/secure-aggregation.md, "Two sums of one round").
/// </param>
/// <param name="Log">Judges the checkpoint that the invitation names; null where there is no log, and then an invitation may name none.</param>
public sealed record SiteExpectation(
    StudyTerms Study,
    RoundNumber Round,
    Digest ModelHash,
    Digest PreviousResult,
    (RoundNumber Round, AttemptNumber Attempt) LastAnswered,
    ImmutableArray<SiteName>? Revealed,
    LogCheck? Log = null
);
