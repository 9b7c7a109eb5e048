using System.Numerics;

namespace Federated.Federation.Aggregation;

/// <summary>
/// The integer grid on which releases are summed: a real x becomes <c>round_half_even(s·clamp(x, −a, a))</c>, s = 2^ScaleBits.
/// </summary>
/// <remarks>
/// Integers make the sum exact and independent of the order of the sites, so that every party decodes the same bits. s is a power
/// of two, so that scaling and decoding are exact in floating point (secure-aggregation design, section 3.2, wide encoding, b = 32).
/// </remarks>
public sealed record ReleaseGrid
{
    /// <summary>Bits of a lane on the wire.</summary>
    public const int LaneBits = 32;

    /// <summary>
    /// 1.5·2⁵²: doubles next to it are one apart, so that adding a number below 2⁵¹ rounds that number to an integer, half to even as IEEE 754 rounds
    /// every addition, and leaves the integer in the low bits. The same as Math.Round and a conversion, in one instruction.
    /// </summary>
    private const double RoundToInteger = 6755399441055744.0;

    /// <param name="scaleBits">log2 of the scale s, −16 to 30.</param>
    /// <param name="bound">Clamp a of one coordinate of one site, above 0.</param>
    /// <param name="maxSites">Most sites in one sum, at least 1.</param>
    /// <exception cref="ArgumentException">See <see cref="Fault"/>.</exception>
    public ReleaseGrid(int scaleBits, double bound, int maxSites)
    {
        if (Fault(scaleBits, bound, maxSites) is { } fault)
        {
            throw new ArgumentException(fault);
        }

        ScaleBits = scaleBits;
        Bound = bound;
        MaxSites = maxSites;
        Scale = Math.ScaleB(1.0, scaleBits);
        LaneBound = (long)Math.Ceiling(Scale * bound);
    }

    /// <summary>log2 of the scale.</summary>
    public int ScaleBits { get; }

    /// <summary>Clamp of one coordinate, in the release's own units.</summary>
    public double Bound { get; }

    /// <summary>Most sites in one sum.</summary>
    public int MaxSites { get; }

    /// <summary>Grid steps per unit, a power of two.</summary>
    public double Scale { get; }

    /// <summary>Largest absolute value of one site's lane, ⌈s·a⌉.</summary>
    public long LaneBound { get; }

    /// <summary>The largest power-of-two scale at which <paramref name="maxSites"/> sites cannot overflow a 32-bit sum.</summary>
    public static ReleaseGrid Finest(double bound, int maxSites)
    {
        for (var bits = 30; bits >= -16; bits--)
        {
            if (Fault(bits, bound, maxSites) is null)
            {
                return new ReleaseGrid(bits, bound, maxSites);
            }
        }

        throw new ArgumentException(Fault(-16, bound, maxSites), nameof(bound));
    }

    /// <summary>Why these parameters cannot be used, or null.</summary>
    public static string? Fault(int scaleBits, double bound, int maxSites)
    {
        if (scaleBits is < -16 or > 30)
        {
            return $"The grid's scale is 2^{scaleBits}; use an exponent of -16 to 30.";
        }

        if (!(bound > 0 && double.IsFinite(bound)))
        {
            return $"The grid's bound is {bound}; it must be above 0 and finite.";
        }

        if (maxSites < 1)
        {
            return $"A sum of {maxSites} sites is no sum; there must be at least 1.";
        }

        // Written so that an overflowing product refuses.
        var range = Math.Ceiling(Math.ScaleB(bound, scaleBits)) * maxSites;
        return range <= int.MaxValue
            ? null
            : $"{maxSites} sites of up to {bound} at scale 2^{scaleBits} reach {range:g4}, beyond a 32-bit sum; lower the scale or the bound.";
    }

    /// <summary>Encodes one site's vector.</summary>
    /// <param name="values">Shape [d], in the plan's fixed parameter order.</param>
    /// <param name="lanes">Receives shape [d].</param>
    /// <returns>How many coordinates the clamp moved, or −1 if one is not a number: then <paramref name="lanes"/> is all zero and must not be sent.</returns>
    public int Encode(ReadOnlySpan<double> values, Span<int> lanes)
    {
        if (values.Length != lanes.Length)
        {
            throw new ArgumentException($"{values.Length} values do not fit {lanes.Length} lanes.", nameof(lanes));
        }

        // Masks of a comparison: all ones, which is −1, where it holds.
        var kept = Vector<long>.Zero;
        var finite = Vector<long>.AllBitsSet;
        var i = 0;
        for (; i <= values.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            var low = Round(new Vector<double>(values[i..]), ref kept, ref finite);
            var high = Round(new Vector<double>(values[(i + Vector<double>.Count)..]), ref kept, ref finite);
            Vector.Narrow(low, high).CopyTo(lanes[i..]);
        }

        var moved = i + (int)Vector.Sum(kept);
        var allFinite = Vector.EqualsAll(finite, Vector<long>.AllBitsSet);
        for (; i < values.Length; i++)
        {
            var inside = Math.Clamp(values[i], -Bound, Bound);
            moved += inside == values[i] ? 0 : 1;
            allFinite &= double.IsFinite(values[i]);
            lanes[i] = unchecked((int)BitConverter.DoubleToInt64Bits((inside * Scale) + RoundToInteger));
        }

        if (!allFinite)
        {
            lanes.Clear();
            return -1;
        }

        return moved;
    }

    /// <summary>Clamps, scales and rounds. The low 32 bits of each result are the lane.</summary>
    private Vector<long> Round(Vector<double> x, ref Vector<long> kept, ref Vector<long> finite)
    {
        var inside = Vector.Min(Vector.Max(x, new Vector<double>(-Bound)), new Vector<double>(Bound));
        kept += Vector.Equals(inside, x);
        finite &= Vector.LessThanOrEqual(Vector.Abs(x), new Vector<double>(double.MaxValue)); // does not hold for NaN
        return Vector.AsVectorInt64((inside * Scale) + new Vector<double>(RoundToInteger));
    }

    /// <summary>Decodes a sum: exact, since a lane has at most 32 bits and the scale is a power of two.</summary>
    /// <param name="lanes">Shape [d], the centred sum.</param>
    /// <param name="values">Receives shape [d].</param>
    public void Decode(ReadOnlySpan<long> lanes, Span<double> values)
    {
        if (values.Length != lanes.Length)
        {
            throw new ArgumentException($"{lanes.Length} lanes do not fit {values.Length} values.", nameof(values));
        }

        var inverse = 1.0 / Scale;
        var i = 0;
        for (; i <= lanes.Length - Vector<long>.Count; i += Vector<long>.Count)
        {
            (Vector.ConvertToDouble(new Vector<long>(lanes[i..])) * inverse).CopyTo(values[i..]);
        }

        for (; i < lanes.Length; i++)
        {
            values[i] = lanes[i] * inverse;
        }
    }
}
