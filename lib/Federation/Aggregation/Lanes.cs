using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Federated.Federation.Aggregation;

/// <summary>The byte forms of release vectors: 32-bit little-endian lanes up, 64-bit little-endian centred lanes for the sum.</summary>
public static class Lanes
{
    /// <summary>Bytes of one lane of a site's vector.</summary>
    public const int InputBytes = sizeof(int);

    /// <summary>Most bytes of a vector, a sum or a snapshot that one message carries.</summary>
    public const int MaxChunkBytes = 1 << 20;

    /// <summary>Bytes of one lane of a sum.</summary>
    public const int SumBytes = sizeof(long);

    /// <summary>A site's vector as it travels.</summary>
    public static byte[] ToBytes(ReadOnlySpan<int> lanes)
    {
        var bytes = new byte[checked(lanes.Length * InputBytes)];
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(lanes).CopyTo(bytes);
            return bytes;
        }

        for (var i = 0; i < lanes.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(i * InputBytes), lanes[i]);
        }

        return bytes;
    }

    /// <summary>Adds a site's vector to a sum. 2^31 vectors of 32-bit lanes cannot overflow 64 bits.</summary>
    /// <param name="sum">Shape [d].</param>
    /// <param name="bytes">Exactly 4·d bytes.</param>
    public static void Add(Span<long> sum, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != checked(sum.Length * InputBytes))
        {
            throw new ArgumentException($"{bytes.Length} bytes are not {sum.Length} lanes of {InputBytes}.", nameof(bytes));
        }

        var i = 0;
        if (BitConverter.IsLittleEndian)
        {
            var lanes = MemoryMarshal.Cast<byte, int>(bytes);
            for (; i <= lanes.Length - Vector<int>.Count; i += Vector<int>.Count)
            {
                Vector.Widen(new Vector<int>(lanes[i..]), out var low, out var high);
                (new Vector<long>(sum[i..]) + low).CopyTo(sum[i..]);
                (new Vector<long>(sum[(i + Vector<long>.Count)..]) + high).CopyTo(sum[(i + Vector<long>.Count)..]);
            }
        }

        for (; i < sum.Length; i++)
        {
            sum[i] += BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * InputBytes)..]);
        }
    }

    /// <summary>True if no lane of a site's vector is larger than <paramref name="bound"/>, either way.</summary>
    /// <param name="bytes">A multiple of 4 bytes.</param>
    /// <param name="bound">At least 0; <see cref="ReleaseGrid.LaneBound"/>.</param>
    public static bool AreWithin(ReadOnlySpan<byte> bytes, long bound)
    {
        for (var rest = bytes; rest.Length >= InputBytes; rest = rest[InputBytes..])
        {
            long lane = BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (lane < -bound || lane > bound)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A sum as it travels, is stored and is hashed.</summary>
    public static byte[] ToBytes(ReadOnlySpan<long> sum)
    {
        var bytes = new byte[checked(sum.Length * SumBytes)];
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(sum).CopyTo(bytes);
            return bytes;
        }

        for (var i = 0; i < sum.Length; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * SumBytes), sum[i]);
        }

        return bytes;
    }

    /// <summary>Reads a sum.</summary>
    /// <param name="bytes">A multiple of 8 bytes.</param>
    public static long[] SumFrom(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % SumBytes != 0)
        {
            throw new ArgumentException($"{bytes.Length} bytes are no whole number of {SumBytes}-byte lanes.", nameof(bytes));
        }

        var sum = new long[bytes.Length / SumBytes];
        if (BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(sum.AsSpan()));
            return sum;
        }

        for (var i = 0; i < sum.Length; i++)
        {
            sum[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(i * SumBytes)..]);
        }

        return sum;
    }
}
