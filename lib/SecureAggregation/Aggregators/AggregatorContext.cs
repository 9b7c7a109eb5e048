using Federated.Federation;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Sites;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Aggregators;

/// <summary>Who the coordinator is, and what it works with.</summary>
/// <param name="Signer">Its certified identity; not this object's to wipe.</param>
/// <param name="Check">The root's word on sites.</param>
/// <param name="Random">A cryptographic generator.</param>
/// <param name="Parallelism">Threads that expand masks, at least 1.</param>
public sealed record AggregatorContext(IdentitySigner Signer, CredentialCheck Check, RandomSource Random, int Parallelism)
{
    /// <summary>
    /// Ephemeral keys of earlier attempts, of all studies; null to remember none. Sites leave an attempt in which a member uses a key again, all of them and without
    /// evidence of whose it was: who remembers at the coordinator names that member instead.
    /// </summary>
    public KeyHistory? SeenKeys { get; init; }
}
