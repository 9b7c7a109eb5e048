using System.Buffers;
using System.Buffers.Binary;
using Federated.Federation;
using Federated.SecureAggregation.Rounds;

namespace Federated.SecureAggregation.Messages;

/// <summary>Writes bodies: integers big-endian, byte strings behind their u32 length.</summary>
internal sealed class BodyWriter
{
    private readonly ArrayBufferWriter<byte> _bytes;

    internal BodyWriter(int expected = 256) => _bytes = new ArrayBufferWriter<byte>(Math.Max(1, expected));

    internal int Length => _bytes.WrittenCount;

    internal BodyWriter Byte(byte value) => Bytes([value]);

    internal BodyWriter U16(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.GetSpan(2), checked((ushort)value));
        _bytes.Advance(2);
        return this;
    }

    internal BodyWriter U32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return this;
    }

    internal BodyWriter U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_bytes.GetSpan(8), value);
        _bytes.Advance(8);
        return this;
    }

    internal BodyWriter Bytes(ReadOnlySpan<byte> value)
    {
        _bytes.Write(value);
        return this;
    }

    internal BodyWriter Hash(Digest value)
    {
        value.CopyTo(_bytes.GetSpan(Digest.Length));
        _bytes.Advance(Digest.Length);
        return this;
    }

    internal BodyWriter LengthAndBytes(ReadOnlySpan<byte> value) => U32(checked((uint)value.Length)).Bytes(value);

    /// <summary>A checkpoint of the log.</summary>
    internal BodyWriter Log(LogView view) => U64(view.Size).Hash(view.Root);

    internal byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
