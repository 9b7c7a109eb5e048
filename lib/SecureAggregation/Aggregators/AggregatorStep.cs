using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;

namespace Federated.SecureAggregation.Aggregators;

/// <summary>What the coordinator does next. The edge does it, in this order, and nothing else.</summary>
public abstract record AggregatorStep
{
    private AggregatorStep() { }

    /// <summary>Say this to a site.</summary>
    public sealed record Tell(SiteName Site, SignedMessage Message) : AggregatorStep;

    /// <summary>A site's message was not accepted; unless the attempt is past it, the site is out of it.</summary>
    public sealed record Refused(SiteName Site, Refusal Refusal) : AggregatorStep;

    /// <summary>The keys of the attempt are fixed, and about to be told: for the record.</summary>
    /// <param name="H0">Transcript after the invitation.</param>
    /// <param name="H1">Transcript after the keys.</param>
    /// <param name="Members">U1, in order.</param>
    public sealed record Form(Digest H0, Digest H1, ImmutableArray<SiteName> Members) : AggregatorStep;

    /// <summary>
    /// The survivors are chosen. Put them on disk, then call <see cref="AggregatorAttempt.Announce"/>: no other survivors are ever announced for this attempt.
    /// </summary>
    public sealed record Fix(ImmutableArray<SiteName> Survivors, Digest H3) : AggregatorStep;

    /// <summary>
    /// The sum is open. Compute the next model, call <see cref="AggregatorAttempt.Conclude"/>, and put both on disk before anybody hears of it.
    /// </summary>
    /// <param name="Lanes">Shape [d], centred.</param>
    /// <param name="Survivors">Who is in it, in order.</param>
    public sealed record Sum(ReadOnlyMemory<long> Lanes, ImmutableArray<SiteName> Survivors) : AggregatorStep;

    /// <summary>The attempt came to nothing, and nothing was unmasked.</summary>
    /// <param name="Stage">Where it ended.</param>
    /// <param name="Reason">For people: who was missing, and why.</param>
    /// <param name="Culprits">Sites whose own signed messages spoilt it: the next attempt is without them.</param>
    public sealed record Fail(string Stage, string Reason, ImmutableArray<SiteName> Culprits) : AggregatorStep;
}
