using System.Globalization;

namespace Federated.TransparencyLog.Trees;

/// <summary>Place of an entry in the log, from 0.</summary>
public readonly record struct LeafIndex
{
    /// <param name="value">In [0, 2⁶²).</param>
    /// <exception cref="ArgumentOutOfRangeException">Outside.</exception>
    public LeafIndex(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, TreeSize.Most);
        Value = value;
    }

    /// <summary>The number itself.</summary>
    public long Value { get; }

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
