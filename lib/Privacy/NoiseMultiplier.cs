using System.Globalization;

namespace Federated.Privacy;

/// <summary>Standard deviation of the noise on a sum, divided by how far one patient can move that sum (σ/C, or z).</summary>
public readonly record struct NoiseMultiplier : IComparable<NoiseMultiplier>
{
    /// <summary>Least that is accepted: below it ε is beyond 500 000, which is no privacy.</summary>
    public const double Least = 1e-3;

    /// <summary>Most that is accepted: above it nothing of the data is left.</summary>
    public const double Most = 1e6;

    private readonly double _value;

    /// <param name="value">From <see cref="Least"/> to <see cref="Most"/>.</param>
    /// <exception cref="ArgumentException">See <see cref="Fault"/>.</exception>
    public NoiseMultiplier(double value) => _value = Fault(value) is { } fault ? throw new ArgumentException(fault, nameof(value)) : value;

    /// <summary>The ratio.</summary>
    /// <exception cref="InvalidOperationException">A default value, which nobody chose.</exception>
    public double Value => _value > 0 ? _value : throw new InvalidOperationException("A default NoiseMultiplier is no noise.");

    /// <summary>Why a number is no noise multiplier, or null.</summary>
    public static string? Fault(double value) =>
        value is >= Least and <= Most
            ? null
            : FormattableString.Invariant($"The noise multiplier is {value}; use {Least} to {Most} (1.0 is a usual start).");

    /// <inheritdoc/>
    public int CompareTo(NoiseMultiplier other) => _value.CompareTo(other._value);

    /// <inheritdoc/>
    public override string ToString() => _value.ToString("R", CultureInfo.InvariantCulture);

    public static bool operator <(NoiseMultiplier left, NoiseMultiplier right) => left._value < right._value;

    public static bool operator >(NoiseMultiplier left, NoiseMultiplier right) => left._value > right._value;

    public static bool operator <=(NoiseMultiplier left, NoiseMultiplier right) => left._value <= right._value;

    public static bool operator >=(NoiseMultiplier left, NoiseMultiplier right) => left._value >= right._value;
}
