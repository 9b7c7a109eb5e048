using Federated.Federation;
using Federated.Federation.Models;

namespace Federated.Node.Release;

/// <summary>What a study asks of this site's patients in a round: one bounded vector. Not thread-safe; one at a time.</summary>
internal abstract class SiteQuery : IDisposable
{
    /// <summary>Computes the vector. It is private until the release gate has added noise to it.</summary>
    /// <param name="model">The shared model before the round.</param>
    /// <param name="round">The round.</param>
    /// <param name="vector">Receives shape [d].</param>
    /// <param name="cancellationToken">Looked at between steps.</param>
    internal abstract QueryResult Answer(ModelState model, RoundNumber round, Span<double> vector, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>How a query went.</summary>
/// <param name="Ignored">Patients who count as zero because theirs was no finite number. Stays at the site: it is a count of patients.</param>
/// <param name="Note">For the operator alone: why the vector is zero, or null.</param>
internal readonly record struct QueryResult(long Ignored, string? Note = null);
