using System.Collections.Immutable;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.SecureAggregation.Primitives;
using Federated.SecureAggregation.Suites;

namespace Federated.SecureAggregation.Rounds;

/// <summary>What the plan fixes of every attempt. The coordinator chooses none of it.</summary>
public sealed record StudyTerms
{
    /// <summary>The plan's name.</summary>
    public required string Study { get; init; }

    /// <summary>SHA-256 of the plan's bytes as approved.</summary>
    public required Digest PlanHash { get; init; }

    /// <summary>Sites that may be in a cohort, in byte order of their names.</summary>
    public required ImmutableArray<SiteName> Roster { get; init; }

    /// <summary>Key agreement and signatures.</summary>
    public required Suite Suite { get; init; }

    /// <summary>c: sites that may collude, with the coordinator or with each other, and still learn nothing but the sum.</summary>
    public required int Colluders { get; init; }

    /// <summary>m: fewest sites in a sum.</summary>
    public required int MinimumSurvivors { get; init; }

    /// <summary>True if the plan accepts that each of two sites computes the other's input from the sum.</summary>
    public required bool AllowPair { get; init; }

    /// <summary>b and L.</summary>
    public required LaneFormat Format { get; init; }

    /// <summary>d.</summary>
    public required int Dimension { get; init; }

    /// <summary>⌈s·a⌉: largest absolute value of one site's lane.</summary>
    public required long InputBound { get; init; }

    /// <summary>Bytes of a masked input.</summary>
    public int InputLength => Format.PackedLength(Dimension);

    /// <summary>Why these numbers protect nobody, or give no sum, or null. Every site asks itself; the coordinator's word does not count.</summary>
    public string? Fault() =>
        Thresholds.Fault(Roster.Length, Colluders, MinimumSurvivors, AllowPair)
        ?? (
            InputBound < 1 || InputBound > MostOfSum / Roster.Length
                ? $"{Roster.Length} inputs of up to {InputBound} do not fit a sum of {Format.ModulusBits} bits: it would wrap, and nobody would notice."
                : null
        );

    /// <summary>Largest number of a sum.</summary>
    private long MostOfSum => long.MaxValue >> (64 - Format.ModulusBits);

    /// <summary>t and q: shares that open a secret, and acknowledgements that fix the survivors.</summary>
    /// <remarks>
    /// Of the roster, not of the cohort, whose size the coordinator chooses: t that showed shares for one sum of a round and q that sign another one's
    /// survivors then always have an honest site in common, in whatever cohorts it puts them. A cohort has at least m ≥ t members.
    /// </remarks>
    public int Threshold => Thresholds.Of(Roster.Length, Colluders);
}

/// <summary>One attempt as a party itself expects it: an invitation that differs is refused.</summary>
/// <param name="Study">The plan.</param>
/// <param name="Round">From 1.</param>
/// <param name="Attempt">1 to 255.</param>
/// <param name="ModelHash">Of the model before this round, by the party's own arithmetic.</param>
/// <param name="PreviousResult">H4 of the round before; zeros in round 1.</param>
/// <param name="Log">The checkpoint under which it begins; none where there is no log.</param>
public sealed record AttemptTerms(
    StudyTerms Study,
    RoundNumber Round,
    AttemptNumber Attempt,
    Digest ModelHash,
    Digest PreviousResult,
    LogView Log = default
);
