using Federated.Federation.Aggregation;
using Federated.V1;
using Google.Protobuf;

namespace Federated.Coordinator.Hosting;

/// <summary>Cuts bytes into chunks for the wire, without copying them.</summary>
internal static class Chunks
{
    /// <summary>The chunks in order; <paramref name="data"/> must not change while they travel.</summary>
    internal static IEnumerable<Chunk> Of(ReadOnlyMemory<byte> data)
    {
        for (var offset = 0; offset < data.Length; offset += Lanes.MaxChunkBytes)
        {
            var piece = data.Slice(offset, Math.Min(Lanes.MaxChunkBytes, data.Length - offset));
            yield return new Chunk { Offset = (ulong)offset, Data = UnsafeByteOperations.UnsafeWrap(piece) };
        }
    }
}
