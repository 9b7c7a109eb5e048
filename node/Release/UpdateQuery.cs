using Federated.Federation;
using Federated.Federation.Models;
using Federated.Learning.Privatization;
using Federated.Learning.Training;

namespace Federated.Node.Release;

/// <summary>What local training changed: without a promise, or clipped as a whole where the plan's unit is the site.</summary>
/// <param name="trainer">Owned from here on.</param>
/// <param name="clippingNorm">L2 bound of the site's update; null for none.</param>
internal sealed class UpdateQuery(SiteTrainer trainer, double? clippingNorm) : SiteQuery
{
    /// <inheritdoc/>
    internal override QueryResult Answer(ModelState model, RoundNumber round, Span<double> vector, CancellationToken cancellationToken)
    {
        trainer.Update(model.Parameters.AsSpan(), round, vector, cancellationToken);
        if (clippingNorm is { } norm)
        {
            UpdateClipping.Clip(vector, norm); // an update that is not finite contributes zero, as an absent site does
        }

        return new QueryResult(0);
    }

    /// <inheritdoc/>
    public override void Dispose() => trainer.Dispose();
}
