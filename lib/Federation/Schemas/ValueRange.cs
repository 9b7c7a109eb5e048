namespace Federated.Federation.Schemas;

/// <summary>A closed interval of a variable's canonical unit.</summary>
/// <param name="Low">Smallest value inside, finite.</param>
/// <param name="High">Largest value inside, finite and above <paramref name="Low"/>.</param>
public readonly record struct ValueRange(double Low, double High)
{
    /// <summary>True inside the interval, its ends included; false for NaN.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>Maps the interval onto [-1, 1] and clamps what lies outside.</summary>
    /// <param name="value">In the canonical unit; not NaN.</param>
    /// <returns>-1 at <see cref="Low"/>, 1 at <see cref="High"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="value"/> is NaN: a missing value has no place on a scale.</exception>
    public double Scale(double value) =>
        double.IsNaN(value)
            ? throw new ArgumentException("A missing value cannot be scaled; put a constant in its place first.", nameof(value))
            : Math.Clamp((value - Low) / (High - Low) * 2 - 1, -1, 1);

    /// <summary>"50 to 1000", for messages.</summary>
    public override string ToString() => FormattableString.Invariant($"{Low} to {High}");
}
