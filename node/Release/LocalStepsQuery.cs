using Federated.Federation;
using Federated.Federation.Models;
using Federated.Learning.Privatization;

namespace Federated.Node.Release;

/// <summary>Federated averaging with a promise per patient: every local step is clipped and carries its whole noise.</summary>
internal sealed class LocalStepsQuery(LocalPrivateTrainer trainer) : SiteQuery
{
    /// <inheritdoc/>
    internal override QueryResult Answer(ModelState model, RoundNumber round, Span<double> vector, CancellationToken cancellationToken) =>
        trainer.Update(model.Parameters.AsSpan(), vector, cancellationToken) switch
        {
            LocalPrivateResult.Trained trained => new QueryResult(trained.Ignored),
            // What ended it is an output of noise, and to say so would be a release without a charge: the site answers with no change, and pays.
            LocalPrivateResult.Refused refused => new QueryResult(0, Note: refused.Reason),
            _ => throw new InvalidOperationException("Local training ends or is refused."),
        };

    /// <inheritdoc/>
    public override void Dispose() => trainer.Dispose();
}
