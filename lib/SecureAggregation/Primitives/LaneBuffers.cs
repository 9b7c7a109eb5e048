using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Federated.SecureAggregation.Primitives;

/// <summary>Vectors over ℤ/2^b as raw little-endian lanes, and their packed form for the wire.</summary>
/// <remarks>Nothing here allocates. Callers own all buffers; two buffers of one call must not overlap, but may be the same for a sum.</remarks>
public static partial class LaneBuffers
{
    /// <summary>Writes integers as their residues modulo 2^b.</summary>
    /// <param name="values">Shape [d]. The low b bits of two's complement are kept: bound the values before.</param>
    /// <param name="format">b and its lanes.</param>
    /// <param name="lanes">Exactly d lanes, overwritten; bits above b are zero.</param>
    public static void Encode(ReadOnlySpan<long> values, LaneFormat format, Span<byte> lanes)
    {
        CheckLength(lanes.Length, format.LanesLength(values.Length), nameof(lanes));
        var mask = format.ElementMask;
        for (var e = 0; e < values.Length; e++)
        {
            WriteLane(lanes, e, format.LaneBytes, (ulong)values[e] & mask);
        }
    }

    /// <summary>Reads residues as the integers nearest to zero.</summary>
    /// <param name="lanes">Exactly d lanes. Bits above b are ignored: sums leave carries there.</param>
    /// <param name="format">b and its lanes.</param>
    /// <param name="values">Shape [d], overwritten, each in [−2^(b−1), 2^(b−1)).</param>
    public static void DecodeCentred(ReadOnlySpan<byte> lanes, LaneFormat format, Span<long> values)
    {
        CheckLength(lanes.Length, format.LanesLength(values.Length), nameof(lanes));
        var unused = 64 - format.ModulusBits;
        for (var e = 0; e < values.Length; e++)
        {
            values[e] = (long)(ReadLane(lanes, e, format.LaneBytes) << unused) >> unused;
        }
    }

    /// <summary>Adds lane by lane, in place, modulo 2^L.</summary>
    /// <param name="accumulator">Whole lanes.</param>
    /// <param name="lanes">As many.</param>
    /// <param name="format">L.</param>
    public static void Add(Span<byte> accumulator, ReadOnlySpan<byte> lanes, LaneFormat format)
    {
        CheckLength(lanes.Length, accumulator.Length, nameof(lanes));
        format.DimensionOf(accumulator, nameof(accumulator));
        Combine(accumulator, lanes, format, subtract: false);
    }

    /// <summary>Adds a packed vector, in place, modulo 2^L.</summary>
    /// <param name="accumulator">Whole lanes.</param>
    /// <param name="packed">As many elements, as they travel.</param>
    /// <param name="format">b and its lanes.</param>
    /// <param name="unpacked">Room for them as lanes, which the caller keeps for its next vector; made here where it is needed and missing.</param>
    internal static void AddPacked(Span<byte> accumulator, ReadOnlySpan<byte> packed, LaneFormat format, ref byte[]? unpacked)
    {
        if (format.FillsLanes)
        {
            Add(accumulator, packed, format);
            return;
        }

        unpacked ??= new byte[accumulator.Length];
        Unpack(packed, format, unpacked);
        Add(accumulator, unpacked, format);
    }

    /// <summary>Adds or subtracts lane by lane; lengths are checked by the caller.</summary>
    internal static void Combine(Span<byte> accumulator, ReadOnlySpan<byte> lanes, LaneFormat format, bool subtract)
    {
        var done = !BitConverter.IsLittleEndian
            ? 0
            : format.LaneBits switch
            {
                16 => CombineVectors<ushort>(accumulator, lanes, subtract),
                32 => CombineVectors<uint>(accumulator, lanes, subtract),
                _ => CombineVectors<ulong>(accumulator, lanes, subtract),
            };
        for (var e = done / format.LaneBytes; e < accumulator.Length / format.LaneBytes; e++)
        {
            var term = ReadLane(lanes, e, format.LaneBytes);
            var sum = ReadLane(accumulator, e, format.LaneBytes);
            WriteLane(accumulator, e, format.LaneBytes, subtract ? sum - term : sum + term);
        }
    }

    /// <returns>Bytes done: as many whole vectors as there are.</returns>
    private static int CombineVectors<TLane>(Span<byte> accumulator, ReadOnlySpan<byte> lanes, bool subtract)
        where TLane : unmanaged
    {
        var sums = MemoryMarshal.Cast<byte, Vector<TLane>>(accumulator);
        var terms = MemoryMarshal.Cast<byte, Vector<TLane>>(lanes)[..sums.Length];
        for (var i = 0; i < sums.Length; i++)
        {
            sums[i] = subtract ? sums[i] - terms[i] : sums[i] + terms[i];
        }

        return sums.Length * Vector<byte>.Count;
    }

    private static ulong ReadLane(ReadOnlySpan<byte> lanes, int element, int laneBytes)
    {
        var lane = lanes[(element * laneBytes)..];
        return laneBytes switch
        {
            2 => BinaryPrimitives.ReadUInt16LittleEndian(lane),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(lane),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(lane),
        };
    }

    private static void WriteLane(Span<byte> lanes, int element, int laneBytes, ulong value)
    {
        var lane = lanes[(element * laneBytes)..];
        switch (laneBytes)
        {
            case 2:
                BinaryPrimitives.WriteUInt16LittleEndian(lane, unchecked((ushort)value));
                break;
            case 4:
                BinaryPrimitives.WriteUInt32LittleEndian(lane, unchecked((uint)value));
                break;
            default:
                BinaryPrimitives.WriteUInt64LittleEndian(lane, value);
                break;
        }
    }

    private static void CheckLength(int actual, int expected, string name)
    {
        if (actual != expected)
        {
            throw new ArgumentException($"{actual} bytes; this vector has {expected}.", name);
        }
    }
}
