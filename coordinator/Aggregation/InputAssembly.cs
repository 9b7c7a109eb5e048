using System.Buffers;
using Federated.Federation;
using Federated.SecureAggregation.Messages;
using Federated.SecureAggregation.Primitives;
using Federated.V1;

namespace Federated.Coordinator.Aggregation;

/// <summary>Puts a masked input together from its chunks, over as many connections as it takes. One caller at a time.</summary>
internal sealed class InputAssembly : IDisposable
{
    private readonly List<Digest> _leaves = [];
    private readonly Action _returnRoom;
    private byte[]? _buffer;

    /// <param name="header">M5, verified.</param>
    /// <param name="length">Bytes of the whole input.</param>
    /// <param name="returnRoom">Called once, on disposal.</param>
    internal InputAssembly(SignedMessage header, int length, Action returnRoom)
    {
        Header = header;
        Length = length;
        _returnRoom = returnRoom;
        _buffer = ArrayPool<byte>.Shared.Rent(length);
    }

    internal SignedMessage Header { get; }

    internal int Length { get; }

    /// <summary>Bytes that are here: always whole chunks, and where the next one must begin.</summary>
    internal int Received { get; private set; }

    internal bool IsComplete => Received == Length;

    /// <summary>The bytes so far.</summary>
    /// <exception cref="ObjectDisposedException">They were given back.</exception>
    internal ReadOnlySpan<byte> Bytes => Buffer.AsSpan(0, Received);

    /// <summary>D_i of the bytes, each chunk hashed as it came.</summary>
    internal Digest Digest => MerkleTree.Root([.. _leaves]);

    private byte[] Buffer => _buffer ?? throw new ObjectDisposedException(nameof(InputAssembly));

    /// <summary>Takes the next chunk; the fault, or null. A chunk that does not fit changes nothing.</summary>
    internal string? Add(Chunk chunk)
    {
        if (chunk.Offset != (ulong)Received)
        {
            return $"a chunk at offset {chunk.Offset} came where {Received} was next.";
        }

        var expected = Math.Min(Protocol.ChunkBytes, Length - Received);
        if (expected == 0)
        {
            return $"a chunk came past the end of the input's {Length} bytes.";
        }

        if (chunk.Data.Length != expected)
        {
            return $"the chunk at offset {chunk.Offset} has {chunk.Data.Length} bytes; {expected} were next.";
        }

        chunk.Data.Span.CopyTo(Buffer.AsSpan(Received));
        _leaves.Add(MerkleHash.Leaf(chunk.Data.Span));
        Received += expected;
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer); // masked bytes say nothing: no need to wipe them
            _returnRoom();
        }
    }
}
