using Federated.Federation;
using Federated.SecureAggregation.Aggregators;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;
using Federated.SecureAggregation.Sites;

namespace Federated.SecureAggregation.Simulation;

/// <summary>One whole round in this process: both state machines of the product, every message, every signature, every mask; nothing is lost on the way.</summary>
public sealed class LocalRound : IDisposable
{
    private readonly LocalConsortium _consortium;
    private readonly IReadOnlyDictionary<SiteName, int[]> _inputs;
    private readonly Dictionary<SiteName, LocalSite> _sites;
    private readonly AggregatorAttempt _hub;
    private readonly Queue<AggregatorStep> _steps = [];

    private LocalRound(LocalConsortium consortium, IReadOnlyDictionary<SiteName, int[]> inputs)
    {
        var study = consortium.Study;
        var terms = new AttemptTerms(study, new RoundNumber(1), new AttemptNumber(1), default, default);
        (_consortium, _inputs) = (consortium, inputs);
        _sites = inputs.Keys.ToDictionary(name => name, name => new LocalSite(consortium, study.Roster.IndexOf(name)));
        _hub = new AggregatorAttempt(terms, consortium.Hub, [.. inputs.Keys], TimeSpan.FromMinutes(1));
    }

    /// <summary>Sums inputs as the coordinator would come to know their sum.</summary>
    /// <param name="consortium">All parties.</param>
    /// <param name="inputs">Of the sites that take part, at least the plan's minimum; each of shape [d] and within the plan's bound.</param>
    /// <returns>Shape [d], centred.</returns>
    /// <exception cref="InvalidOperationException">The round failed; the message says at whom, and why.</exception>
    public static ReadOnlyMemory<long> Sum(LocalConsortium consortium, IReadOnlyDictionary<SiteName, int[]> inputs)
    {
        ArgumentNullException.ThrowIfNull(consortium);
        ArgumentNullException.ThrowIfNull(inputs);
        using var round = new LocalRound(consortium, inputs);
        return round.Run();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var site in _sites.Values)
        {
            site.Dispose();
        }
    }

    private ReadOnlyMemory<long> Run()
    {
        Add(_hub.Begin());
        while (_steps.TryDequeue(out var step))
        {
            switch (step)
            {
                case AggregatorStep.Tell tell:
                    Hear(tell.Site, _sites[tell.Site].Answer(tell.Message, () => _inputs[tell.Site]));
                    break;
                case AggregatorStep.Fix:
                    Add(_hub.Announce());
                    break;
                case AggregatorStep.Sum sum:
                    return sum.Lanes;
                case AggregatorStep.Fail fail:
                    throw new InvalidOperationException($"The round failed, {fail.Stage}: {fail.Reason}");
                case AggregatorStep.Refused refused:
                    throw new InvalidOperationException($"{refused.Site} was refused: {refused.Refusal.Reason}");
            }
        }

        throw new InvalidOperationException(
            $"The round of {_consortium.Study.Study} stopped at {_hub.Stage}, and nobody has anything to say."
        );
    }

    private void Hear(SiteName site, SiteStep step)
    {
        switch (step)
        {
            case SiteStep.Say say:
                Add(_hub.Receive(site, say.Message));
                break;
            case SiteStep.Send { Input: var input }:
                var digest = MaskedInputHeader.DigestOf(input.Bytes.Span);
                Add(_hub.Take(site, input.Header, input.Bytes.Span, digest, out var receipt));
                Add(receipt is null ? [] : [new AggregatorStep.Tell(site, receipt)]);
                break;
            case SiteStep.Leave leave:
                throw new InvalidOperationException($"{site} left: {leave.Refusal.Reason}");
        }
    }

    private void Add(IEnumerable<AggregatorStep> steps)
    {
        foreach (var step in steps)
        {
            _steps.Enqueue(step);
        }
    }
}
