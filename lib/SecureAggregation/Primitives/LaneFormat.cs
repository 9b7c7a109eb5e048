namespace Federated.SecureAggregation.Primitives;

/// <summary>How the elements of ℤ/2^b are held in memory and on the wire.</summary>
/// <remarks>
/// In memory an element has a lane of L = 16, 32 or 64 bits, little-endian, of which the low b count: since 2^b divides 2^L, sums may wrap
/// around in L bits and be cut to b bits at the end. On the wire elements take exactly b bits each, as one little-endian string of bits.
/// </remarks>
public readonly record struct LaneFormat
{
    /// <summary>Fewest bits of a modulus.</summary>
    public const int LeastModulusBits = 8;

    /// <summary>Most bits of a modulus.</summary>
    public const int MostModulusBits = 64;

    private readonly int _modulusBits;

    /// <param name="modulusBits">b, in [8, 64].</param>
    /// <exception cref="ArgumentOutOfRangeException">Outside that range.</exception>
    public LaneFormat(int modulusBits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(modulusBits, LeastModulusBits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(modulusBits, MostModulusBits);
        _modulusBits = modulusBits;
    }

    /// <summary>b: the modulus is 2^b.</summary>
    /// <exception cref="InvalidOperationException">This is <c>default</c>, which is no format.</exception>
    public int ModulusBits => _modulusBits != 0 ? _modulusBits : throw new InvalidOperationException("Make a LaneFormat with its modulus.");

    /// <summary>L: bits of one lane in memory.</summary>
    public int LaneBits =>
        ModulusBits switch
        {
            <= 16 => 16,
            <= 32 => 32,
            _ => 64,
        };

    /// <summary>Bytes of one lane in memory: 2, 4 or 8.</summary>
    public int LaneBytes => LaneBits / 8;

    /// <summary>True if elements fill their lanes: then packed and unpacked bytes are the same.</summary>
    internal bool FillsLanes => ModulusBits == LaneBits;

    /// <summary>The low b bits set.</summary>
    internal ulong ElementMask => ulong.MaxValue >> (64 - ModulusBits);

    /// <summary>Bytes of a packed vector: ⌈d·b/8⌉.</summary>
    /// <param name="dimension">d ≥ 0.</param>
    /// <exception cref="OverflowException">The vector does not fit in one buffer (2³¹ − 1 bytes): treat it in parts.</exception>
    public int PackedLength(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(dimension);
        return checked((int)((((long)dimension * ModulusBits) + 7) / 8));
    }

    /// <summary>Bytes of a vector in memory: d·L/8.</summary>
    /// <param name="dimension">d ≥ 0.</param>
    /// <exception cref="OverflowException">The vector does not fit in one buffer (2³¹ − 1 bytes): treat it in parts.</exception>
    public int LanesLength(int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(dimension);
        return checked(dimension * LaneBytes);
    }

    /// <summary>Elements in a buffer of lanes.</summary>
    /// <exception cref="ArgumentException">No whole number of lanes.</exception>
    internal int DimensionOf(ReadOnlySpan<byte> lanes, string name)
    {
        var (dimension, rest) = Math.DivRem(lanes.Length, LaneBytes);
        return rest == 0
            ? dimension
            : throw new ArgumentException($"{lanes.Length} bytes are no whole number of {LaneBytes}-byte lanes.", name);
    }
}
