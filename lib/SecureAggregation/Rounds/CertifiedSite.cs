using System.Diagnostics.CodeAnalysis;
using Federated.Federation;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Rounds;

/// <summary>A site that the consortium's root vouches for.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Entity">The legal entity that runs it: a cohort has one site of each.</param>
/// <param name="Key">What its protocol messages are verified with.</param>
public sealed record CertifiedSite(SiteName Name, string Entity, IdentityKey Key);

/// <summary>Judges a credential's bytes under the consortium's root; false, with the reason, for any that does not count today.</summary>
public delegate bool CredentialCheck(
    ReadOnlyMemory<byte> credential,
    Suite suite,
    [NotNullWhen(true)] out CertifiedSite? site,
    [NotNullWhen(false)] out string? fault
);
