using System.Globalization;

namespace Federated.Privacy;

/// <summary>Probability q with which each patient enters a batch, independently of all others (Poisson sampling). 1 means that all take part.</summary>
public readonly record struct SamplingRate
{
    /// <summary>Least that is accepted: below it a batch is empty for as long as a study lasts.</summary>
    public const double Least = 1e-9;

    private readonly double _value;

    /// <param name="value">From <see cref="Least"/> to 1.</param>
    /// <exception cref="ArgumentException">See <see cref="Fault"/>.</exception>
    public SamplingRate(double value) => _value = Fault(value) is { } fault ? throw new ArgumentException(fault, nameof(value)) : value;

    /// <summary>Everybody takes part: no amplification.</summary>
    public static SamplingRate All => new(1);

    /// <summary>The probability.</summary>
    /// <exception cref="InvalidOperationException">A default value, which nobody chose.</exception>
    public double Value => _value > 0 ? _value : throw new InvalidOperationException("A default SamplingRate samples nobody.");

    /// <summary>True if everybody takes part.</summary>
    public bool IsAll => Value == 1;

    /// <summary>Why a number is no sampling rate, or null.</summary>
    public static string? Fault(double value) =>
        value is >= Least and <= 1
            ? null
            : FormattableString.Invariant(
                $"The sampling rate is {value}; use a probability from {Least} to 1 (batch size divided by patients; 1 for all of them)."
            );

    /// <inheritdoc/>
    public override string ToString() => _value.ToString("R", CultureInfo.InvariantCulture);
}
