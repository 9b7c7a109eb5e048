using System.Collections.Immutable;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Aggregators;

/// <summary>Where an attempt is at the coordinator: one kind of message is collected, from these sites.</summary>
/// <remarks>Changed by one caller at a time.</remarks>
internal abstract class AggregatorStage(AttemptTerms terms, AggregatorContext context, Digest h0, IEnumerable<SiteName> awaited)
{
    private readonly SortedDictionary<SiteName, string> _gone = [];

    /// <summary>The attempt.</summary>
    internal AttemptTerms Terms => terms;

    internal AggregatorContext Context => context;

    internal Digest H0 => h0;

    /// <summary>What this stage is called in reasons.</summary>
    internal abstract string Name { get; }

    /// <summary>Sites whose message is still awaited.</summary>
    internal SortedSet<SiteName> Awaited { get; } = [.. awaited];

    /// <summary>Sites that are in the attempt as far as this stage knows.</summary>
    internal abstract bool Has(SiteName site);

    /// <summary>What a site that comes back is told again, in order; it answers in the same words what it has answered before.</summary>
    internal abstract IReadOnlyList<SignedMessage> MessagesFor(SiteName site);

    /// <summary>Takes a message that this stage collects.</summary>
    internal abstract Outcome Receive(SiteName site, SignedMessage message);

    /// <summary>A site is out: it left, declined, or sent what does not count.</summary>
    internal Outcome Drop(SiteName site, string reason)
    {
        if (Awaited.Remove(site))
        {
            _gone[site] = reason;
        }

        return IsSettled ? Close(isDeadline: false) : Outcome.Same;
    }

    /// <summary>Nobody else is waited for: goes on with who is there, or fails.</summary>
    /// <param name="isDeadline">True if the stage's time is over: who is still awaited is then to blame.</param>
    internal abstract Outcome Close(bool isDeadline);

    /// <summary>True once more messages change nothing: enough are here, or enough can never be.</summary>
    private protected abstract bool IsEnough { get; }

    private bool IsSettled => Awaited.Count == 0 || IsEnough;

    /// <summary>A message was taken.</summary>
    private protected Outcome Taken(SiteName site, params IEnumerable<AggregatorStep> steps)
    {
        Awaited.Remove(site);
        var next = IsSettled ? Close(isDeadline: false) : Outcome.Same;
        return next with { Steps = [.. steps, .. next.Steps] };
    }

    /// <summary>A message was refused; the site is out.</summary>
    private protected Outcome Refused(SiteName site, Refusal refusal)
    {
        var next = Drop(site, refusal.Reason);
        return next with { Steps = [new AggregatorStep.Refused(site, refusal), .. next.Steps] };
    }

    /// <summary>A message that came too early, too late or twice; nobody is out for it.</summary>
    private protected static Outcome Ignored(SiteName site, AbortCode code, string reason) =>
        Outcome.Same with
        {
            Steps = [new AggregatorStep.Refused(site, new Refusal(code, reason))],
        };

    /// <summary>Too few are left.</summary>
    private protected Outcome TooFew(int have, int needed, string what, bool isDeadline)
    {
        var late = isDeadline ? Awaited.Select(site => $"{site}: no answer in time") : [];
        var missing = _gone.Select(pair => $"{pair.Key}: {pair.Value.TrimEnd('.')}").Concat(late);
        return new Outcome(
            new OverStage(this),
            [new AggregatorStep.Fail(Name, $"{have} of at least {needed} {what} ({string.Join("; ", missing)}).", [])]
        );
    }
}

/// <summary>What a message came to.</summary>
/// <param name="Next">The next stage; null if it stays.</param>
/// <param name="Steps">What to do.</param>
internal sealed record Outcome(AggregatorStage? Next, ImmutableArray<AggregatorStep> Steps)
{
    internal static Outcome Same { get; } = new(null, []);
}

/// <summary>The attempt is over, well or not.</summary>
internal sealed class OverStage(AggregatorStage last) : AggregatorStage(last.Terms, last.Context, last.H0, [])
{
    internal override string Name => "over";

    internal override bool Has(SiteName site) => false;

    internal override IReadOnlyList<SignedMessage> MessagesFor(SiteName site) => [];

    internal override Outcome Receive(SiteName site, SignedMessage message) => Ignored(site, AbortCode.Timeout, "this attempt is over.");

    private protected override bool IsEnough => false;

    internal override Outcome Close(bool isDeadline) => Outcome.Same;
}
