using Federated.Federation;
using Federated.Federation.Models;
using Federated.Learning.Privatization;

namespace Federated.Node.Release;

/// <summary>Federated DP-SGD: the sum of the clipped gradients of patients drawn for this attempt alone.</summary>
internal sealed class ClippedGradientQuery(PatientGradients gradients, PoissonBatch batch) : SiteQuery
{
    /// <inheritdoc/>
    internal override QueryResult Answer(ModelState model, RoundNumber round, Span<double> vector, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new QueryResult(gradients.Sum(model.Parameters.AsSpan(), batch.Draw(), vector));
    }

    /// <inheritdoc/>
    public override void Dispose() { }
}
