using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Sites;

namespace Federated.SecureAggregation.Simulation;

/// <summary>One site of a <see cref="LocalConsortium"/> in its first round: the product's state machine, and what its edge would do. Not thread-safe.</summary>
/// <param name="consortium">All parties.</param>
/// <param name="index">Of the site, in the roster.</param>
public sealed class LocalSite(LocalConsortium consortium, int index) : IDisposable
{
    private SiteAttempt? _attempt;

    /// <summary>Takes what the coordinator says. Nothing is written down: a site that dies here dies with its consortium.</summary>
    /// <param name="message">M0, M2, M4, the receipt, M6 or M8.</param>
    /// <param name="input">Gives the input, shape [d], when the time for it has come: with M4.</param>
    public SiteStep Answer(SignedMessage message, Func<int[]> input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (_attempt is null)
        {
            var expected = new SiteExpectation(consortium.Study, new RoundNumber(1), default, default, default, null);
            return SiteAttempt.Begin(consortium.Site(index), expected, message, out _attempt);
        }

        return _attempt.Receive(message) switch
        {
            SiteStep.Compute => _attempt.Mask(input(), parallelism: 1),
            SiteStep.Record => _attempt.Reveal(),
            var step => step,
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _attempt?.Dispose();
}
