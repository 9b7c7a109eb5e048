using System.Collections.Immutable;
using Federated.Federation;

namespace Federated.Coordinator.Rounds;

/// <summary>One attempt at a round. <see cref="Collecting"/> → <see cref="Complete"/> or <see cref="Failed"/>; both are final.</summary>
internal abstract record RoundState
{
    private RoundState() { }

    /// <summary>Waiting for vectors.</summary>
    /// <param name="Cohort">The sites that were invited.</param>
    /// <param name="Minimum">Fewest survivors.</param>
    /// <param name="Received">Digests of the vectors that came; each site sends one.</param>
    /// <param name="Refused">Sites that will not send, with their reason.</param>
    internal sealed record Collecting(
        ImmutableSortedSet<SiteName> Cohort,
        int Minimum,
        ImmutableSortedDictionary<SiteName, Digest> Received,
        ImmutableSortedDictionary<SiteName, string> Refused
    ) : RoundState
    {
        /// <summary>True once the site has sent its vector or declined: it is not asked again.</summary>
        internal bool HasAnswered(SiteName site) => Received.ContainsKey(site) || Refused.ContainsKey(site);
    }

    /// <summary>Enough vectors came; the survivors are fixed.</summary>
    internal sealed record Complete(ImmutableSortedDictionary<SiteName, Digest> Received) : RoundState;

    /// <summary>Too few vectors came.</summary>
    internal sealed record Failed(string Reason) : RoundState;

    /// <summary>A new attempt.</summary>
    internal static RoundState Invite(ImmutableSortedSet<SiteName> cohort, int minimum) =>
        cohort.Count < minimum
            ? new Failed($"{cohort.Count} sites are ready; the plan wants at least {minimum}.")
            : new Collecting(
                cohort,
                minimum,
                ImmutableSortedDictionary<SiteName, Digest>.Empty,
                ImmutableSortedDictionary<SiteName, string>.Empty
            );

    /// <summary>What a vector from <paramref name="site"/> would mean, without changing anything.</summary>
    internal Verdict Judge(SiteName site, Digest digest) =>
        this switch
        {
            Collecting s when !s.Cohort.Contains(site) => new Verdict.Refused(
                $"{site} was not invited to this attempt; wait for the next invitation."
            ),
            Collecting s when s.Refused.ContainsKey(site) => new Verdict.Refused(
                $"{site} declined this attempt; wait for the next invitation."
            ),
            Collecting s when s.Received.TryGetValue(site, out var first) => Again(first, digest),
            Collecting => new Verdict.Fresh(),
            Complete s when s.Received.TryGetValue(site, out var first) => Again(first, digest),
            _ => new Verdict.Late(),
        };

    /// <summary>After a vector that was judged <see cref="Verdict.Fresh"/>.</summary>
    internal RoundState After(SiteName site, Digest digest) =>
        this is Collecting s && Judge(site, digest) is Verdict.Fresh
            ? Settled(s with { Received = s.Received.Add(site, digest) }, final: false)
            : throw new InvalidOperationException("Only a fresh vector changes an attempt.");

    /// <summary>After a site declined; a second word on it, or one after its vector, changes nothing.</summary>
    internal RoundState AfterRefusal(SiteName site, string reason) =>
        this is Collecting s && s.Cohort.Contains(site) && !s.Received.ContainsKey(site) && !s.Refused.ContainsKey(site)
            ? Settled(s with { Refused = s.Refused.Add(site, reason) }, final: false)
            : this;

    /// <summary>After the deadline; a timer that fires late finds nothing to do.</summary>
    internal RoundState AfterDeadline() => this is Collecting s ? Settled(s, final: true) : this;

    private static RoundState Settled(Collecting s, bool final)
    {
        if (!final && s.Received.Count + s.Refused.Count < s.Cohort.Count)
        {
            return s;
        }

        if (s.Received.Count >= s.Minimum)
        {
            return new Complete(s.Received);
        }

        var silent = s
            .Cohort.Where(site => !s.Received.ContainsKey(site) && !s.Refused.ContainsKey(site))
            .Select(site => $"{site}: no vector in time");
        var declined = s.Refused.Select(pair => $"{pair.Key}: {pair.Value}");
        return new Failed($"{s.Received.Count} vectors of at least {s.Minimum} came ({string.Join("; ", declined.Concat(silent))}).");
    }

    private static Verdict Again(Digest first, Digest digest) => first == digest ? new Verdict.Same() : new Verdict.Different();
}

/// <summary>What the coordinator says to a vector.</summary>
internal abstract record Verdict
{
    private Verdict() { }

    /// <summary>The site's first for this attempt: add it.</summary>
    internal sealed record Fresh : Verdict;

    /// <summary>The same bytes again, after a lost answer: say yes, add nothing.</summary>
    internal sealed record Same : Verdict;

    /// <summary>Other bytes than before: the first stand.</summary>
    internal sealed record Different : Verdict;

    /// <summary>The attempt is over.</summary>
    internal sealed record Late : Verdict;

    /// <summary>Not this site's to send.</summary>
    internal sealed record Refused(string Reason) : Verdict;
}
