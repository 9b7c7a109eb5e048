using System.Globalization;

namespace Federated.TransparencyLog.Trees;

/// <summary>Number of entries in a log.</summary>
public readonly record struct TreeSize : IComparable<TreeSize>
{
    /// <summary>Largest size, 2⁶². Far above any log, and low enough that no sum or shift of sizes overflows a signed 64-bit number.</summary>
    public const long Most = 1L << 62;

    /// <param name="value">In [0, 2⁶²].</param>
    /// <exception cref="ArgumentOutOfRangeException">Outside.</exception>
    public TreeSize(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Most);
        Value = value;
    }

    /// <summary>The number itself.</summary>
    public long Value { get; }

    /// <summary>True if an entry at that place is in a tree of this size.</summary>
    public bool Holds(LeafIndex index) => index.Value < Value;

    /// <inheritdoc/>
    public int CompareTo(TreeSize other) => Value.CompareTo(other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    public static bool operator <(TreeSize left, TreeSize right) => left.Value < right.Value;

    public static bool operator >(TreeSize left, TreeSize right) => left.Value > right.Value;

    public static bool operator <=(TreeSize left, TreeSize right) => left.Value <= right.Value;

    public static bool operator >=(TreeSize left, TreeSize right) => left.Value >= right.Value;
}
