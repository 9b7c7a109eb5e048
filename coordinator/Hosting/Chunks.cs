using Federated.V1;
using Google.Protobuf;

namespace Federated.Coordinator.Hosting;

/// <summary>Cuts bytes into chunks for the wire, without copying them.</summary>
internal static class Chunks
{
    private const int Bytes = 1 << 20;

    /// <summary>The chunks in order; <paramref name="data"/> must not change while they travel.</summary>
    internal static IEnumerable<Chunk> Of(ReadOnlyMemory<byte> data)
    {
        for (var offset = 0; offset < data.Length; offset += Bytes)
        {
            var piece = data.Slice(offset, Math.Min(Bytes, data.Length - offset));
            yield return new Chunk { Offset = (ulong)offset, Data = UnsafeByteOperations.UnsafeWrap(piece) };
        }
    }
}
