using Federated.Federation;
using Federated.SecureAggregation.Primitives;

namespace Federated.SecureAggregation.Messages;

/// <summary>M5, the signed part: what the masked bytes must hash to. The bytes themselves follow in chunks and say nothing about the input.</summary>
/// <param name="Dimension">d, lanes.</param>
/// <param name="ModulusBits">b.</param>
/// <param name="LaneBits">L.</param>
/// <param name="InputDigest">D_i: RFC 6962 tree hash over chunks of 1 MiB.</param>
public sealed record MaskedInputHeader(ulong Dimension, byte ModulusBits, byte LaneBits, Digest InputDigest)
{
    /// <summary>The body's bytes.</summary>
    public byte[] ToBody() =>
        new BodyWriter().U64(Dimension).Byte(ModulusBits).Byte(LaneBits).U32(Protocol.ChunkBytes).Hash(InputDigest).ToArray();

    /// <summary>Reads a body; null if it is not exactly one for that many lanes of that format.</summary>
    public static MaskedInputHeader? Parse(ReadOnlyMemory<byte> body, int dimension, LaneFormat format)
    {
        var reader = new BodyReader(body);
        var (d, b, lanes, chunk) = (reader.U64(), reader.Byte(), reader.Byte(), reader.U32());
        var digest = reader.Hash();
        return
            reader.IsWhole && d == (ulong)dimension && b == format.ModulusBits && lanes == format.LaneBits && chunk == Protocol.ChunkBytes
            ? new MaskedInputHeader(d, b, lanes, digest)
            : null;
    }

    /// <summary>D_i of a masked input.</summary>
    public static Digest DigestOf(ReadOnlySpan<byte> input)
    {
        var leaves = new Digest[(input.Length + Protocol.ChunkBytes - 1) / Protocol.ChunkBytes];
        for (var i = 0; i < leaves.Length; i++)
        {
            var start = i * Protocol.ChunkBytes;
            leaves[i] = MerkleHash.Leaf(input.Slice(start, Math.Min(Protocol.ChunkBytes, input.Length - start)));
        }

        return MerkleTree.Root(leaves);
    }
}
