using System.Buffers;
using System.Security.Cryptography;
using Federated.Federation;
using Federated.Federation.Aggregation;
using Federated.V1;

namespace Federated.Coordinator.Aggregation;

/// <summary>Puts a chunked vector together and refuses anything that is not exactly what its header announced.</summary>
internal sealed class VectorAssembly : IDisposable
{
    private readonly byte[] _buffer;
    private readonly int _length;
    private readonly Digest _announced;
    private int _received;

    private VectorAssembly(int length, Digest announced)
    {
        _buffer = ArrayPool<byte>.Shared.Rent(length);
        _length = length;
        _announced = announced;
    }

    /// <summary>All bytes; meaningful once <see cref="Finish"/> returned null. Owned by this object until disposal.</summary>
    internal ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _length);

    /// <summary>The digest that header and bytes agree on.</summary>
    internal Digest Digest => _announced;

    /// <summary>Starts from a header; null, with the fault, if it is not one for a vector of <paramref name="lanes"/> lanes.</summary>
    internal static VectorAssembly? Start(VectorHeader header, int lanes, out string? fault)
    {
        fault = Fault(header, lanes);
        return fault is null ? new VectorAssembly(checked(lanes * Lanes.InputBytes), new Digest(header.Digest.Span)) : null;
    }

    /// <summary>What is wrong with a header, or null; takes no memory for the vector yet.</summary>
    internal static string? Fault(VectorHeader header, int lanes)
    {
        if (header.Length != (uint)lanes)
        {
            return $"the header announces {header.Length} lanes; this study's model has {lanes}.";
        }

        return Digest.TryFrom(header.Digest.Span, out _)
            ? null
            : $"the header's digest has {header.Digest.Length} bytes, not {Digest.Length}.";
    }

    /// <summary>Takes the next chunk; the fault, or null.</summary>
    internal string? Add(Chunk chunk)
    {
        if (chunk.Offset != (ulong)_received)
        {
            return $"a chunk at offset {chunk.Offset} came where {_received} was next.";
        }

        if (chunk.Data.Length is 0 or > Lanes.MaxChunkBytes)
        {
            return $"a chunk has 1 to {Lanes.MaxChunkBytes} bytes; this one has {chunk.Data.Length}.";
        }

        if (chunk.Data.Length > _length - _received)
        {
            return $"the chunk at offset {chunk.Offset} runs past the vector's {_length} bytes.";
        }

        chunk.Data.Span.CopyTo(_buffer.AsSpan(_received));
        _received += chunk.Data.Length;
        return null;
    }

    /// <summary>Checks the whole; the fault, or null.</summary>
    internal string? Finish()
    {
        if (_received != _length)
        {
            return $"the vector ended after {_received} of {_length} bytes.";
        }

        return Digest.Of(Bytes) == _announced ? null : "the vector's bytes do not have the digest that its header announced.";
    }

    /// <summary>Wipes and returns the buffer.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_buffer.AsSpan(0, _length));
        ArrayPool<byte>.Shared.Return(_buffer);
    }
}
