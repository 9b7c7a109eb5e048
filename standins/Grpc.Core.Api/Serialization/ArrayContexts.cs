using System.Buffers;

namespace Grpc.Core;

/// <summary>Lets a marshaller made for the transport's buffers write to an array.</summary>
internal sealed class ArraySerializationContext : SerializationContext
{
    private ArrayBufferWriter<byte>? _writer;
    private byte[]? _payload;

    public byte[] Payload() => _payload ?? throw new InvalidOperationException("The serializer returned without completing its message.");

    public override void Complete(byte[] payload)
    {
        ThrowIfComplete();
        _payload = payload;
    }

    public override IBufferWriter<byte> GetBufferWriter()
    {
        ThrowIfComplete();
        return _writer ??= new ArrayBufferWriter<byte>();
    }

    public override void SetPayloadLength(int payloadLength)
    {
        ThrowIfComplete();
        // A length of zero is valid, but ArrayBufferWriter wants a capacity above zero.
        _writer ??= payloadLength == 0 ? new ArrayBufferWriter<byte>() : new ArrayBufferWriter<byte>(payloadLength);
    }

    public override void Complete()
    {
        ThrowIfComplete();
        _payload = _writer is null ? [] : _writer.WrittenSpan.ToArray();
    }

    private void ThrowIfComplete()
    {
        if (_payload is not null)
        {
            throw new InvalidOperationException("The message is already complete.");
        }
    }
}

/// <summary>Lets a marshaller made for the transport's buffers read from an array.</summary>
internal sealed class ArrayDeserializationContext(byte[] payload) : DeserializationContext
{
    public override int PayloadLength => payload.Length;

    public override byte[] PayloadAsNewBuffer() => [.. payload];

    public override ReadOnlySequence<byte> PayloadAsReadOnlySequence() => new(payload);
}
