using System.Globalization;

namespace Federated.Privacy;

/// <summary>Probability δ with which the bound ε may fail: strictly between 0 and 1.</summary>
public readonly record struct Delta
{
    /// <summary>Smallest that is accepted. Below it double precision ends, and no study has 10³⁰⁰ patients.</summary>
    public const double Least = 1e-300;

    private readonly double _value;

    /// <param name="value">Above 0 and below 1.</param>
    /// <exception cref="ArgumentException">See <see cref="Fault"/>.</exception>
    public Delta(double value) => _value = Fault(value) is { } fault ? throw new ArgumentException(fault, nameof(value)) : value;

    /// <summary>The probability.</summary>
    /// <exception cref="InvalidOperationException">A default value, which nobody chose.</exception>
    public double Value => _value > 0 ? _value : throw new InvalidOperationException("A default Delta is no probability.");

    /// <summary>Why a number is no δ, or null.</summary>
    public static string? Fault(double value) =>
        value is >= Least and < 1
            ? null
            : FormattableString.Invariant(
                $"Delta is {value}; use a probability above 0 and below 1, at most one in ten times the number of patients (such as 1e-6)."
            );

    /// <inheritdoc/>
    public override string ToString() => _value.ToString("R", CultureInfo.InvariantCulture);
}
