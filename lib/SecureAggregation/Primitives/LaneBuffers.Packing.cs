using System.Buffers.Binary;

namespace Federated.SecureAggregation.Primitives;

/// <content>Element e occupies bits [e·b, (e+1)·b) of a little-endian string of bits; at b = L that is a copy.</content>
public static partial class LaneBuffers
{
    /// <summary>Packs lanes for the wire.</summary>
    /// <param name="lanes">Exactly d lanes. Bits above b are dropped: here a sum modulo 2^L becomes one modulo 2^b.</param>
    /// <param name="format">b and its lanes.</param>
    /// <param name="packed">Exactly ⌈d·b/8⌉ bytes, overwritten; padding is zero.</param>
    public static void Pack(ReadOnlySpan<byte> lanes, LaneFormat format, Span<byte> packed)
    {
        var dimension = format.DimensionOf(lanes, nameof(lanes));
        CheckLength(packed.Length, format.PackedLength(dimension), nameof(packed));
        if (format.FillsLanes)
        {
            lanes.CopyTo(packed);
            return;
        }

        var (bits, mask) = (format.ModulusBits, format.ElementMask);
        var word = 0UL; // the next 64 bits of the string, of which the low `filled` are known
        var filled = 0;
        var rest = packed;
        for (var e = 0; e < dimension; e++)
        {
            var element = ReadLane(lanes, e, format.LaneBytes) & mask;
            word |= element << filled;
            filled += bits;
            if (filled < 64)
            {
                continue;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(rest, word);
            rest = rest[sizeof(ulong)..];
            filled -= 64;
            word = filled == 0 ? 0 : element >> (bits - filled);
        }

        for (var i = 0; i < rest.Length; i++, word >>= 8)
        {
            rest[i] = unchecked((byte)word);
        }
    }

    /// <summary>Unpacks what came over the wire.</summary>
    /// <param name="packed">Exactly ⌈d·b/8⌉ bytes. Padding is ignored: see <see cref="PaddingIsZero"/>.</param>
    /// <param name="format">b and its lanes.</param>
    /// <param name="lanes">Exactly d lanes, overwritten; bits above b are zero.</param>
    public static void Unpack(ReadOnlySpan<byte> packed, LaneFormat format, Span<byte> lanes)
    {
        var dimension = format.DimensionOf(lanes, nameof(lanes));
        CheckLength(packed.Length, format.PackedLength(dimension), nameof(packed));
        if (format.FillsLanes)
        {
            packed.CopyTo(lanes);
            return;
        }

        var (bits, mask) = (format.ModulusBits, format.ElementMask);
        var word = 0UL; // read and not yet used: `left` bits, at most 63
        var left = 0;
        var rest = packed;
        for (var e = 0; e < dimension; e++)
        {
            var element = word;
            if (left >= bits)
            {
                word >>= bits;
                left -= bits;
            }
            else
            {
                var next = NextWord(ref rest);
                element |= next << left;
                var used = bits - left; // 1 to 64 bits of the next word
                word = used == 64 ? 0 : next >> used;
                left = 64 - used;
            }

            WriteLane(lanes, e, format.LaneBytes, element & mask);
        }
    }

    /// <summary>True if the bits after the last element are zero: so that one vector has one packed form, and one digest.</summary>
    /// <param name="packed">A packed vector; false for any length but ⌈d·b/8⌉.</param>
    /// <param name="dimension">d ≥ 0.</param>
    /// <param name="format">b.</param>
    public static bool PaddingIsZero(ReadOnlySpan<byte> packed, int dimension, LaneFormat format)
    {
        if (packed.Length != format.PackedLength(dimension))
        {
            return false;
        }

        var lastBits = (int)((long)dimension * format.ModulusBits % 8);
        return lastBits == 0 || packed[^1] >> lastBits == 0;
    }

    /// <summary>The next 64 bits, zeros after the end.</summary>
    private static ulong NextWord(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length >= sizeof(ulong))
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(rest);
            rest = rest[sizeof(ulong)..];
            return word;
        }

        var last = 0UL;
        for (var i = rest.Length - 1; i >= 0; i--)
        {
            last = (last << 8) | rest[i];
        }

        rest = [];
        return last;
    }
}
