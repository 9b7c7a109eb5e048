using Federated.Federation;
using Federated.Federation.Models;

namespace Federated.Node.Release;

/// <summary>A private study's query at a site without a patient to train on: zero, and noise like everybody's, so that nobody learns that it is empty.</summary>
internal sealed class NobodyQuery : SiteQuery
{
    /// <inheritdoc/>
    internal override QueryResult Answer(ModelState model, RoundNumber round, Span<double> vector, CancellationToken cancellationToken)
    {
        vector.Clear();
        return new QueryResult(0);
    }

    /// <inheritdoc/>
    public override void Dispose() { }
}
