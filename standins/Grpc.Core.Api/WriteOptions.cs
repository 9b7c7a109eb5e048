namespace Grpc.Core;

/// <summary>Wishes for the writing of one message.</summary>
[Flags]
public enum WriteFlags
{
    /// <summary>The message may wait in a buffer for more to follow.</summary>
    BufferHint = 1,

    /// <summary>Send this message uncompressed even where the call compresses.</summary>
    NoCompress = 2,
}

/// <summary>How messages are written from here on. Immutable.</summary>
public class WriteOptions
{
    /// <summary>No wishes.</summary>
    public static readonly WriteOptions Default = new();

    /// <summary>Options with these flags.</summary>
    public WriteOptions(WriteFlags flags = default) => Flags = flags;

    /// <summary>The flags.</summary>
    public WriteFlags Flags { get; }
}
