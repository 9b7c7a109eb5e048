using System.Buffers;

namespace Grpc.Core;

/// <summary>Where one message is written, for the length of one call to the serializer. Either <see cref="Complete(byte[])"/>,
/// or fill <see cref="GetBufferWriter"/> and then <see cref="Complete()"/>.</summary>
public abstract class SerializationContext
{
    /// <summary>The whole message; the array belongs to the transport from here on.</summary>
    public virtual void Complete(byte[] payload) => throw new NotImplementedException();

    /// <summary>Buffer to write the message to.</summary>
    public virtual IBufferWriter<byte> GetBufferWriter() => throw new NotImplementedException();

    /// <summary>Announces the length in bytes, before the first write, so that no buffer need grow.</summary>
    public virtual void SetPayloadLength(int payloadLength) => throw new NotImplementedException();

    /// <summary>What the buffer writer received is the whole message.</summary>
    public virtual void Complete() => throw new NotImplementedException();
}

/// <summary>One received message, valid for the length of one call to the deserializer.</summary>
public abstract class DeserializationContext
{
    /// <summary>Length in bytes.</summary>
    public abstract int PayloadLength { get; }

    /// <summary>The message in an array of its own.</summary>
    public virtual byte[] PayloadAsNewBuffer() => throw new NotImplementedException();

    /// <summary>The message where it lies; gone when the deserializer returns.</summary>
    public virtual ReadOnlySequence<byte> PayloadAsReadOnlySequence() => throw new NotImplementedException();
}
