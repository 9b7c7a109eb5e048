using System.Collections.Immutable;
using Federated.Coordinator.Aggregation;
using Federated.Federation;

namespace Federated.Coordinator.Rounds;

/// <summary>One attempt at a round: who was invited, what came, and the sum of it. Driven by the study's loop.</summary>
internal sealed class Attempt(
    RoundNumber round,
    AttemptNumber number,
    ImmutableSortedSet<SiteName> cohort,
    int minimum,
    int parameterCount,
    long invitedAt
)
{
    private ClearSum? _sum = new(parameterCount);

    internal AttemptNumber Number => number;

    /// <summary>Timestamp of the invitation.</summary>
    internal long InvitedAt => invitedAt;

    internal RoundState State { get; private set; } = RoundState.Invite(cohort, minimum);

    /// <summary>Shape [d]; of what came so far.</summary>
    /// <exception cref="InvalidOperationException">The attempt was closed.</exception>
    internal ReadOnlyMemory<long> Sum => _sum?.Total ?? throw new InvalidOperationException("A closed attempt has no sum.");

    internal bool Is(RoundNumber otherRound, AttemptNumber otherNumber) => round == otherRound && number == otherNumber;

    /// <summary>True if a vector of that site is awaited, or was and may be sent again. Safe from any thread.</summary>
    internal bool MayUpload(SiteName site, RoundNumber otherRound, AttemptNumber otherNumber) =>
        Is(otherRound, otherNumber) && cohort.Contains(site);

    /// <summary>True if the site was invited and has neither sent nor declined.</summary>
    internal bool Awaits(SiteName site) =>
        State is RoundState.Collecting collecting && cohort.Contains(site) && !collecting.HasAnswered(site);

    /// <summary>Judges a vector, and adds it if it is the site's first.</summary>
    internal Verdict Take(SiteName site, VectorAssembly vector)
    {
        var verdict = State.Judge(site, vector.Digest);
        if (verdict is Verdict.Fresh)
        {
            _sum!.Add(vector.Bytes);
            State = State.After(site, vector.Digest);
        }

        return verdict;
    }

    internal void Refused(SiteName site, string reason) => State = State.AfterRefusal(site, reason);

    internal void DeadlinePassed() => State = State.AfterDeadline();

    /// <summary>Lets go of the sum; a site whose answer was lost may still ask again.</summary>
    internal void Close() => _sum = null;
}
