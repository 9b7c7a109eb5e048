using Federated.Federation;

namespace Federated.SecureAggregation.Journals;

/// <summary>One attempt at one round of a study. Later is greater: a later round, or a later attempt at the same round.</summary>
/// <param name="Round">From 1; 0 stands before all attempts.</param>
/// <param name="Number">From 1.</param>
public readonly record struct Attempt(RoundNumber Round, AttemptNumber Number) : IComparable<Attempt>
{
    /// <inheritdoc/>
    public int CompareTo(Attempt other) => Round == other.Round ? Number.Value.CompareTo(other.Number.Value) : Round.CompareTo(other.Round);

    /// <inheritdoc/>
    public override string ToString() => this == default ? "no attempt" : $"attempt {Number} of round {Round}";

    public static bool operator <(Attempt left, Attempt right) => left.CompareTo(right) < 0;

    public static bool operator >(Attempt left, Attempt right) => left.CompareTo(right) > 0;

    public static bool operator <=(Attempt left, Attempt right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Attempt left, Attempt right) => left.CompareTo(right) >= 0;
}
