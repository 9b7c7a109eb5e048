using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Sites;

/// <summary>What every phase of a site's attempt needs to know; no secret is in it.</summary>
/// <param name="Context">The site.</param>
/// <param name="Terms">The attempt.</param>
/// <param name="H0">Of the invitation.</param>
/// <param name="Revealed">As <see cref="SiteExpectation.Revealed"/>.</param>
internal sealed record AttemptView(SiteContext Context, AttemptTerms Terms, Digest H0, ImmutableArray<SiteName>? Revealed)
{
    /// <summary>The plan.</summary>
    internal StudyTerms Study => Terms.Study;
}
