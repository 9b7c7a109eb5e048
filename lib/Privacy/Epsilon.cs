using System.Globalization;

namespace Federated.Privacy;

/// <summary>Privacy loss ε, in nats, at least 0. Infinite where an accountant has no bound at the δ asked for.</summary>
public readonly record struct Epsilon : IComparable<Epsilon>
{
    /// <param name="value">At least 0; positive infinity says that there is no bound.</param>
    /// <exception cref="ArgumentException">See <see cref="Fault"/>.</exception>
    public Epsilon(double value) => Value = Fault(value) is { } fault ? throw new ArgumentException(fault, nameof(value)) : value;

    /// <summary>No loss at all.</summary>
    public static Epsilon Zero => default;

    /// <summary>No bound.</summary>
    public static Epsilon Unbounded => new(double.PositiveInfinity);

    /// <summary>In nats.</summary>
    public double Value { get; }

    /// <summary>True if the value is a bound at all.</summary>
    public bool IsBounded => double.IsFinite(Value);

    /// <summary>Why a number is no ε, or null.</summary>
    public static string? Fault(double value) =>
        value >= 0 ? null : FormattableString.Invariant($"Epsilon is {value}; use a number of at least 0.");

    /// <inheritdoc/>
    public int CompareTo(Epsilon other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString("R", CultureInfo.InvariantCulture);

    public static bool operator <(Epsilon left, Epsilon right) => left.Value < right.Value;

    public static bool operator >(Epsilon left, Epsilon right) => left.Value > right.Value;

    public static bool operator <=(Epsilon left, Epsilon right) => left.Value <= right.Value;

    public static bool operator >=(Epsilon left, Epsilon right) => left.Value >= right.Value;
}
