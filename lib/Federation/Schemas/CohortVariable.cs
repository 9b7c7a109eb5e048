using System.Collections.Immutable;

namespace Federated.Federation.Schemas;

/// <summary>How a variable's values are to be read and encoded.</summary>
public enum VariableType
{
    /// <summary>A number with a unit and a plausible range.</summary>
    Numeric,

    /// <summary>0 or 1.</summary>
    Boolean,

    /// <summary>One of a short list of codes without order.</summary>
    Categorical,
}

/// <summary>One code of a boolean or categorical variable.</summary>
/// <param name="Code">The number used in tables and mappings.</param>
/// <param name="Label">What it means, for reports.</param>
public sealed record CodeLabel(int Code, string Label);

/// <summary>One column of a cohort, as all sites agree to understand it.</summary>
/// <remarks>
/// Units, ranges and codes are public knowledge written here by hand. None was or may be computed from a site's patients: a range taken from
/// data would be a release that nobody charged.
/// </remarks>
public sealed record CohortVariable
{
    /// <summary>Name in studies and mappings: lower case, unique in its schema.</summary>
    public required string Name { get; init; }

    public required VariableType Type { get; init; }

    /// <summary>One line for a reader who knows medicine but not this schema.</summary>
    public required string Description { get; init; }

    /// <summary>Accepted units, the canonical one first; empty unless numeric.</summary>
    public ImmutableArray<Unit> Units { get; init; } = [];

    /// <summary>What a living patient can show, in the canonical unit; a reader refuses what lies outside. Set if numeric.</summary>
    public ValueRange? Plausible { get; init; }

    /// <summary>What scaling maps onto [-1, 1], inside <see cref="Plausible"/>; values beyond are clamped. Set if numeric.</summary>
    public ValueRange? Scaling { get; init; }

    /// <summary>Codes in the order of their indicators, the first being the reference level; empty if numeric.</summary>
    public ImmutableArray<CodeLabel> Codes { get; init; } = [];

    /// <summary>The canonical unit's name, or null for a variable without a unit.</summary>
    public string? CanonicalUnit => Units.IsEmpty ? null : Units[0].Name;

    /// <summary>True if the value may stand in a table: inside the plausible range, or one of the codes. False for NaN.</summary>
    public bool Admits(double value) =>
        Type == VariableType.Numeric ? Plausible is { } range && range.Contains(value) : Codes.Any(c => c.Code == value);

    /// <summary>What <see cref="Admits"/> accepts, in words: "50 to 1000 mg/dL" or "1, 2, 3, 4".</summary>
    public string Domain() =>
        Type == VariableType.Numeric
            ? $"{Plausible} {CanonicalUnit}"
            : string.Join(", ", Codes.Select(c => FormattableString.Invariant($"{c.Code}")));
}
