namespace Grpc.Core;

/// <summary>Turns messages of one type into bytes and back. Immutable.</summary>
/// <typeparam name="T">Message.</typeparam>
public class Marshaller<T>
{
    /// <summary>From functions over whole arrays: simple, at the price of one copy each way.</summary>
    public Marshaller(Func<T, byte[]> serializer, Func<byte[], T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        Serializer = serializer;
        Deserializer = deserializer;
        ContextualSerializer = (message, context) => context.Complete(serializer(message));
        ContextualDeserializer = context => deserializer(context.PayloadAsNewBuffer());
    }

    /// <summary>From functions that write to and read from the transport's own buffers.</summary>
    public Marshaller(Action<T, SerializationContext> serializer, Func<DeserializationContext, T> deserializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(deserializer);
        ContextualSerializer = serializer;
        ContextualDeserializer = deserializer;
        // As in the genuine package: there is no array to hand over.
        Serializer = _ => throw new NotImplementedException();
        Deserializer = _ => throw new NotImplementedException();
    }

    /// <summary>Message to bytes; not there for a marshaller made of functions over buffers.</summary>
    public Func<T, byte[]> Serializer { get; }

    /// <summary>Bytes to message; not there for a marshaller made of functions over buffers.</summary>
    public Func<byte[], T> Deserializer { get; }

    /// <summary>Message into the transport's buffer.</summary>
    public Action<T, SerializationContext> ContextualSerializer { get; }

    /// <summary>The transport's buffer to message.</summary>
    public Func<DeserializationContext, T> ContextualDeserializer { get; }
}
